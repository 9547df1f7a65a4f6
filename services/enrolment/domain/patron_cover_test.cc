#include "services/enrolment/domain/patron_cover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::enrolment {
namespace {

using status::HasReason;
using status::IsOk;

const absl::Time kNow = absl::FromUnixSeconds(1'795'514'400);

class PatronCoverTest : public ::testing::Test {
 protected:
  PatronCover Cover(const id::Uuid& patron, const id::Uuid& covering, int from, int until) {
    PatronCover cover;
    cover.id = ids_.Next();
    cover.patron = patron;
    cover.covering = covering;
    cover.from = kNow + absl::Hours(from);
    cover.until = kNow + absl::Hours(until);
    return cover;
  }

  time::ManualClock clock_{kNow};
  id::Generator ids_{clock_};
  const id::Uuid a_ = ids_.Next(), b_ = ids_.Next(), c_ = ids_.Next();
};

TEST_F(PatronCoverTest, PlansAreOfTimeThatIsLeft) {
  const struct {
    int from, until;
    const char* reason;
  } cases[] = {
      {0, 1, ""}, {-5, 1, ""},      {1, 1, "TIME_ORDER"},          {-5, 0, "TIME_PAST"},
      {1, 2, ""}, {0, 60 * 24, ""}, {0, 60 * 24 + 1, "TIME_SPAN"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.until);
    const absl::Status checked = CheckPlan(Cover(a_, b_, c.from, c.until), kNow, Settings());
    EXPECT_EQ(status::Reason(checked), c.reason);
  }
  EXPECT_THAT(CheckPlan(Cover(a_, a_, 0, 1), kNow, Settings()), HasReason("COVER_IS_PATRON"));
}

TEST_F(PatronCoverTest, AtOneTimeNobodyIsAwayAndStandsIn) {
  const PatronCover held = Cover(a_, b_, 10, 20);
  const struct {
    PatronCover plan;
    bool goes;
  } cases[] = {
      {Cover(a_, c_, 15, 25), false},  // a is stood in for already
      {Cover(a_, c_, 20, 25), true},  {Cover(a_, c_, 5, 10), true},
      {Cover(c_, a_, 15, 25), false},  // a is away
      {Cover(b_, c_, 5, 11), false},   // b stands in
      {Cover(c_, b_, 5, 25), true},    // for two at once
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(&c - cases);
    const absl::Status checked = CheckOverlap(c.plan, {held});
    EXPECT_EQ(status::Reason(checked), c.goes ? "" : "COVER_OVERLAPS");
  }
  EXPECT_THAT(CheckOverlap(held, {held}), IsOk());
}

TEST_F(PatronCoverTest, TheClockTurnsIt) {
  const struct {
    CoverState state;
    int from, until;
    bool able;
    CoverState then;
  } cases[] = {
      {CoverState::kPlanned, 1, 2, true, CoverState::kPlanned},
      {CoverState::kPlanned, 0, 2, true, CoverState::kOn},
      {CoverState::kPlanned, 0, 2, false, CoverState::kOver},
      {CoverState::kPlanned, -2, 0, true, CoverState::kOver},
      {CoverState::kOn, -1, 1, true, CoverState::kOn},
      {CoverState::kOn, -1, 1, false, CoverState::kOver},
      {CoverState::kOn, -1, 0, true, CoverState::kOver},
      {CoverState::kOver, -1, 1, true, CoverState::kOver},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(&c - cases);
    PatronCover cover = Cover(a_, b_, c.from, c.until);
    cover.state = c.state;
    EXPECT_EQ(StateAt(cover, kNow, c.able), c.then);
  }
}

}  // namespace
}  // namespace dap::enrolment
