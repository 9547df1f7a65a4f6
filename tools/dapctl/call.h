// `dapctl call`: any method, JSON in and JSON out.
#ifndef DAP_TOOLS_DAPCTL_CALL_H_
#define DAP_TOOLS_DAPCTL_CALL_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "libs/rpc/channel.h"
#include "tools/dapctl/lines.h"

namespace dap::ctl {

struct CallOptions {
  // What an empty request_id of a request becomes: a UUID, or "auto" for a new one each; empty
  // leaves it. The id is told on `log`, so that the same request can be sent again.
  std::string request_id;
  // Whether fields that have their default are printed too.
  bool defaults = false;
};

// A method that streams reads requests, one JSON a line, until the end of `input`, and prints
// answers, one JSON a line, as they come; the others take one JSON and print one. Blocks. The
// call's error, or INVALID_ARGUMENT naming what is wrong with the JSON; answers that came before
// are printed.
absl::Status CallMethod(rpc::Channel& channel, const rpc::CallContext& context,
                        const google::protobuf::MethodDescriptor* method, Lines& input,
                        const CallOptions& options, std::ostream& out, std::ostream& log);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_CALL_H_
