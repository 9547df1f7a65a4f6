#include "tools/dapctl/call.h"

#include <unistd.h>

#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "libs/id/uuid.h"
#include "libs/rpc/testing/probe.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::ctl {
namespace {

using rpc::testing::EchoRequest;
using rpc::testing::EchoResponse;

class CallTest : public rpc::testing::ProbeTest {
 protected:
  absl::Status Json(const char* method, const std::string& input, const CallOptions& options = {}) {
    auto lines = Lines::Open(input, -1);
    EXPECT_THAT(lines, status::IsOk());
    out_.str("");
    log_.str("");
    return CallMethod(*channel_, Within(absl::Seconds(20)), Method(method), **lines, options, out_,
                      log_);
  }

  static const google::protobuf::MethodDescriptor* Method(const char* name) {
    return EchoRequest::descriptor()
        ->file()
        ->FindServiceByName("ProbeService")
        ->FindMethodByName(name);
  }

  std::ostringstream out_;
  std::ostringstream log_;
};

TEST_F(CallTest, TakesAndGivesJson) {
  Start();
  ASSERT_THAT(Json("Echo", R"({"text": "hello"})"), status::IsOk());
  EXPECT_EQ(out_.str(), "{\n \"text\": \"hello\"\n}\n");
}

TEST_F(CallTest, GivesTheServersErrorWhole) {
  probe_.echo = [](const rpc::Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    return status::Invalid("cohort.capacity", "TOO_SMALL", "Must be 1 or more.");
  };
  Start();
  const absl::Status status = Json("Echo", "{}");
  EXPECT_THAT(status, status::HasReason("TOO_SMALL"));
  EXPECT_THAT(status, status::NamesField("cohort.capacity"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CallTest, SendsNothingWhereTheJsonIsWrong) {
  int calls = 0;
  probe_.echo = [&](const rpc::Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    ++calls;
    return EchoResponse();
  };
  Start();
  for (const char* wrong : {"{", "[]", R"({"txt": "x"})", R"({"text": 1)", "hello"}) {
    EXPECT_THAT(Json("Echo", wrong), status::HasReason("JSON_INVALID")) << wrong;
  }
  EXPECT_EQ(calls, 0);
}

TEST_F(CallTest, StreamsOneJsonALineBothWays) {
  Start();
  ASSERT_THAT(Json("Chat", "{\"text\": \"a\"}\n\n{\"text\": \"b\"}"), status::IsOk());
  EXPECT_EQ(out_.str(), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
  ASSERT_THAT(Json("Repeat", R"({"text": "r"})"), status::IsOk());
  EXPECT_EQ(out_.str(), "{\"text\":\"r\"}\n{\"text\":\"r\"}\n{\"text\":\"r\"}\n");
}

TEST_F(CallTest, NamesTheMessageOfAStreamThatIsNoJson) {
  Start();
  EXPECT_THAT(Json("Chat", "{\"text\": \"a\"}\n{"), status::NamesField("message 2"));
}

// A person at a terminal has typed nothing more when the server ends the call.
TEST_F(CallTest, EndsWithTheStreamWhileItsInputIsStillOpen) {
  probe_.chat = [](const rpc::Call&, rpc::Stream<EchoRequest, EchoResponse>& stream) {
    EchoRequest request;
    stream.Read(&request);
    return status::Precondition("ENOUGH", "That is enough.");
  };
  Start();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string line = "{\"text\": \"a\"}\n";
  ASSERT_EQ(write(ends[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
  auto lines = Lines::Open("-", ends[0]);
  ASSERT_THAT(lines, status::IsOk());
  EXPECT_THAT(CallMethod(*channel_, {}, Method("Chat"), **lines, {}, out_, log_),
              status::HasReason("ENOUGH"));
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace dap::ctl
