#include "libs/feed/feed_error.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace dap::feed {

absl::Status OutOfRange(absl::string_view reason, absl::string_view message) {
  absl::Status status = absl::OutOfRangeError(message);
  google::rpc::ErrorInfo info;
  info.set_domain("dap");
  info.set_reason(std::string(reason));
  status.SetPayload(
      absl::StrCat("type.googleapis.com/", google::rpc::ErrorInfo::descriptor()->full_name()),
      absl::Cord(info.SerializeAsString()));
  return status;
}

bool PassesByItself(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace dap::feed
