#include "services/gateway/route.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rpc/error_details.h"
#include "libs/status/error.h"
#include "libs/time/clock.h"

namespace dap::gateway {
namespace {

constexpr absl::Duration kDefaultDeadline = absl::Seconds(30);
constexpr absl::Duration kLongestDeadline = absl::Minutes(5);
constexpr absl::Duration kLongestStream = absl::Hours(12);
// How early a cancellation may still be the deadline's: timeouts travel rounded.
constexpr absl::Duration kClocksApart = absl::Milliseconds(100);

telemetry::TraceContext TraceOf(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto header = metadata.find("traceparent");
  if (header != metadata.end()) {
    const absl::string_view value(header->second.data(), header->second.size());
    if (auto parent = telemetry::TraceContext::Parse(value)) return parent->Child();
  }
  return telemetry::TraceContext::New();
}

absl::Time DeadlineOf(const Route& route, const grpc::CallbackServerContext& context) {
  const auto asked = context.deadline();
  const absl::Time now = time::SystemClock().Now();
  if (asked == std::chrono::system_clock::time_point::max()) {
    return now + (route.streaming ? kLongestStream : kDefaultDeadline);
  }
  return std::min(absl::FromChrono(asked),
                  now + (route.streaming ? kLongestStream : kLongestDeadline));
}

}  // namespace

Route::Route(const google::protobuf::MethodDescriptor* method,
             std::shared_ptr<grpc::Channel> channel, prometheus::Registry* registry,
             rpc::RateLimit& ok_lines)
    : path(absl::StrCat("/", method->service()->full_name(), "/", method->name())),
      access(method->options().GetExtension(options::v1::access)),
      streaming(method->client_streaming() || method->server_streaming()),
      stub(std::move(channel)),
      stats(registry, name(), ok_lines) {}

rpc::CallInfo InfoOf(const Route& route, const grpc::CallbackServerContext& context,
                     std::optional<auth::Principal> principal) {
  rpc::CallInfo info;
  info.method = route.name();
  info.deadline = DeadlineOf(route, context);
  info.trace = TraceOf(context);
  info.principal = std::move(principal);
  return info;
}

void Forward(const rpc::Call& call, grpc::ClientContext& out) {
  out.set_deadline(absl::ToChronoTime(call.deadline()));
  out.AddMetadata("traceparent", call.trace().Child().ToString());
  if (call.has_principal()) {
    out.AddMetadata(auth::kPrincipalMetadata, auth::Serialize(call.principal()));
  }
}

grpc::Status Outward(const rpc::Call& call, const grpc::Status& status) {
  const bool unreachable =
      status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty();
  const bool cancelled = status.error_code() == grpc::StatusCode::CANCELLED;
  if (cancelled && time::SystemClock().Now() + kClocksApart >= call.deadline()) {
    return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED,
                        "The deadline passed. Send the call again with more time.");
  }
  if (unreachable || (cancelled && !call.cancelled())) {
    return rpc::ToGrpc(status::Unavailable("SERVICE_UNAVAILABLE",
                                           "A service is not up now. Send the call again later."));
  }
  return status;
}

}  // namespace dap::gateway
