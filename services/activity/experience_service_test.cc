#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "services/activity/testing/experience_test_base.h"

namespace dap::activity {
namespace {

using events::v1::Event;
using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ExperienceTest, IsAContributionToldWithoutItsText) {
  const v1::ShareExperienceRequest share = ShareRequest();
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Call<v1::ShareExperienceResponse>("ShareExperience", share, Me()), IsOk());
  }
  ASSERT_EQ(CountTold(Event::kExperienceShared), 1) << "once";
  EXPECT_EQ(Told().back().experience_shared().audience(), v1::AUDIENCE_COHORT);
  EXPECT_THAT(Told().back().SerializeAsString(),
              testing::Not(testing::HasSubstr(share.experience().text())));
  EXPECT_EQ(Progress().weeks().rbegin()->contributions(), 1);
}

TEST_F(ExperienceTest, TheAuthorChoosesWhoSeesIt) {
  const std::string all = Share().name();
  const std::string patron_and_coach = Share(v1::AUDIENCE_PATRON_AND_COACH).name();
  const std::string coach = Share(v1::AUDIENCE_COACH).name();
  EXPECT_THAT(Feed(Me()), ElementsAre(coach, patron_and_coach, all));
  EXPECT_THAT(Feed(Coach()), ElementsAre(coach, patron_and_coach, all));
  EXPECT_THAT(Feed(Patron()), ElementsAre(patron_and_coach, all));
  EXPECT_THAT(Feed(Colleague()), ElementsAre(all));
  EXPECT_THAT(Get(patron_and_coach, Colleague()), HasReason("EXPERIENCE_NOT_FOUND"));
  EXPECT_THAT(Cheer(patron_and_coach, v1::CHEER_KIND_HEART, Colleague()),
              HasReason("EXPERIENCE_NOT_FOUND"));
  EXPECT_THAT(Comment(coach, "Hm", Patron()), HasReason("EXPERIENCE_NOT_FOUND"));
  // Another patron of the cohort is not the author's.
  roster::Entry other = Entry(colleague_, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  other.patron = ids_.Next();
  Enrol(other);
  EXPECT_THAT(Feed(As(other.patron, {options::v1::ROLE_PATRON})), ElementsAre(all));
}

TEST_F(ExperienceTest, ACoachRecordsAMomentThatTheParticipantConfirms) {
  const v1::Experience recorded = Record();
  EXPECT_EQ(recorded.state(), v1::EXPERIENCE_STATE_AWAITING_CONSENT);
  EXPECT_TRUE(recorded.recorded_by_coach());
  EXPECT_EQ(CountTold(Event::kMomentRecorded), 1);
  EXPECT_EQ(CountTold(Event::kExperienceShared), 0);
  EXPECT_EQ(Count("contribution"), 0) << "not yet";
  EXPECT_THAT(Get(recorded.name(), Colleague()), HasReason("EXPERIENCE_NOT_FOUND"));
  EXPECT_THAT(Get(recorded.name(), Patron()), HasReason("EXPERIENCE_NOT_FOUND"));
  EXPECT_THAT(Feed(Coach()), IsEmpty());
  EXPECT_THAT(Feed(Me(), 0, Name(me_)), ElementsAre(recorded.name()));
  EXPECT_THAT(Call<v1::UpdateExperienceResponse>("UpdateExperience", UpdateRequest(recorded), Me()),
              HasReason("EXPERIENCE_AWAITS_CONSENT"));

  v1::ConfirmExperienceRequest confirm;
  confirm.set_name(recorded.name());
  confirm.set_audience(v1::AUDIENCE_PATRON_AND_COACH);
  confirm.set_request_id(NewId());
  EXPECT_THAT(Call<v1::ConfirmExperienceResponse>("ConfirmExperience", confirm, Me()), IsOk());
  EXPECT_THAT(Feed(Patron()), ElementsAre(recorded.name()));
  EXPECT_THAT(Feed(Colleague()), IsEmpty());
  EXPECT_EQ(Count("contribution"), 1);
  EXPECT_EQ(Told().back().experience_shared().moment(), v1::FIRST_TIME_MOMENT_CONNECTION);
  confirm.set_request_id(NewId());
  EXPECT_THAT(Call<v1::ConfirmExperienceResponse>("ConfirmExperience", confirm, Me()),
              HasReason("EXPERIENCE_NOT_AWAITED"));

  const v1::Experience declined = Record();
  EXPECT_THAT((Named<v1::DeclineExperienceResponse, v1::DeclineExperienceRequest>(
                  "DeclineExperience", declined.name(), Me())),
              IsOk());
  EXPECT_THAT(Get(declined.name(), Coach()), HasReason("EXPERIENCE_NOT_FOUND"));
  EXPECT_EQ(CountTold(Event::kExperienceHidden), 1) << "they need not be asked any more";
}

TEST_F(ExperienceTest, EditsAreMarkedAndHeldAgainstTheVersionThatWasRead) {
  const v1::Experience first = Share();
  clock_.Advance(absl::Minutes(1));
  v1::UpdateExperienceRequest update = UpdateRequest(first);
  const auto edited = Call<v1::UpdateExperienceResponse>("UpdateExperience", update, Me());
  ASSERT_THAT(edited, IsOk());
  EXPECT_EQ(edited->experience().text(), "What I meant.");
  EXPECT_EQ(FromProto(edited->experience().edit_time()), clock_.Now());
  update.set_request_id(NewId());
  EXPECT_THAT(Call<v1::UpdateExperienceResponse>("UpdateExperience", update, Me()),
              AllOf(StatusIs(absl::StatusCode::kAborted), HasReason("ETAG_MISMATCH")));
  v1::UpdateExperienceRequest narrow = UpdateRequest(edited->experience());
  narrow.mutable_update_mask()->Clear();
  narrow.mutable_update_mask()->add_paths("audience");
  narrow.mutable_experience()->set_audience(v1::AUDIENCE_COACH);
  ASSERT_THAT(Call<v1::UpdateExperienceResponse>("UpdateExperience", narrow, Me()), IsOk());
  EXPECT_THAT(Feed(Colleague()), IsEmpty());
  EXPECT_EQ(CountTold(Event::kExperienceHidden), 1);
}

TEST_F(ExperienceTest, HidingTakesItOutOfSightAndLeavesTheContribution) {
  const std::string name = Share().name();
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Hide(name, Me()), IsOk());
  EXPECT_EQ(CountTold(Event::kExperienceHidden), 1);
  EXPECT_THAT(Feed(Me()), IsEmpty());
  EXPECT_THAT(Get(name, Coach()), HasReason("EXPERIENCE_NOT_FOUND"));
  EXPECT_EQ(Get(name, Me())->state(), v1::EXPERIENCE_STATE_HIDDEN);
  EXPECT_THAT(Cheer(name, v1::CHEER_KIND_HEART, Me()), HasReason("EXPERIENCE_NOT_SHARED"));
  EXPECT_EQ(Progress().weeks().rbegin()->contributions(), 1);
  ASSERT_THAT(Unhide(name, Me()), IsOk());
  EXPECT_THAT(Feed(Colleague()), ElementsAre(name));
}

