#include "services/gateway/proxy.h"

#include <utility>

#include "services/gateway/refusal.h"
#include "services/gateway/stream_call.h"
#include "services/gateway/unary_call.h"

namespace dap::gateway {
namespace {

// Lines a second for calls that went well; calls that failed always have one.
constexpr int kOkLinesPerSecond = 100;

bool IsClientFacing(const google::protobuf::MethodDescriptor* method) {
  const options::v1::Access access = method->options().GetExtension(options::v1::access);
  return !access.internal() && (access.public_() || access.roles_size() > 0);
}

}  // namespace

Proxy::Proxy(const Admission& admission, OpenStreams& streams, prometheus::Registry* registry)
    : admission_(admission), streams_(streams), registry_(registry), ok_lines_(kOkLinesPerSecond) {}

void Proxy::Add(const google::protobuf::ServiceDescriptor* service,
                std::shared_ptr<grpc::Channel> channel) {
  bool served = false;
  for (int i = 0; i < service->method_count(); ++i) {
    const google::protobuf::MethodDescriptor* method = service->method(i);
    if (!IsClientFacing(method)) continue;
    served = true;
    by_method_[method] = &routes_.emplace_back(method, channel, registry_, ok_lines_);
  }
  if (!served) return;
  rpc::RawService& raw = services_.emplace_back();
  raw.descriptor = service;
  raw.serves = IsClientFacing;
  raw.unary = [this](auto... call) { return Unary(call...); };
  raw.stream = [this](auto... call) { return Stream(call...); };
}

std::vector<rpc::RawService*> Proxy::services() {
  std::vector<rpc::RawService*> services;
  for (rpc::RawService& service : services_) services.push_back(&service);
  return services;
}

grpc::ServerUnaryReactor* Proxy::Unary(grpc::CallbackServerContext* context,
                                       const google::protobuf::MethodDescriptor* method,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) {
  Route& route = *by_method_.at(method);
  auto caller = admission_.Admit(*context, route.access);
  if (!caller.ok()) return new UnaryRefusal(route, *context, caller.status());
  return new UnaryCall(route, InfoOf(route, *context, *std::move(caller)), request, response);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Proxy::Stream(
    grpc::CallbackServerContext* context, const google::protobuf::MethodDescriptor* method) {
  Route& route = *by_method_.at(method);
  auto caller = admission_.Admit(*context, route.access);
  if (!caller.ok()) return new StreamRefusal(route, *context, caller.status());
  return StreamCall::Start(route, InfoOf(route, *context, *std::move(caller)), streams_);
}

}  // namespace dap::gateway
