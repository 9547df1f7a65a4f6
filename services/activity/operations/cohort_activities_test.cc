// What a cohort sees of activities: what was shared with it, by those who belong to it, while it
// is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/activity/testing/experience_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::StatusIs;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class CohortActivitiesTest : public ExperienceTest {
 protected:
  // Logs one of mine; returns its name.
  std::string LogFor(v1::Visibility visibility, const std::string& note) {
    v1::LogActivityRequest request = LogRequest();
    request.mutable_activity()->set_visibility(visibility);
    request.mutable_activity()->set_note(note);
    request.mutable_activity()->set_link("https://example.org/a");
    const auto logged = Log(request);
    EXPECT_THAT(logged, IsOk());
    return logged.ok() ? logged->activity().name() : "";
  }
  absl::StatusOr<v1::ListCohortActivitiesResponse> List(const auth::Principal& who,
                                                        int page_size = 0,
                                                        const std::string& token = "") {
    v1::ListCohortActivitiesRequest request;
    request.set_parent(CohortName());
    request.set_page_size(page_size);
    request.set_page_token(token);
    return Call<v1::ListCohortActivitiesResponse>("ListCohortActivities", request, who);
  }
  // The notes in the list, newest day first.
  std::vector<std::string> Notes(const auth::Principal& who) {
    std::vector<std::string> notes;
    const auto page = List(who);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) return notes;
    for (const v1::SharedActivity& one : page->activities()) notes.push_back(one.note());
    return notes;
  }
  void Correct(const std::string& name, v1::Visibility visibility, const std::string& note,
               std::optional<absl::Time> time = std::nullopt) {
    v1::CorrectActivityRequest request = CorrectRequest(name);
    request.mutable_activity()->set_visibility(visibility);
    request.mutable_activity()->set_note(note);
    if (time) *request.mutable_activity()->mutable_activity_time() = ToProto(*time);
    EXPECT_THAT(Call<v1::CorrectActivityResponse>("CorrectActivity", request, Me()), IsOk());
  }
};

TEST_F(CohortActivitiesTest, MembersSeeWhatIsForTheCohortAndNothingElse) {
  LogFor(v1::VISIBILITY_UNSPECIFIED, "unsaid");
  LogFor(v1::VISIBILITY_PRIVATE, "private");
  LogFor(v1::VISIBILITY_COACH, "for the coach");
  LogFor(v1::VISIBILITY_COHORT, "for all");
  for (const auth::Principal& who : {Me(), Colleague(), Patron(), Coach()}) {
    EXPECT_THAT(Notes(who), ElementsAre("for all"));
  }
}

TEST_F(CohortActivitiesTest, OneTellsWhoDidWhatOnWhichDayAndNoMore) {
  v1::LogActivityRequest request = LogRequest(v1::SETTING_OFF_PLATFORM, 45);
  request.mutable_activity()->set_visibility(v1::VISIBILITY_COHORT);
  request.mutable_activity()->set_kind(v1::ACTIVITY_KIND_TRY);
  request.mutable_activity()->set_link("https://example.org/a");
  Enrol([&] {
    roster::Entry entry = Entry(me_, enrolment::v1::ENROLMENT_STATE_ACTIVE);
    entry.time_zone = "Pacific/Auckland";
    return entry;
  }());
  clock_.Set(At(kFirstDay + 3, 20));  // of the next day in Auckland
  ASSERT_THAT(Log(request), IsOk());
  v1::SharedActivity expected;
  expected.set_enrolment(Name(me_));
  expected.set_participant_display_name(absl::StrCat("Person ", me_.staff.ToString()));
  expected.set_kind(v1::ACTIVITY_KIND_TRY);
  expected.set_setting(v1::SETTING_OFF_PLATFORM);
  expected.set_link("https://example.org/a");
  expected.set_note("my own words");
  *expected.mutable_activity_date() = ToProto(kFirstDay + 4);
  for (const auth::Principal& who : {Colleague(), Coach()}) {
    const auto page = List(who);
    ASSERT_THAT(page, IsOk());
    ASSERT_EQ(page->activities_size(), 1);
    EXPECT_EQ(page->activities(0).SerializeAsString(), expected.SerializeAsString());
    EXPECT_EQ(page->next_page_token(), "");
  }
  // A patron is never to see dates.
  expected.clear_activity_date();
  const auto patrons = List(Patron());
  ASSERT_THAT(patrons, IsOk());
  ASSERT_EQ(patrons->activities_size(), 1);
  EXPECT_EQ(patrons->activities(0).SerializeAsString(), expected.SerializeAsString());
}

