#include "libs/rpc/service.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/error.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::DescriptorPool;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::ServiceDescriptor;

bool ShapeFits(Handler::Kind kind, const MethodDescriptor& method) {
  switch (kind) {
    case Handler::Kind::kPooled:
    case Handler::Kind::kAsync:
      return !method.client_streaming() && !method.server_streaming();
    case Handler::Kind::kServerStream:
    case Handler::Kind::kWatch:
      return !method.client_streaming() && method.server_streaming();
    case Handler::Kind::kBidi:
      return method.client_streaming() && method.server_streaming();
  }
  return false;
}

}  // namespace

absl::Status Serialize(const google::protobuf::Message& message, grpc::ByteBuffer* bytes) {
  bytes->Clear();  // the writer wants a buffer that holds nothing
  bool own = false;
  const grpc::Status status =
      grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, bytes,
                                                                                 &own);
  if (!status.ok()) {
    return status::Internal(absl::StrCat("serialize ", message.GetTypeName(), ": ",
                                         status.error_message()));
  }
  return absl::OkStatus();
}

Service::Service(absl::string_view full_name)
    : name_(full_name),
      descriptor_(DescriptorPool::generated_pool()->FindServiceByName(std::string(full_name))) {}

Service::Service(const ServiceDescriptor* descriptor)
    : name_(descriptor->full_name()), descriptor_(descriptor) {}

void Service::Add(absl::string_view method, Handler handler, const Descriptor* request,
                  const Descriptor* response) {
  if (descriptor_ == nullptr) return;
  handler.method = descriptor_->FindMethodByName(std::string(method));
  const auto bound = [&](const Handler& other) { return other.method == handler.method; };
  if (handler.method == nullptr) {
    wrong_.push_back(absl::StrCat("there is no method ", method));
  } else if (std::any_of(handlers_.begin(), handlers_.end(), bound)) {
    wrong_.push_back(absl::StrCat(method, " is bound twice"));
  } else if (!ShapeFits(handler.kind, *handler.method)) {
    wrong_.push_back(absl::StrCat(method, " streams in another way than its handler"));
  } else if (handler.method->input_type() != request || handler.method->output_type() != response) {
    wrong_.push_back(absl::StrCat(method, " is bound with ", request->full_name(), " and ",
                                  response->full_name(), ", not ",
                                  handler.method->input_type()->full_name(), " and ",
                                  handler.method->output_type()->full_name()));
  } else {
    handlers_.push_back(std::move(handler));
  }
}

absl::Status Service::Check() const {
  if (descriptor_ == nullptr) {
    return status::Internal(absl::StrCat("service ", name_, ": its proto is not linked in"));
  }
  std::vector<std::string> wrong = wrong_;
  for (int i = 0; i < descriptor_->method_count(); ++i) {
    const MethodDescriptor* method = descriptor_->method(i);
    const bool bound = std::any_of(handlers_.begin(), handlers_.end(),
                                   [&](const Handler& other) { return other.method == method; });
    if (!bound) wrong.push_back(absl::StrCat(method->name(), " is not bound"));
  }
  if (wrong.empty()) return absl::OkStatus();
  return status::Internal(absl::StrCat("service ", name_, ": ", absl::StrJoin(wrong, "; ")));
}

}  // namespace dap::rpc