TEST_F(ExperienceTest, OneCheerAPersonThatCanBeChangedAndTakenBack) {
  const std::string name = Share().name();
  ASSERT_THAT(Cheer(name, v1::CHEER_KIND_UNSPECIFIED, Colleague()), IsOk());
  ASSERT_THAT(Cheer(name, v1::CHEER_KIND_HEART, Patron()), IsOk());
  const auto changed = Cheer(name, v1::CHEER_KIND_HEART, Colleague());
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->experience().cheers(), 2);
  ASSERT_THAT(changed->experience().cheer_counts(), SizeIs(1));
  EXPECT_EQ(changed->experience().cheer_counts(0).kind(), v1::CHEER_KIND_HEART);
  EXPECT_EQ(changed->experience().cheer_counts(0).count(), 2);
  EXPECT_EQ(changed->experience().my_cheer(), v1::CHEER_KIND_HEART);
  for (int i = 0; i < 2; ++i) {
    const auto back = Named<v1::UncheerExperienceResponse, v1::UncheerExperienceRequest>(
        "UncheerExperience", name, Colleague());
    ASSERT_THAT(back, IsOk());
    EXPECT_EQ(back->experience().cheers(), 1);
    EXPECT_FALSE(back->experience().cheered_by_me());
  }
  EXPECT_THAT(Cheer(name, static_cast<v1::CheerKind>(9), Me()),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument), NamesField("kind")));
}

