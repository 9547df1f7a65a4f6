#include "tools/dapctl/sample_caller.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::ctl {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(2);

bool MayPass(const absl::Status& status, Wait wait) {
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
      absl::IsResourceExhausted(status)) {
    return true;
  }
  return wait == Wait::kForOtherService &&
         (absl::IsNotFound(status) || absl::IsPermissionDenied(status) ||
          status::Reason(status) == "ENROLMENT_STATE");
}

// The same status, with the method before its message.
absl::Status Naming(absl::string_view method, const absl::Status& status) {
  absl::Status named(status.code(), absl::StrCat(method, ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { named.SetPayload(type, payload); });
  return named;
}

}  // namespace

void SampleCaller::SetOrganisation(std::string organisation) {
  organisation_ = std::move(organisation);
  made_.clear();
}

absl::StatusOr<Gateway> SampleCaller::As(const Who& who) {
  std::string& token = made_[who];
  if (token.empty()) {
    ASSIGN_OR_RETURN(token, tokens_.Make(who.role, who.subject, organisation_));
  }
  return gateway_.As(token);
}

absl::Status SampleCaller::Try(const Who& who, absl::string_view method,
                               const google::protobuf::Message& request, Wait wait,
                               google::protobuf::Message* response) {
  ASSIGN_OR_RETURN(const Gateway gateway, As(who));
  const time::SystemClock clock;
  const absl::Time end = clock.Now() + patience_;
  for (absl::Duration pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    const absl::Status status =
        gateway.channel->CallMessage(method, request, gateway.Context(), response);
    if (status.ok()) return status;
    const absl::Duration due = std::max(pause, status::RetryAfter(status));
    if (!MayPass(status, wait) || clock.Now() + due > end) return Naming(method, status);
    absl::SleepFor(due);
  }
}

}  // namespace dap::ctl
