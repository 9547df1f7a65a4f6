#include "libs/rpc/error_details.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/status/error.h"

namespace dap::rpc {
namespace {

constexpr size_t kMaxMessage = 1024;
constexpr size_t kMaxDetails = 4096;
constexpr absl::string_view kErrorInfo = "type.googleapis.com/google.rpc.ErrorInfo";

void AddDetail(google::rpc::Status& details, absl::string_view type_url, const absl::Cord& bytes) {
  auto* detail = details.add_details();
  detail->set_type_url(std::string(type_url));
  detail->set_value(std::string(bytes));
}

// Cut at the start of a character, so that the rest stays valid UTF-8.
std::string Cut(absl::string_view text) {
  size_t size = std::min(text.size(), kMaxMessage);
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
  return std::string(text.substr(0, size));
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(Cut(status.message()));
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& bytes) {
    if (type_url == kErrorInfo) AddDetail(details, type_url, bytes);
  });
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& bytes) {
    if (type_url == kErrorInfo) return;
    if (details.ByteSizeLong() + bytes.size() > kMaxDetails) return;
    AddDetail(details, type_url, bytes);
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(),
                      details.SerializeAsString());
}

absl::Status Publishable(const absl::Status& status, absl::string_view trace_id) {
  switch (status.code()) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return status::Internal(absl::StrCat("Internal error; report trace ", trace_id));
    default:
      return status;
  }
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
  }
  return result;
}

}  // namespace dap::rpc
