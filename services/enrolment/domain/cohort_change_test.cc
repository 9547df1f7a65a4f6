#include "services/enrolment/domain/cohort_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/matchers.h"

namespace dap::enrolment {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;

constexpr CohortState kStates[] = {CohortState::kDraft,    CohortState::kRecruiting,
                                   CohortState::kReady,    CohortState::kRunning,
                                   CohortState::kFinished, CohortState::kCancelled};

Cohort Plain(CohortState state) {
  Cohort cohort;
  cohort.title = "Spring";
  cohort.state = state;
  cohort.start_date = absl::CivilDay(2027, 1, 11);
  cohort.end_date = absl::CivilDay(2027, 4, 2);
  cohort.capacity = 20;
  cohort.places_taken = 12;
  cohort.coaches = {id::Uuid::FromBytes(std::string(16, 'c'))};
  return cohort;
}

// Each field with a change of it, and the last state in which it may change, by hand.
struct Case {
  CohortField field;
  void (*change)(Cohort&);
  CohortState until;
};
const Case kCases[] = {
    {CohortField::kTitle, [](Cohort& c) { c.title = "Summer"; }, CohortState::kRunning},
    {CohortField::kStartDate, [](Cohort& c) { ++c.start_date; }, CohortState::kReady},
    {CohortField::kEndDate, [](Cohort& c) { ++c.end_date; }, CohortState::kRunning},
    {CohortField::kCapacity, [](Cohort& c) { ++c.capacity; }, CohortState::kRunning},
    {CohortField::kBlend,
     [](Cohort& c) {
       c.blend = {40, 20, 20, 20};
     },
     CohortState::kRunning},
    {CohortField::kCommitment, [](Cohort& c) { c.commitment.minutes_per_week = 90; },
     CohortState::kReady},
    {CohortField::kBalanceTarget, [](Cohort& c) { c.balance.target = 0.6; }, CohortState::kRunning},
    {CohortField::kCoaches,
     [](Cohort& c) { c.coaches.push_back(id::Uuid::FromBytes(std::string(16, 'd'))); },
     CohortState::kRunning},
};

TEST(CohortChange, EachFieldChangesUntilItsStateAndNoLonger) {
  for (const Case& c : kCases) {
    for (CohortState state : kStates) {
      SCOPED_TRACE(absl::StrCat(std::string(Word(c.field)), " ", std::string(Word(state))));
      const Cohort cohort = Plain(state);
      Cohort wanted = cohort;
      c.change(wanted);
      EXPECT_EQ(Differences(cohort, wanted), CohortFields{c.field});
      const absl::Status checked = CheckChange(cohort, wanted);
      if (state <= c.until) {
        EXPECT_THAT(checked, IsOk());
        continue;
      }
      EXPECT_THAT(checked, StatusIs(absl::StatusCode::kFailedPrecondition));
      EXPECT_THAT(checked, HasReason("COHORT_FIXED"));
      EXPECT_THAT(checked, NamesField(absl::StrCat("cohort.", Word(c.field))));
    }
  }
}

TEST(CohortChange, EveryFixedFieldIsNamedAtOnce) {
  const Cohort cohort = Plain(CohortState::kRunning);
  Cohort wanted = cohort;
  wanted.start_date = absl::CivilDay(2027, 1, 12);
  wanted.commitment.sessions_per_week = 3;
  wanted.capacity = 11;
  wanted.title = "Summer";
  const auto violations = status::Violations(CheckChange(cohort, wanted));
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].subject, "cohort.start_date");
  EXPECT_EQ(violations[1].subject, "cohort.commitment");
  EXPECT_EQ(violations[2].subject, "cohort.capacity");
  EXPECT_EQ(violations[2].reason, "CAPACITY_TAKEN");
}

TEST(CohortChange, CapacityGoesDownToThePlacesTaken) {
  const Cohort cohort = Plain(CohortState::kRecruiting);
  Cohort wanted = cohort;
  wanted.capacity = 12;
  EXPECT_THAT(CheckChange(cohort, wanted), IsOk());
  wanted.capacity = 11;
  EXPECT_THAT(CheckChange(cohort, wanted), HasReason("COHORT_FIXED"));
}

TEST(CohortChange, WhatStaysTheSameIsNoChangeInAnyState) {
  const Cohort cohort = Plain(CohortState::kCancelled);
  EXPECT_THAT(CheckChange(cohort, cohort), IsOk());
}

TEST(CohortChange, APlanHoldsItsRulesAndHasACoach) {
  const Cohort cohort = Plain(CohortState::kDraft);
  Cohort wanted = cohort;
  wanted.end_date = wanted.start_date;
  EXPECT_THAT(CheckChange(cohort, wanted), HasReason("DATE_ORDER"));
  wanted = cohort;
  wanted.coaches.clear();
  EXPECT_THAT(CheckChange(cohort, wanted), HasReason("COACH_MISSING"));
  EXPECT_THAT(CheckChange(cohort, wanted), NamesField("cohort.coaches"));
}

TEST(CohortChange, AMaskNamesFieldsOrAll) {
  EXPECT_EQ(FieldsNamed({})->size(), 8u);
  EXPECT_EQ(FieldsNamed({"*"})->size(), 8u);
  EXPECT_EQ(*FieldsNamed({"title", "coaches"}),
            (CohortFields{CohortField::kTitle, CohortField::kCoaches}));
  for (const char* path : {"state", "name", "blend.online", "", "title,coaches"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(FieldsNamed({"title", path}), HasReason("UPDATE_MASK_PATH"));
    EXPECT_THAT(FieldsNamed({path}), NamesField("update_mask"));
  }
}

}  // namespace
}  // namespace dap::enrolment
