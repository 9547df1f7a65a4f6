#include "libs/rpc/health.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <future>
#include <string>

#include "libs/rpc/error_details.h"
#include "libs/status/error.h"

namespace dap::rpc {
namespace {

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
// A HealthCheckResponse {status: SERVING} as bytes. No package here ships health.proto, and two
// bytes are no reason to write it anew.
constexpr absl::string_view kServing("\x08\x01", 2);

std::string Bytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

absl::Status CheckHealth(const Channel& channel, absl::Time deadline) {
  grpc::GenericStub stub(channel.grpc_channel());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  const grpc::Slice everything("");
  const grpc::ByteBuffer request(&everything, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> answered;
  stub.UnaryCall(&context, kCheck, grpc::StubOptions(), &request, &response,
                 [&answered](grpc::Status status) { answered.set_value(std::move(status)); });
  const grpc::Status status = answered.get_future().get();
  if (!status.ok()) return FromGrpc(status);
  if (Bytes(response) == kServing) return absl::OkStatus();
  return status::Unavailable("NOT_SERVING",
                             "The server says that it does not serve now. Ask again.");
}

}  // namespace dap::rpc
