#include "tests/faults/raw_call.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <future>

#include "absl/strings/str_cat.h"
#include "libs/rpc/error_details.h"
#include "libs/time/clock.h"

namespace dap::tests {

absl::StatusOr<std::string> RawCall(const rpc::Channel& channel, absl::string_view method,
                                    absl::string_view request, const Metadata& metadata,
                                    absl::Duration patience) {
  grpc::GenericStub stub(channel.grpc_channel());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(time::SystemClock().Now() + patience));
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
  const grpc::Slice bytes(request.data(), request.size());
  const grpc::ByteBuffer out(&bytes, 1);
  grpc::ByteBuffer in;
  std::promise<grpc::Status> answered;
  stub.UnaryCall(&context, absl::StrCat("/", method), grpc::StubOptions(), &out, &in,
                 [&answered](grpc::Status status) { answered.set_value(std::move(status)); });
  const grpc::Status status = answered.get_future().get();
  if (!status.ok()) return rpc::FromGrpc(status);
  std::vector<grpc::Slice> slices;
  std::string answer;
  if (in.Valid() && in.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      answer.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  return answer;
}

Metadata Bearer(const Client& client) {
  return {{"authorization", absl::StrCat("Bearer ", client.token())}};
}

}  // namespace dap::tests
