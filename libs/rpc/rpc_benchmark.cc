// Unary no-op echo through libs/rpc against a bare gRPC callback server with generated stubs: same
// proto, same process, same client, taken in turns so that a machine that drifts drifts for both.
//
//   rpc_benchmark [calls per round, 40,000] [rounds, 5]
//
// Prints calls a second of each round and the ratio of the medians.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "dap/rpc/testing/v1/probe.grpc.pb.h"
#include "libs/rpc/server.h"
#include "prometheus/registry.h"

namespace dap::rpc {
namespace {

using testing::v1::EchoRequest;
using testing::v1::EchoResponse;
using testing::v1::ProbeService;

constexpr int kOutstanding = 64;

class BareProbe final : public ProbeService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoResponse* response) override {
    response->set_text(request->text());
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

absl::StatusOr<EchoResponse> Echo(const Call&, const EchoRequest& request) {
  EchoResponse response;
  response.set_text(request.text());
  return response;
}

void BindAll(Service& service) {
  const auto unary = [&](absl::string_view name) {
    service.Unary<EchoRequest, EchoResponse>(name, Echo);
  };
  for (const char* name : {"Echo", "Change", "Coach", "Internal", "Closed", "Later"}) unary(name);
  service.Unary<testing::v1::CheckRequest, EchoResponse>(
      "Check", [](const Call&, const testing::v1::CheckRequest&) { return EchoResponse(); });
  service.Bidi<EchoRequest, EchoResponse>(
      "Chat", [](const Call&, Stream<EchoRequest, EchoResponse>&) { return absl::OkStatus(); });
  for (const char* name : {"Repeat", "Watch"}) {
    service.ServerStream<EchoRequest, EchoResponse>(
        name, [](const Call&, const EchoRequest&, Writer<EchoResponse>&) {
          return absl::OkStatus();
        });
  }
}

// Keeps 64 calls outstanding until `calls` have been answered.
class Load {
 public:
  Load(int port, int calls) : left_to_start_(calls), left_to_end_(calls) {
    stub_ = ProbeService::NewStub(grpc::CreateChannel(absl::StrCat("127.0.0.1:", port),
                                                      grpc::InsecureChannelCredentials()));
    request_.set_text("sixteen letters!");
  }

  double CallsPerSecond() {
    const int calls = left_to_end_;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kOutstanding; ++i) Next();
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](Load* load) { return load->ended_; }, this));
    return calls / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

 private:
  struct Slot {
    grpc::ClientContext context;
    EchoResponse response;
  };

  void Next() {
    if (left_to_start_.fetch_sub(1) <= 0) return;
    auto* slot = new Slot;
    slot->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    stub_->async()->Echo(&slot->context, &request_, &slot->response,
                         [this, slot](const grpc::Status& status) {
                           if (!status.ok()) {
                             std::fprintf(stderr, "%s\n", status.error_message().c_str());
                             std::exit(1);
                           }
                           delete slot;
                           Next();
                           if (left_to_end_.fetch_sub(1) == 1) {
                             absl::MutexLock lock(&mutex_);
                             ended_ = true;
                           }
                         });
  }

  std::unique_ptr<ProbeService::Stub> stub_;
  EchoRequest request_;
  std::atomic<int> left_to_start_;
  std::atomic<int> left_to_end_;
  absl::Mutex mutex_;
  bool ended_ = false;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Main(int calls, int rounds) {
  BareProbe bare;
  int bare_port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &bare_port);
  builder.RegisterService(&bare);
  const std::unique_ptr<grpc::Server> bare_server = builder.BuildAndStart();

  prometheus::Registry registry;
  Service service("dap.rpc.testing.v1.ProbeService");
  BindAll(service);
  ServerOptions options;
  options.security = Security::kInsecureForTests;
  options.registry = &registry;
  auto server = Server::Start(options, {&service});
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", std::string(server.status().message()).c_str());
    return 1;
  }

  std::vector<double> bare_rates;
  std::vector<double> our_rates;
  Load(bare_port, calls / 4).CallsPerSecond();
  Load((*server)->port(), calls / 4).CallsPerSecond();
  for (int round = 0; round < rounds; ++round) {
    bare_rates.push_back(Load(bare_port, calls).CallsPerSecond());
    our_rates.push_back(Load((*server)->port(), calls).CallsPerSecond());
    std::printf("bare %8.0f/s   libs/rpc %8.0f/s\n", bare_rates.back(), our_rates.back());
  }
  std::printf("ratio of medians %.2f (goal 0.85)\n", Median(our_rates) / Median(bare_rates));
  return 0;
}

}  // namespace
}  // namespace dap::rpc

int main(int argc, char** argv) {
  return dap::rpc::Main(argc > 1 ? std::atoi(argv[1]) : 40'000,
                        argc > 2 ? std::atoi(argv[2]) : 5);
}
