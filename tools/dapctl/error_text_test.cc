#include "tools/dapctl/error_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/status/error.h"
#include "tools/dapctl/arguments.h"

namespace dap::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorTextTest, TellsCodeReasonConditionsAndWait) {
  const std::string text =
      ErrorText(status::PreconditionAll("COHORT_NOT_READY", "The cohort is not ready.",
                                        {{"kick_off", "Plan one.", "KICK_OFF_MISSING"},
                                         {"enrolments", "Two lack a patron.", "PATRON"}}));
  EXPECT_THAT(text, HasSubstr("FAILED_PRECONDITION COHORT_NOT_READY: The cohort is not ready.\n"));
  EXPECT_THAT(text, HasSubstr("  kick_off: Plan one. (KICK_OFF_MISSING)\n"));
  EXPECT_THAT(text, HasSubstr("  enrolments: Two lack a patron. (PATRON)\n"));
  EXPECT_THAT(ErrorText(status::Exhausted("RATE_LIMITED", "Too many.", absl::Milliseconds(250))),
              HasSubstr("Retry after 250ms."));
}

TEST(ErrorTextTest, LetsNoControlCharacterThrough) {
  EXPECT_THAT(ErrorText(absl::InternalError("a\x1b[2Jb")), Not(HasSubstr("\x1b")));
}

TEST(ErrorTextTest, ExitCodesTellWhatToDo) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), kDone);
  EXPECT_EQ(ExitCodeOf(UsageError("what?")), kUsage);
  EXPECT_EQ(ExitCodeOf(status::Invalid("name", "WRONG", "No.")), kRefused);
  EXPECT_EQ(ExitCodeOf(status::Denied("NO", "No.")), kRefused);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("down")), kUnavailable);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("slow")), kUnavailable);
  EXPECT_EQ(ExitCodeOf(status::Exhausted("FULL", "Full.", absl::Seconds(1))), kUnavailable);
}

TEST(ArgumentsTest, FlagsStandAnywhere) {
  const std::vector<Flag> flags = {{"to", "X", ""}, {"loud", "", ""}};
  const auto parsed = Arguments::Parse({"--to=a=b", "call", "--loud", "-", "--", "--x"}, flags);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->Get("to"), "a=b");
  EXPECT_TRUE(parsed->Has("loud"));
  EXPECT_EQ(parsed->words(), (std::vector<std::string>{"call", "-", "--x"}));
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--other=1"}, {"--to"}, {"--to=1", "--to=2"}, {"--loud=yes"}}) {
    EXPECT_EQ(ExitCodeOf(Arguments::Parse(wrong, flags).status()), kUsage) << wrong[0];
  }
}

}  // namespace
}  // namespace dap::ctl