TEST_F(ExperienceTest, CommentsAreWrittenChangedAndDeletedByTheirAuthor) {
  const std::string name = Share().name();
  events::v1::Event staff;
  staff.mutable_staff_member_changed()->set_staff_member(Bytes(patron_));
  staff.mutable_staff_member_changed()->set_display_name("Pat Ron");
  staff.mutable_staff_member_changed()->set_version(1);
  Hear(EnrolmentHandler(*context_), staff);
  const auto first = Comment(name, "Lovely!", Patron());
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->comment().author_display_name(), "Pat Ron");
  ASSERT_THAT(Comment(name, "Thank you", Me()), IsOk());
  EXPECT_EQ(Get(name, Me())->comments(), 2);
  v1::UpdateCommentRequest update;
  *update.mutable_comment() = first->comment();
  update.mutable_comment()->set_text("Really lovely!");
  update.set_request_id(NewId());
  EXPECT_THAT(Call<v1::UpdateCommentResponse>("UpdateComment", update, Patron()), IsOk());
  update.set_request_id(NewId());
  EXPECT_THAT(Call<v1::UpdateCommentResponse>("UpdateComment", update, Patron()),
              HasReason("ETAG_MISMATCH"));
  v1::ListCommentsRequest list;
  list.set_parent(name);
  list.set_page_size(1);
  std::vector<std::string> texts;
  do {
    const auto page = Call<v1::ListCommentsResponse>("ListComments", list, Colleague());
    ASSERT_THAT(page, IsOk());
    for (const auto& comment : page->comments()) texts.push_back(comment.text());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(texts, ElementsAre("Really lovely!", "Thank you"));
  EXPECT_THAT(DeleteComment(first->comment().name(), Me()), HasReason("NOT_YOURS"));
  EXPECT_THAT(DeleteComment(first->comment().name(), Coach()), IsOk());
  EXPECT_THAT(DeleteComment(first->comment().name(), Patron()), HasReason("COMMENT_NOT_FOUND"));
  EXPECT_EQ(Get(name, Me())->comments(), 1);
}

TEST_F(ExperienceTest, CommentsHaveAPaceEachPerson) {
  const std::string name = Share().name();
  for (int i = 0; i < 10; ++i) ASSERT_THAT(Comment(name, "Me again", Colleague()), IsOk());
  EXPECT_THAT(
      Comment(name, "One more", Colleague()),
      AllOf(StatusIs(absl::StatusCode::kResourceExhausted), HasReason("COMMENTING_TOO_FAST")));
  EXPECT_THAT(Comment(name, "I may", Me()), IsOk());
  clock_.Advance(absl::Seconds(61));
  EXPECT_THAT(Comment(name, "One more", Colleague()), IsOk());
  EXPECT_EQ(Get(name, Me())->comments(), 12);
}

TEST_F(ExperienceTest, ReportsWaitForACoachWhoKeepsOrRemoves) {
  const v1::Experience kept = Share(), removed = Share();
  for (const auth::Principal& who : {Colleague(), Colleague(), Patron()}) {
    ASSERT_THAT(Report(kept.name(), who), IsOk());
  }
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(Report(removed.name(), Colleague()), IsOk());
  EXPECT_EQ(CountTold(Event::kExperienceReported), 2) << "once an experience";
  v1::ListReportedExperiencesRequest list;
  list.set_parent(CohortName());
  list.set_page_size(1);
  const auto page =
      Call<v1::ListReportedExperiencesResponse>("ListReportedExperiences", list, Coach());
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->experiences(), SizeIs(1));
  EXPECT_EQ(page->experiences(0).experience().name(), kept.name());
  EXPECT_EQ(page->experiences(0).reports(), 2) << "once a person";
  EXPECT_THAT(page->experiences(0).reasons(),
              ElementsAre("It names a customer.", "It names a customer."));
  list.set_page_token(page->next_page_token());
  const auto second =
      Call<v1::ListReportedExperiencesResponse>("ListReportedExperiences", list, Coach());
  ASSERT_THAT(second, IsOk());
  ASSERT_THAT(second->experiences(), SizeIs(1));
  EXPECT_EQ(second->experiences(0).experience().name(), removed.name());

  ASSERT_THAT(Moderate(kept, v1::MODERATION_DECISION_KEEP), IsOk());
  ASSERT_THAT(Moderate(removed, v1::MODERATION_DECISION_REMOVE), IsOk());
  EXPECT_TRUE(Told().back().experience_hidden().removed_by_coach());
  EXPECT_THAT(Told().back().SerializeAsString(), testing::Not(testing::HasSubstr("customer")));
  EXPECT_EQ(Get(removed.name(), Me())->removal_reason(), "It named a customer.");
  EXPECT_THAT(Get(removed.name(), Colleague()), HasReason("EXPERIENCE_NOT_FOUND"));
  EXPECT_THAT(Unhide(removed.name(), Me()), HasReason("EXPERIENCE_REMOVED"));
  list.clear_page_token();
  EXPECT_THAT(Call<v1::ListReportedExperiencesResponse>("ListReportedExperiences", list, Coach())
                  ->experiences(),
              IsEmpty());
}

