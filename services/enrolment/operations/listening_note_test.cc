#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::SizeIs;

class ListeningNoteTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    person_ = AddStaff("Person");
    const auto applied = Apply(MakeOpenCohort(5), person_);
    ASSERT_THAT(applied, IsOk());
    enrolment_ = *applied;
    NewEvents();
  }
  std::string Name() const { return absl::StrCat(enrolment_.name(), "/listeningNote"); }
  v1::UpdateListeningNoteRequest Update(std::initializer_list<const char*> paths = {}) {
    v1::UpdateListeningNoteRequest request;
    request.mutable_listening_note()->set_name(Name());
    for (const char* path : paths) request.mutable_update_mask()->add_paths(std::string(path));
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::ListeningNote> Send(const v1::UpdateListeningNoteRequest& request,
                                         const auth::Principal& principal) {
    auto sent = Call<v1::UpdateListeningNoteResponse>("UpdateListeningNote", request, principal);
    if (!sent.ok()) return sent.status();
    return sent->listening_note();
  }
  v1::ListeningNote Get(const auth::Principal& principal) {
    v1::GetListeningNoteRequest request;
    request.set_name(Name());
    auto got = Call<v1::GetListeningNoteResponse>("GetListeningNote", request, principal);
    EXPECT_THAT(got, IsOk());
    return got.ok() ? got->listening_note() : v1::ListeningNote();
  }
  std::vector<v1::ListeningNote> Revisions(const auth::Principal& principal) {
    v1::ListListeningNoteRevisionsRequest request;
    request.set_parent(Name());
    request.set_page_size(1);
    std::vector<v1::ListeningNote> revisions;
    do {
      auto page = Call<v1::ListListeningNoteRevisionsResponse>("ListListeningNoteRevisions",
                                                               request, principal);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const auto& revision : page->revisions()) revisions.push_back(revision);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return revisions;
  }
  std::vector<v1::PrivateRead> Reads(int page_size) {
    v1::ListPrivateReadsRequest request;
    request.set_parent(enrolment_.name());
    request.set_page_size(page_size);
    std::vector<v1::PrivateRead> reads;
    do {
      auto page =
          Call<v1::ListPrivateReadsResponse>("ListPrivateReads", request, Participant(person_));
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const auto& read : page->reads()) reads.push_back(read);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return reads;
  }

  id::Uuid person_;
  v1::Enrolment enrolment_;
};

TEST_F(ListeningNoteTest, IsEmptyUntilItIsWritten) {
  const v1::ListeningNote note = Get(Participant(person_));
  EXPECT_EQ(note.name(), Name());
  EXPECT_EQ(note.need_at_work(), "");
  EXPECT_FALSE(note.has_update_time());
  EXPECT_THAT(Revisions(Participant(person_)), SizeIs(0));
}

TEST_F(ListeningNoteTest, EachWriteIsKeptWithItsWriter) {
  auto request = Update();
  request.mutable_listening_note()->set_need_at_work("Answer in public");
  request.mutable_listening_note()->set_worry("Spelling");
  ASSERT_THAT(Send(request, Participant(person_)), IsOk());
  request = Update({"access_needs"});
  request.mutable_listening_note()->set_access_needs("Large print");
  request.mutable_listening_note()->set_worry("not named, not written");
  const auto second = Send(request, Coach());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->worry(), "Spelling");
  EXPECT_EQ(second->access_needs(), "Large print");
  EXPECT_EQ(second->updated_as(), v1::CHANGED_AS_COACH);
  EXPECT_EQ(second->updated_by(), Staff(coach_));
  const auto revisions = Revisions(Participant(person_));
  ASSERT_THAT(revisions, SizeIs(2));
  EXPECT_EQ(revisions[0].access_needs(), "Large print");
  EXPECT_EQ(revisions[1].access_needs(), "");
  EXPECT_EQ(revisions[1].updated_as(), v1::CHANGED_AS_PARTICIPANT);
  EXPECT_TRUE(NewEvents().empty()) << "nobody else hears of it";
}

TEST_F(ListeningNoteTest, TheSameWordsAreNoRevision) {
  auto request = Update();
  request.mutable_listening_note()->set_worry("Spelling");
  ASSERT_THAT(Send(request, Participant(person_)), IsOk());
  request.set_request_id(RequestId());
  ASSERT_THAT(Send(request, Participant(person_)), IsOk());
  EXPECT_THAT(Revisions(Participant(person_)), SizeIs(1));
}

TEST_F(ListeningNoteTest, BadInputIsNamedAndWritesNothing) {
  auto request = Update();
  request.mutable_listening_note()->set_worry(std::string(2001, 'x'));
  EXPECT_THAT(Send(request, Participant(person_)),
              AllOf(HasReason("FIELD_TOO_LONG"), NamesField("listening_note.worry")));
  EXPECT_THAT(Send(Update({"update_time"}), Participant(person_)),
              AllOf(HasReason("MASK_PATH"), NamesField("update_mask")));
  request = Update();
  request.mutable_listening_note()->set_worry("Spelling");
  request.mutable_listening_note()->set_etag("v7");
  EXPECT_THAT(Send(request, Participant(person_)),
              AllOf(StatusIs(absl::StatusCode::kAborted), HasReason("ETAG_MISMATCH")));
  ASSERT_THAT(Withdraw(enrolment_, person_), IsOk());
  request = Update();
  request.mutable_listening_note()->set_worry("Spelling");
  EXPECT_THAT(Send(request, Participant(person_)), HasReason("ENROLMENT_STATE"));
  EXPECT_THAT(Revisions(Participant(person_)), SizeIs(0));
}

TEST_F(ListeningNoteTest, EveryLookOfACoachIsShownToTheParticipantAlone) {
  Get(Coach());
  ASSERT_THAT(Revisions(Coach()), SizeIs(0));
  Read(enrolment_);
  Advance(absl::Hours(24));
  Get(Coach());
  Get(Participant(person_));
  const auto all = Reads(50), paged = Reads(1);
  ASSERT_THAT(all, SizeIs(3));
  ASSERT_THAT(paged, SizeIs(3));
  EXPECT_EQ(all[0].subject(), v1::PRIVATE_SUBJECT_LISTENING_NOTE);
  EXPECT_EQ(all[0].times(), 1);
  EXPECT_EQ(all[1].subject(), v1::PRIVATE_SUBJECT_LISTENING_NOTE);
  EXPECT_EQ(all[1].times(), 2);
  EXPECT_EQ(all[2].subject(), v1::PRIVATE_SUBJECT_ENROLMENT);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(paged[i].SerializeAsString(), all[i].SerializeAsString());
  }
  v1::ListPrivateReadsRequest request;
  request.set_parent(enrolment_.name());
  EXPECT_THAT(Call<v1::ListPrivateReadsResponse>("ListPrivateReads", request,
                                                 Participant(AddStaff("Other"))),
              HasReason("NOT_YOURS"));
  auth::Principal both = Coach();
  both.roles = {options::v1::ROLE_COACH, options::v1::ROLE_PARTICIPANT};
  EXPECT_THAT(Call<v1::ListPrivateReadsResponse>("ListPrivateReads", request, both),
              HasReason("NOT_YOURS"));
}

TEST_F(ListeningNoteTest, WhatACoachWritesIsALookToo) {
  auto request = Update();
  request.mutable_listening_note()->set_worry("Spelling");
  ASSERT_THAT(Send(request, Coach()), IsOk());
  EXPECT_THAT(Reads(50), SizeIs(1));
}

}  // namespace
}  // namespace dap::enrolment
