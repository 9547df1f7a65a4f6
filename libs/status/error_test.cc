#include "libs/status/error.h"

#include <gtest/gtest.h>

#include "libs/status/macros.h"
#include "libs/status/matchers.h"

namespace dap::status {
namespace {

TEST(Error, InvalidNamesTheFieldAndTheReason) {
  absl::Status status = Invalid("cohort.capacity", "OUT_OF_RANGE", "must be 1 to 500");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(status, HasReason("OUT_OF_RANGE"));
  EXPECT_THAT(status, NamesField("cohort.capacity"));
  EXPECT_EQ(status.message(), "cohort.capacity: must be 1 to 500");
}

TEST(Error, EveryUnmetPreconditionIsNamedAtOnce) {
  absl::Status status =
      PreconditionAll("COHORT_NOT_READY", "The cohort can't start yet.",
                      {{"kick_off", "needs a date", "KICK_OFF_MISSING"},
                       {"patrons", "2 participants have none", "PATRON_MISSING"}});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Violations(status).size(), 2u);
  EXPECT_THAT(status, NamesField("patrons"));
}

TEST(Error, NothingWrongIsOk) {
  EXPECT_THAT(InvalidAll({}), IsOk());
  EXPECT_THAT(PreconditionAll("R", "m", {}), IsOk());
}

TEST(Error, ExhaustedSaysWhenToComeBack) {
  EXPECT_EQ(RetryAfter(Exhausted("QUEUE_FULL", "busy", absl::Milliseconds(1500))),
            absl::Milliseconds(1500));
}

TEST(Error, AMissingThingHasItsTypeInTheReason) {
  EXPECT_THAT(NotFound("goal template", "x"), HasReason("GOAL_TEMPLATE_NOT_FOUND"));
}

absl::StatusOr<int> Twice(absl::StatusOr<int> number) {
  ASSIGN_OR_RETURN(int n, number);
  return 2 * n;
}

TEST(Macros, PassTheErrorOnUnchanged) {
  EXPECT_EQ(*Twice(21), 42);
  EXPECT_THAT(Twice(Denied("NOT_YOURS", "no")), HasReason("NOT_YOURS"));
}

}  // namespace
}  // namespace dap::status