TEST_F(CohortActivitiesTest, WhoDoesNotBelongIsDenied) {
  LogFor(v1::VISIBILITY_COHORT, "for all");
  const auth::RoleSet all = {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_PATRON,
                             options::v1::ROLE_COACH};
  const Person elsewhere = {ids_.Next(), ids_.Next()};
  roster::Entry entry = Entry(elsewhere, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  entry.cohort = ids_.Next();
  entry.coaches = {ids_.Next()};
  entry.patron = ids_.Next();
  Enrol(entry);
  for (const id::Uuid& staff : {elsewhere.staff, entry.coaches[0], entry.patron, ids_.Next()}) {
    EXPECT_THAT(List(As(staff, all)), HasReason("NOT_YOURS"));
    EXPECT_THAT(List(As(staff, all)), StatusIs(absl::StatusCode::kPermissionDenied));
  }
  // Nor does an administrator, whatever they are in the organisation.
  EXPECT_THAT(List(As(coach_, {options::v1::ROLE_ORG_ADMIN})),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(CohortActivitiesTest, WhatIsTakenBackGoesAndComesWhereItIsSharedAgain) {
  const std::string deleted = LogFor(v1::VISIBILITY_COHORT, "deleted");
  const std::string changed = LogFor(v1::VISIBILITY_COHORT, "changed");
  const std::string opened = LogFor(v1::VISIBILITY_PRIVATE, "private at first");
  EXPECT_THAT(Notes(Colleague()), UnorderedElementsAre("deleted", "changed"));
  ASSERT_THAT(Call<v1::DeleteActivityResponse>("DeleteActivity", DeleteRequest(deleted), Me()),
              IsOk());
  EXPECT_THAT(Notes(Colleague()), ElementsAre("changed"));
  for (v1::Visibility visibility : {v1::VISIBILITY_COACH, v1::VISIBILITY_PRIVATE}) {
    Correct(changed, visibility, "mine");
    for (const auth::Principal& who : {Me(), Colleague(), Patron(), Coach()}) {
      EXPECT_THAT(Notes(who), IsEmpty());
    }
  }
  // Also where its time is put right while nobody sees it.
  Correct(changed, v1::VISIBILITY_PRIVATE, "mine", start_ - absl::Hours(2));
  Correct(changed, v1::VISIBILITY_COHORT, "again");
  Correct(opened, v1::VISIBILITY_COHORT, "opened");
  EXPECT_THAT(Notes(Colleague()), UnorderedElementsAre("again", "opened"));
  EXPECT_EQ(Count("cohort_activity"), 3) << "one place each, however often it was shared";
}

TEST_F(CohortActivitiesTest, ACorrectedDayMovesItInTheList) {
  clock_.Set(At(kFirstDay + 1));
  LogFor(v1::VISIBILITY_COHORT, "second day");
  clock_.Set(At(kFirstDay + 2));
  const std::string moved = LogFor(v1::VISIBILITY_COHORT, "third day");
  EXPECT_THAT(Notes(Colleague()), ElementsAre("third day", "second day"));
  Correct(moved, v1::VISIBILITY_COHORT, "first day", At(kFirstDay, 12));
  EXPECT_THAT(Notes(Colleague()), ElementsAre("second day", "first day"));
  EXPECT_EQ(List(Colleague())->activities(1).activity_date().day(), kFirstDay.day());
}

TEST_F(CohortActivitiesTest, WhoLeavesTakesTheirsAlong) {
  LogFor(v1::VISIBILITY_COHORT, "for all");
  for (auto [state, seen] : {std::pair(enrolment::v1::ENROLMENT_STATE_PAUSED, 1u),
                             std::pair(enrolment::v1::ENROLMENT_STATE_COMPLETED, 1u),
                             std::pair(enrolment::v1::ENROLMENT_STATE_WITHDRAWN, 0u)}) {
    Enrol(state);
    EXPECT_EQ(Notes(Colleague()).size(), seen) << state;
  }
  EXPECT_THAT(List(Me()), HasReason("NOT_YOURS"));
}

TEST_F(CohortActivitiesTest, PagesHoldEachOnceAndEnd) {
  std::set<std::string> all;
  for (int i = 0; i < 7; ++i) {
    // Three of a day, and one that is not for them between.
    clock_.Set(At(kFirstDay + i / 3, 10 + i % 3));
    LogFor(v1::VISIBILITY_COHORT, absl::StrCat(i));
    LogFor(v1::VISIBILITY_PRIVATE, "private");
    all.insert(absl::StrCat(i));
  }
  for (const auth::Principal& who : {Colleague(), Patron()}) {
    std::vector<std::string> seen;
    std::string token;
    int pages = 0;
    do {
      const auto page = List(who, 2, token);
      ASSERT_THAT(page, IsOk());
      for (const v1::SharedActivity& one : page->activities()) seen.push_back(one.note());
      token = page->next_page_token();
    } while (++pages < 10 && !token.empty());
    EXPECT_EQ(pages, 4);
    EXPECT_EQ(seen.size(), 7u);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), all);
    EXPECT_EQ(seen.front(), "6") << "the newest day has but this";
  }
}

TEST_F(CohortActivitiesTest, APageGoesOnAfterOneThatWasTakenBack) {
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) {
    clock_.Set(At(kFirstDay + i));
    names.push_back(LogFor(v1::VISIBILITY_COHORT, absl::StrCat(i)));
  }
  const auto first = List(Colleague(), 2);
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->activities(1).note(), "1");
  ASSERT_THAT(Call<v1::DeleteActivityResponse>("DeleteActivity", DeleteRequest(names[1]), Me()),
              IsOk());
  const auto second = List(Colleague(), 2, first->next_page_token());
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->activities_size(), 1);
  EXPECT_EQ(second->activities(0).note(), "0");
  // Somebody else's token, and one of a row that is erased.
  EXPECT_THAT(List(Coach(), 2, first->next_page_token()), HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
  ASSERT_THAT(db::Transaction(pool(), Deadline(),
                              [&](db::Connection& tx) {
                                return tx
                                    .Execute("DELETE FROM cohort_activity WHERE organisation = ?",
                                             {organisation_})
                                    .status();
                              }),
              IsOk());
  EXPECT_THAT(List(Colleague(), 2, first->next_page_token()), HasReason("PAGE_TOKEN_GONE"));
}

TEST_F(CohortActivitiesTest, WhatComesInABatchAndTwiceIsThereOnce) {
  v1::BatchLogActivitiesRequest batch;
  batch.set_parent(Name(me_));
  for (int i = 0; i < 3; ++i) {
    *batch.add_requests() = LogRequest();
    batch.mutable_requests(i)->mutable_activity()->set_visibility(v1::VISIBILITY_COHORT);
    batch.mutable_requests(i)->mutable_activity()->set_note(absl::StrCat(i));
  }
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Call<v1::BatchLogActivitiesResponse>("BatchLogActivities", batch, Me()), IsOk());
  }
  EXPECT_THAT(Notes(Colleague()), UnorderedElementsAre("0", "1", "2"));
}

}  // namespace
}  // namespace dap::activity