TEST_F(ExperienceTest, RefusesWhatNobodyShouldRead) {
  struct Case {
    const char* reason;
    const char* field;
    std::function<void(v1::Experience&)> spoil;
  };
  for (const Case& c : std::vector<Case>{
           {"TEXT_BLANK", "experience.text", [](auto& e) { e.set_text(" \n "); }},
           {"TEXT_CONTROL_CHARACTER", "experience.text",
            [](auto& e) { e.set_text("clear\x1b[2J"); }},
           {"", "experience.text", [](auto& e) { e.set_text(std::string(10'000, 'x')); }},
           {"", "experience.link", [](auto& e) { e.set_link("javascript:alert(1)"); }},
           {"LINK_UNSAFE", "experience.link",
            [](auto& e) { e.set_link("https://bank.example@evil.example/"); }},
           {"MOMENT_UNKNOWN", "experience.moment",
            [](auto& e) { e.set_moment(static_cast<v1::FirstTimeMoment>(7)); }},
           {"AUDIENCE_UNKNOWN", "experience.audience",
            [](auto& e) { e.set_audience(static_cast<v1::Audience>(7)); }},
           {"ENROLMENT_OF_ANOTHER_COHORT", "experience.enrolment",
            [&](auto& e) {
              e.set_enrolment(EnrolmentName(organisation_, ids_.Next(), me_.enrolment));
            }},
       }) {
    v1::ShareExperienceRequest request = ShareRequest();
    c.spoil(*request.mutable_experience());
    const auto shared = Call<v1::ShareExperienceResponse>("ShareExperience", request, Me());
    EXPECT_THAT(shared, AllOf(StatusIs(absl::StatusCode::kInvalidArgument), NamesField(c.field)));
    if (*c.reason != '\0') {
      EXPECT_THAT(shared, HasReason(c.reason));
    }
  }
  EXPECT_EQ(Count("experience"), 0);
  EXPECT_EQ(Count("contribution"), 0);
  EXPECT_EQ(Count("request_record"), 0);
  EXPECT_EQ(Count("cohort_change"), 0);
  const v1::Experience good = Share();
  EXPECT_THAT(Comment(good.name(), "\x07", Me()), NamesField("comment.text"));
  v1::ModerateExperienceRequest moderate = ModerateRequest(good, v1::MODERATION_DECISION_REMOVE);
  moderate.clear_reason();
  EXPECT_THAT(Call<v1::ModerateExperienceResponse>("ModerateExperience", moderate, Coach()),
              AllOf(HasReason("REASON_MISSING"), NamesField("reason")));
  v1::UpdateExperienceRequest update = UpdateRequest(good);
  update.mutable_update_mask()->add_paths("cheers");
  EXPECT_THAT(Call<v1::UpdateExperienceResponse>("UpdateExperience", update, Me()),
              AllOf(HasReason("MASK_UNKNOWN"), NamesField("update_mask")));
  EXPECT_EQ(Get(good.name(), Me())->etag(), good.etag()) << "nothing changed";
}

TEST_F(ExperienceTest, TheFeedIsPagedAndStableUnderInserts) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.insert(names.begin(), Share().name());
  EXPECT_EQ(Feed(Colleague(), 2), names);
  v1::ListExperiencesRequest request;
  request.set_parent(CohortName());
  request.set_page_size(2);
  const auto page = Call<v1::ListExperiencesResponse>("ListExperiences", request, Me());
  ASSERT_THAT(page, IsOk());
  Share();
  request.set_page_token(page->next_page_token());
  const auto next = Call<v1::ListExperiencesResponse>("ListExperiences", request, Me());
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ(next->experiences(0).name(), names[2]);
  EXPECT_THAT(Call<v1::ListExperiencesResponse>("ListExperiences", request, Colleague()),
              HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
}

TEST_F(ExperienceTest, FiguresLeaveSmallCountsOut) {
  for (int i = 0; i < 10; ++i) EnrolAnother();
  std::vector<v1::Experience> shared;
  for (int i = 0; i < 6; ++i) shared.push_back(Share());
  ASSERT_THAT(Hide(shared[0].name(), Me()), IsOk());
  Record();
  ASSERT_THAT(Cheer(shared[1].name(), v1::CHEER_KIND_HEART, Coach()), IsOk());
  clock_.Set(At(kFirstDay + 7));
  Share();
  v1::GetContributionFiguresRequest request;
  request.set_parent(CohortName());
  request.set_weeks(2);
  const auto response =
      Call<v1::GetContributionFiguresResponse>("GetContributionFigures", request, Coach());
  ASSERT_THAT(response, IsOk());
  const v1::ContributionFigures& figures = response->figures();
  EXPECT_EQ(figures.participants(), 12);
  ASSERT_THAT(figures.weeks(), SizeIs(2));
  EXPECT_EQ(figures.weeks(0).monday().day(), kFirstDay.day());
  EXPECT_EQ(figures.weeks(0).counts().experiences(), 6) << "also the hidden one";
  EXPECT_FALSE(figures.weeks(0).counts().has_firsts());
  EXPECT_FALSE(figures.weeks(0).counts().has_cheers());
  EXPECT_FALSE(figures.weeks(1).counts().has_experiences());
  EXPECT_EQ(figures.experiences_a_head(), 0.5);
}

// Runs all of them at once; gives how each ended.
std::vector<absl::Status> AtOnce(const std::vector<std::function<absl::Status()>>& calls) {
  std::vector<absl::Status> ended(calls.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < calls.size(); ++i) {
    threads.emplace_back([&, i] { ended[i] = calls[i](); });
  }
  for (std::thread& thread : threads) thread.join();
  return ended;
}

TEST_F(ExperienceTest, CheersAtOnceAreAllCountedAndOncePerPerson) {
  const std::string name = Share().name();
  std::vector<std::function<absl::Status()>> calls;
  for (const auth::Principal& who : {Me(), Colleague(), Patron(), Coach()}) {
    for (v1::CheerKind kind : {v1::CHEER_KIND_HEART, v1::CHEER_KIND_THANKS}) {
      calls.push_back([this, name, who, kind] { return Cheer(name, kind, who).status(); });
    }
  }
  for (const absl::Status& status : AtOnce(calls)) EXPECT_THAT(status, IsOk());
  const v1::Experience after = *Get(name, Me());
  EXPECT_EQ(after.cheers(), 4);
  int by_kind = 0;
  for (const v1::CheerCount& count : after.cheer_counts()) by_kind += count.count();
  EXPECT_EQ(by_kind, 4);
  EXPECT_EQ(Count("cheer"), 4);
}

TEST_F(ExperienceTest, OfAnEditAndAHidingOrADecisionAtOnceTheLaterKnowsOfTheEarlier) {
  for (int round = 0; round < 8; ++round) {
    const v1::Experience shared = Share();
    const v1::UpdateExperienceRequest update = UpdateRequest(shared);
    const auto ended = AtOnce(
        {[&] {
           return Call<v1::UpdateExperienceResponse>("UpdateExperience", update, Me()).status();
         },
         [&] { return Moderate(shared, v1::MODERATION_DECISION_REMOVE).status(); }});
    const v1::Experience after = *Get(shared.name(), Me());
    // Just one: what the coach decided about is what was removed.
    EXPECT_NE(ended[0].ok(), ended[1].ok());
    EXPECT_EQ(after.state(),
              ended[1].ok() ? v1::EXPERIENCE_STATE_REMOVED : v1::EXPERIENCE_STATE_SHARED);
    EXPECT_EQ(after.text() == "What I meant.", ended[0].ok());

    const v1::Experience other = Share();
    const v1::UpdateExperienceRequest edit = UpdateRequest(other);
    const auto both = AtOnce(
        {[&] {
           return Call<v1::UpdateExperienceResponse>("UpdateExperience", edit, Me()).status();
         },
         [&] { return Hide(other.name(), Me()).status(); }});
    EXPECT_THAT(both[1], IsOk());
    const v1::Experience hidden = *Get(other.name(), Me());
    EXPECT_EQ(hidden.state(), v1::EXPERIENCE_STATE_HIDDEN);
    EXPECT_EQ(hidden.text() == "What I meant.", both[0].ok());
  }
}

}  // namespace
}  // namespace dap::activity
