#include "libs/status/error.h"

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace dap::status {
namespace {

using ::google::rpc::BadRequest;
using ::google::rpc::ErrorInfo;
using ::google::rpc::PreconditionFailure;
using ::google::rpc::ResourceInfo;
using ::google::rpc::RetryInfo;

constexpr absl::string_view kDomain = "dap";

template <typename Detail>
std::string TypeUrl() {
  return absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name());
}

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

template <typename Detail>
Detail Read(const absl::Status& status) {
  Detail detail;
  if (auto payload = status.GetPayload(TypeUrl<Detail>())) {
    detail.ParseFromString(std::string(*payload));
  }
  return detail;
}

absl::Status Make(absl::StatusCode code, absl::string_view reason, absl::string_view message) {
  absl::Status status(code, message);
  ErrorInfo info;
  info.set_domain(std::string(kDomain));
  info.set_reason(std::string(reason));
  Attach(status, info);
  return status;
}

absl::Status AboutResource(absl::Status status, absl::string_view type, absl::string_view name) {
  ResourceInfo info;
  info.set_resource_type(std::string(type));
  info.set_resource_name(std::string(name));
  Attach(status, info);
  return status;
}

std::string UpperSnake(absl::string_view words) {
  std::string upper(words);
  for (char& c : upper) c = c == ' ' ? '_' : absl::ascii_toupper(static_cast<unsigned char>(c));
  return upper;
}

}  // namespace

absl::Status Invalid(absl::string_view field, absl::string_view reason, absl::string_view message) {
  return InvalidAll({{std::string(field), std::string(message), std::string(reason)}});
}

absl::Status InvalidAll(const std::vector<Violation>& fields) {
  if (fields.empty()) return absl::OkStatus();
  const Violation& first = fields.front();
  absl::Status status = Make(absl::StatusCode::kInvalidArgument, first.reason,
                             absl::StrCat(first.subject, ": ", first.description));
  BadRequest details;
  for (const Violation& field : fields) {
    auto* violation = details.add_field_violations();
    violation->set_field(field.subject);
    violation->set_description(field.description);
  }
  Attach(status, details);
  return status;
}

absl::Status Precondition(absl::string_view reason, absl::string_view message) {
  return Make(absl::StatusCode::kFailedPrecondition, reason, message);
}

absl::Status PreconditionAll(absl::string_view reason, absl::string_view message,
                             const std::vector<Violation>& unmet) {
  if (unmet.empty()) return absl::OkStatus();
  absl::Status status = Precondition(reason, message);
  PreconditionFailure details;
  for (const Violation& condition : unmet) {
    auto* violation = details.add_violations();
    violation->set_type(condition.reason);
    violation->set_subject(condition.subject);
    violation->set_description(condition.description);
  }
  Attach(status, details);
  return status;
}

absl::Status NotFound(absl::string_view type, absl::string_view name) {
  return AboutResource(
      Make(absl::StatusCode::kNotFound, absl::StrCat(UpperSnake(type), "_NOT_FOUND"),
           absl::StrCat("There is no ", type, " ", name,
                        ". Check the name, or list what there is.")),
      type, name);
}

absl::Status Exists(absl::string_view type, absl::string_view name, absl::string_view message) {
  return AboutResource(
      Make(absl::StatusCode::kAlreadyExists, absl::StrCat(UpperSnake(type), "_EXISTS"), message),
      type, name);
}

absl::Status Aborted(absl::string_view reason, absl::string_view message) {
  return Make(absl::StatusCode::kAborted, reason, message);
}

absl::Status Denied(absl::string_view reason, absl::string_view message) {
  return Make(absl::StatusCode::kPermissionDenied, reason, message);
}

absl::Status Unauthenticated(absl::string_view reason, absl::string_view message) {
  return Make(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::Status Exhausted(absl::string_view reason, absl::string_view message,
                       absl::Duration retry_after) {
  absl::Status status = Make(absl::StatusCode::kResourceExhausted, reason, message);
  RetryInfo info;
  info.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_after));
  info.mutable_retry_delay()->set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(retry_after - absl::Seconds(absl::ToInt64Seconds(retry_after)))));
  Attach(status, info);
  return status;
}

absl::Status Unavailable(absl::string_view reason, absl::string_view message) {
  return Make(absl::StatusCode::kUnavailable, reason, message);
}

absl::Status Internal(absl::string_view message) {
  return Make(absl::StatusCode::kInternal, "INTERNAL", message);
}

std::string Reason(const absl::Status& status) { return Read<ErrorInfo>(status).reason(); }

std::vector<Violation> Violations(const absl::Status& status) {
  std::vector<Violation> violations;
  const auto fields = Read<BadRequest>(status);
  for (const auto& field : fields.field_violations()) {
    violations.push_back({field.field(), field.description(), Reason(status)});
  }
  const auto conditions = Read<PreconditionFailure>(status);
  for (const auto& condition : conditions.violations()) {
    violations.push_back({condition.subject(), condition.description(), condition.type()});
  }
  return violations;
}

absl::Duration RetryAfter(const absl::Status& status) {
  const auto delay = Read<RetryInfo>(status).retry_delay();
  return absl::Seconds(delay.seconds()) + absl::Nanoseconds(delay.nanos());
}

}  // namespace dap::status
