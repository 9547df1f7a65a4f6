#include "services/enrolment/domain/arrangement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/status/matchers.h"

namespace dap::enrolment {
namespace {

using status::HasReason;
using status::IsOk;

ArrangementUpdate Blended(const Blend& blend) {
  ArrangementUpdate update;
  update.blend = blend;
  return update;
}
ArrangementUpdate Balanced(const BalanceTarget& balance) {
  ArrangementUpdate update;
  update.balance = balance;
  return update;
}
ArrangementUpdate OnDays(const PreferredDays& days) {
  ArrangementUpdate update;
  update.preferred_days = days;
  return update;
}

TEST(ArrangementTest, OnesOwnComesBeforeTheCohorts) {
  Cohort cohort;
  Enrolment enrolment;
  EXPECT_EQ(ArrangementOf(cohort, enrolment), Arrangement());
  enrolment.commitment = Commitment{30, 1};
  enrolment.balance = BalanceTarget{0.2, 0.1};
  const Arrangement own = ArrangementOf(cohort, enrolment);
  EXPECT_EQ(own.commitment, (Commitment{30, 1}));
  EXPECT_EQ(own.balance, (BalanceTarget{0.2, 0.1}));
  EXPECT_EQ(own.blend, cohort.blend);
}

TEST(ArrangementTest, TakesWhatFitsAndSaysAllThatDoesNot) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const struct {
    ArrangementUpdate update;
    By by;
    EnrolmentState state;
    const char* reason;  // of a refusal
  } cases[] = {
      {Blended({100, 0, 0, 0}), By::kCoach, EnrolmentState::kActive, nullptr},
      {Blended({50, 50, 1, 0}), By::kCoach, EnrolmentState::kActive, "BLEND_SUM"},
      {Balanced({0, 0.5}), By::kCoach, EnrolmentState::kPaused, nullptr},
      {Balanced({1.1, 0}), By::kCoach, EnrolmentState::kActive, "BALANCE_RANGE"},
      {Balanced({kNone, 0}), By::kCoach, EnrolmentState::kActive, "BALANCE_RANGE"},
      {OnDays({3}), By::kParticipant, EnrolmentState::kActive, nullptr},
      {OnDays({3}), By::kCoach, EnrolmentState::kActive, "DAYS_NOT_YOURS"},
      {{}, By::kCoach, EnrolmentState::kAwaitingKickoff, nullptr},
      {{}, By::kCoach, EnrolmentState::kApplied, "ENROLMENT_STATE"},
      {{}, By::kCoach, EnrolmentState::kWaitlisted, "ENROLMENT_STATE"},
      {{}, By::kParticipant, EnrolmentState::kCompleted, "ENROLMENT_STATE"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(&c - cases);
    Enrolment enrolment;
    enrolment.state = c.state;
    const absl::Status arranged = Arrange(enrolment, c.update, c.by);
    if (c.reason == nullptr) {
      EXPECT_THAT(arranged, IsOk());
      EXPECT_EQ(enrolment.blend, c.update.blend.value_or(std::nullopt));
      EXPECT_EQ(enrolment.balance, c.update.balance.value_or(std::nullopt));
    } else {
      EXPECT_THAT(arranged, HasReason(c.reason));
      EXPECT_FALSE(enrolment.blend.has_value() || enrolment.balance.has_value());
      EXPECT_EQ(enrolment.preferred_days, PreferredDays());
    }
  }
}

}  // namespace
}  // namespace dap::enrolment
