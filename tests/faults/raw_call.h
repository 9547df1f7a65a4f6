// A call as a stranger to our code would make it: any method, any bytes, any metadata.
#ifndef DAP_TESTS_FAULTS_RAW_CALL_H_
#define DAP_TESTS_FAULTS_RAW_CALL_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/rpc/channel.h"
#include "tests/system/system.h"

namespace dap::tests {

using Metadata = std::vector<std::pair<std::string, std::string>>;

// The answer's bytes, or the error with its details. Tried once. Blocks for `patience` at most.
absl::StatusOr<std::string> RawCall(const rpc::Channel& channel, absl::string_view method,
                                    absl::string_view request, const Metadata& metadata,
                                    absl::Duration patience = absl::Seconds(30));

// The metadata of a client with its token.
Metadata Bearer(const Client& client);

}  // namespace dap::tests

#endif  // DAP_TESTS_FAULTS_RAW_CALL_H_
