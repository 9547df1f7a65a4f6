// Calls of the sample's loader: as many people, each tried again until the system is up.
#ifndef DAP_TOOLS_DAPCTL_SAMPLE_CALLER_H_
#define DAP_TOOLS_DAPCTL_SAMPLE_CALLER_H_

#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dap/options/v1/access.pb.h"
#include "google/protobuf/message.h"
#include "tools/dapctl/gateway.h"
#include "tools/dapctl/token.h"

namespace dap::ctl {

struct Who {
  options::v1::Role role;
  std::string subject;
  friend auto operator<=>(const Who&, const Who&) = default;
};

// What an error may mean while a service has not yet heard from another.
enum class Wait {
  // What it says.
  kNo,
  // NOT_FOUND, PERMISSION_DENIED and a wrong state of an enrolment may end by themselves.
  kForOtherService,
};

// Not thread-safe.
class SampleCaller {
 public:
  // Gives each call up to `patience`.
  SampleCaller(Gateway gateway, TokenMaker tokens, absl::Duration patience)
      : gateway_(std::move(gateway)), tokens_(std::move(tokens)), patience_(patience) {}

  // Of everybody but an operator. UUID text.
  void SetOrganisation(std::string organisation);

  // Blocks. UNAVAILABLE, DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED are tried again after the time
  // they say; an error that stays names the method.
  template <typename Resp>
  absl::StatusOr<Resp> Call(const Who& who, absl::string_view method,
                            const google::protobuf::Message& request, Wait wait = Wait::kNo) {
    Resp response;
    absl::Status status = Try(who, method, request, wait, &response);
    if (!status.ok()) return status;
    return response;
  }

  // The gateway with somebody's token.
  absl::StatusOr<Gateway> As(const Who& who);

 private:
  absl::Status Try(const Who& who, absl::string_view method,
                   const google::protobuf::Message& request, Wait wait,
                   google::protobuf::Message* response);

  const Gateway gateway_;
  const TokenMaker tokens_;
  const absl::Duration patience_;
  std::string organisation_;
  std::map<Who, std::string> made_;  // tokens
};

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_SAMPLE_CALLER_H_
