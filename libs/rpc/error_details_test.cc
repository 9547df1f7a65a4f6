#include "libs/rpc/error_details.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::rpc {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::NamesField;
using ::dap::status::StatusIs;

TEST(ErrorDetails, ComeBackAsTheyWere) {
  const absl::Status error =
      status::Exhausted("QUEUE_FULL", "Later.", absl::Milliseconds(1500));
  const absl::Status back = FromGrpc(ToGrpc(error));
  EXPECT_EQ(back, error);
  EXPECT_EQ(status::RetryAfter(back), absl::Milliseconds(1500));
  EXPECT_THAT(FromGrpc(ToGrpc(absl::OkStatus())), IsOk());
}

TEST(ErrorDetails, AStatusWithoutThemIsTakenAsItIs) {
  const absl::Status back =
      FromGrpc(grpc::Status(grpc::StatusCode::NOT_FOUND, "gone", "no google.rpc.Status \xff"));
  EXPECT_THAT(back, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(back.message(), "gone");
}

TEST(ErrorDetails, NeverOutgrowTheTrailers) {
  std::vector<status::Violation> fields;
  for (int i = 0; i < 200; ++i) {
    fields.push_back({absl::StrCat("field", i), std::string(100, 'x'), "FIELD_TOO_LONG"});
  }
  const grpc::Status sent = ToGrpc(status::InvalidAll(fields));
  EXPECT_LT(sent.error_details().size(), 5500u);
  EXPECT_THAT(FromGrpc(sent), HasReason("FIELD_TOO_LONG"));
  const grpc::Status long_message = ToGrpc(absl::AbortedError(std::string(5000, 'x')));
  EXPECT_EQ(long_message.error_message().size(), 1024u);
}

TEST(Publishable, HidesWhatIsOursAndNothingElse) {
  for (const absl::Status& error : {status::Internal("SELECT secret"),
                                    absl::UnknownError("secret"), absl::DataLossError("secret")}) {
    const absl::Status told = Publishable(error, "abc");
    EXPECT_EQ(told.message(), "Internal error; report trace abc");
    EXPECT_THAT(told, HasReason("INTERNAL"));
  }
  const absl::Status invalid = status::Invalid("name", "FIELD_REQUIRED", "must be set");
  EXPECT_THAT(Publishable(invalid, "abc"), NamesField("name"));
}

}  // namespace
}  // namespace dap::rpc
