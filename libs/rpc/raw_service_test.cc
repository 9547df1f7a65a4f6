#include "libs/rpc/raw_service.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "libs/rpc/testing/probe.h"

namespace dap::rpc::testing {
namespace {

using ::dap::status::IsOk;
using ::dap::status::StatusIs;
using ::google::protobuf::MethodDescriptor;

using Bidi = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Sends back what comes.
class EchoStream final : public Bidi {
 public:
  EchoStream() { StartRead(&bytes_); }
  void OnReadDone(bool ok) override {
    if (ok) {
      StartWrite(&bytes_);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    bytes_.Clear();
    StartRead(&bytes_);
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer bytes_;
};

class RawServiceTest : public ProbeTest {
 protected:
  RawServiceTest() {
    raw_.descriptor = EchoRequest::descriptor()->file()->FindServiceByName("ProbeService");
    raw_.serves = [](const MethodDescriptor* method) { return method->name() != "Internal"; };
    raw_.unary = [this](grpc::CallbackServerContext* context, const MethodDescriptor* method,
                        const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
      called_ = method->name();
      *response = *request;  // the two messages have the same bytes
      auto* reactor = context->DefaultReactor();
      reactor->Finish(grpc::Status::OK);
      return reactor;
    };
    raw_.stream = [](grpc::CallbackServerContext*, const MethodDescriptor*) -> Bidi* {
      return new EchoStream;
    };
    auto server = Server::Start(options_, {}, {&raw_});
    EXPECT_THAT(server, IsOk());
    server_ = *std::move(server);
    channel_ = Connect(server_->port());
  }
  ~RawServiceTest() override { server_.reset(); }

  RawService raw_;
  std::string called_;
};

TEST_F(RawServiceTest, PassesBytesOfAUnaryCall) {
  const auto response = Call("Change", "hello");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->text(), "hello");
  EXPECT_EQ(called_, "Change");
}

TEST_F(RawServiceTest, PassesBytesOfAStream) {
  auto stream = Open("Chat");
  EchoResponse response;
  for (const char* text : {"one", "two"}) {
    ASSERT_TRUE(stream.Write(Text(text)));
    ASSERT_TRUE(stream.Read(&response));
    EXPECT_EQ(response.text(), text);
  }
  stream.WritesDone();
  EXPECT_THAT(stream.Finish(), IsOk());
}

TEST_F(RawServiceTest, AMethodThatIsNotServedDoesNotExist) {
  EXPECT_THAT(Call("Internal", "x"), StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_EQ(called_, "");
}

}  // namespace
}  // namespace dap::rpc::testing
