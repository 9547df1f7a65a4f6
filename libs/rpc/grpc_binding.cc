#include "libs/rpc/grpc_binding.h"

#include <grpcpp/impl/codegen/rpc_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace dap::rpc {

using ::google::protobuf::MethodDescriptor;
using ::grpc::ByteBuffer;
using ::grpc::internal::RpcMethod;
using ::grpc::internal::RpcServiceMethod;

const char* BoundService::Keep(const MethodDescriptor& method) {
  names_.push_back(absl::StrCat("/", method.service()->full_name(), "/", method.name()));
  return names_.back().c_str();
}

void BoundService::AddUnary(const MethodDescriptor& method, StartUnary start) {
  AddMethod(new RpcServiceMethod(Keep(method), RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(
      count_++,
      new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(std::move(start)));
}

void BoundService::AddStream(const MethodDescriptor& method, StartStream start) {
  AddMethod(new RpcServiceMethod(Keep(method), RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(
      count_++, new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(std::move(start)));
}

}  // namespace dap::rpc
