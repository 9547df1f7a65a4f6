// WatchCohort: what is told, to whom, from where on, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/activity/testing/experience_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using testing::IsEmpty;

class CohortWatchTest : public ExperienceTest {
 protected:
  using Stream = rpc::ClientStream<v1::WatchCohortRequest, v1::WatchCohortResponse>;

  Stream Open(const auth::Principal& who, int64_t after = 0) {
    rpc::CallContext context;
    context.deadline = Deadline();
    context.principal = who;
    Stream stream = channel_->OpenStream<v1::WatchCohortRequest, v1::WatchCohortResponse>(
        "dap.activity.v1.ExperienceService/WatchCohort", context);
    v1::WatchCohortRequest request;
    request.set_parent(CohortName());
    request.set_after_position(after);
    stream.Write(request);
    return stream;
  }
  // Its first answer: it has begun.
  v1::WatchCohortResponse First(Stream& stream) {
    v1::WatchCohortResponse response;
    EXPECT_TRUE(stream.Read(&response));
    return response;
  }
  // The next change.
  v1::CohortChange Next(Stream& stream) {
    while (pending_.empty()) {
      v1::WatchCohortResponse response;
      if (!stream.Read(&response)) {
        ADD_FAILURE() << stream.Finish();
        return {};
      }
      pending_.assign(response.changes().begin(), response.changes().end());
      position_ = response.position();
    }
    v1::CohortChange change = pending_.front();
    pending_.erase(pending_.begin());
    return change;
  }

  std::vector<v1::CohortChange> pending_;
  int64_t position_ = 0;
};

TEST_F(CohortWatchTest, TellsWhatIsNewChangedAndGoneInOrder) {
  Share();
  Stream stream = Open(Colleague());
  const v1::WatchCohortResponse first = First(stream);
  EXPECT_THAT(first.changes(), IsEmpty()) << "from now on";
  EXPECT_EQ(first.position(), 1);
  const v1::Experience shared = Share();
  EXPECT_EQ(Next(stream).experience().name(), shared.name());
  ASSERT_THAT(Cheer(shared.name(), v1::CHEER_KIND_THANKS, Patron()), IsOk());
  const v1::CohortChange cheered = Next(stream);
  EXPECT_EQ(cheered.cheers().experience(), shared.name());
  EXPECT_EQ(cheered.cheers().counts(0).count(), 1);
  const std::string comment = Comment(shared.name(), "Well!", Coach())->comment().name();
  EXPECT_EQ(Next(stream).comment().name(), comment);
  ASSERT_THAT(DeleteComment(comment, Coach()), IsOk());
  EXPECT_EQ(Next(stream).gone_comment(), comment);
  ASSERT_THAT(Call<v1::UpdateExperienceResponse>("UpdateExperience", UpdateRequest(shared), Me()),
              IsOk());
  EXPECT_EQ(Next(stream).experience().text(), "What I meant.");
  ASSERT_THAT(Hide(shared.name(), Me()), IsOk());
  EXPECT_EQ(Next(stream).gone_experience(), shared.name());
  EXPECT_EQ(position_, 7);
}

TEST_F(CohortWatchTest, EachIsToldOnlyWhatTheyMaySee) {
  Stream colleague = Open(Colleague());
  First(colleague);
  const v1::Experience secret = Share(v1::AUDIENCE_COACH);
  ASSERT_THAT(Hide(secret.name(), Me()), IsOk());
  Record();
  const v1::Experience open = Share();
  EXPECT_EQ(Next(colleague).experience().name(), open.name()) << "nothing before";
  v1::UpdateExperienceRequest narrow = UpdateRequest(open);
  narrow.mutable_update_mask()->add_paths("audience");
  narrow.mutable_experience()->set_audience(v1::AUDIENCE_COACH);
  ASSERT_THAT(Call<v1::UpdateExperienceResponse>("UpdateExperience", narrow, Me()), IsOk());
  const v1::CohortChange gone = Next(colleague);
  EXPECT_EQ(gone.gone_experience(), open.name());
  EXPECT_THAT(gone.DebugString(), testing::Not(testing::HasSubstr("meant")));
}

TEST_F(CohortWatchTest, GoesOnFromAPosition) {
  Share();
  const v1::Experience second = Share(), hidden = Share();
  ASSERT_THAT(Hide(hidden.name(), Me()), IsOk());
  Stream stream = Open(Colleague(), 1);
  EXPECT_EQ(Next(stream).experience().name(), second.name());
  EXPECT_EQ(position_, 4);
  EXPECT_THAT(pending_, IsEmpty()) << "what came and went is not told";
  const v1::Experience later = Share();
  EXPECT_EQ(Next(stream).experience().name(), later.name());
}

TEST_F(CohortWatchTest, WhoMissedTooMuchIsSentToTheLists) {
  const std::string name = Share().name();
  for (int i = 0; i < 102; ++i) {
    ASSERT_THAT(Cheer(name, i % 2 == 0 ? v1::CHEER_KIND_HEART : v1::CHEER_KIND_THANKS, Colleague()),
                IsOk());
  }
  Stream behind = Open(Me(), 2);
  const v1::WatchCohortResponse missed = First(behind);
  EXPECT_TRUE(missed.missed());
  EXPECT_EQ(missed.position(), 103);
  Stream ahead = Open(Me(), 1000);
  EXPECT_TRUE(First(ahead).missed()) << "the database was set back";
}

TEST_F(CohortWatchTest, HearsOfAnotherReplicasChanges) {
  Stream stream = Open(Colleague());
  First(stream);
  // Written as another process would: nobody wakes the watch.
  ASSERT_THAT(db::Transaction(pool(), Deadline(),
                              [&](db::Connection& tx) -> absl::Status {
                                ExperienceRow row;
                                row.organisation = organisation_;
                                row.cohort = cohort_;
                                row.experience = ids_.Next();
                                row.enrolment = me_.enrolment;
                                row.text = "From afar";
                                row.create_time = clock_.Now();
                                RETURN_IF_ERROR(InsertExperience(tx, row));
                                return AppendChange(tx, {organisation_, cohort_},
                                                    {.kind = ChangeKind::kExperience,
                                                     .experience = row.experience});
                              }),
              IsOk());
  EXPECT_EQ(Next(stream).experience().text(), "From afar");
}

TEST_F(CohortWatchTest, EndsForWhoNoLongerBelongs) {
  // The patron is only mine.
  roster::Entry theirs = Entry(colleague_, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  theirs.patron = ids_.Next();
  Enrol(theirs);
  const v1::Experience shared = Share();
  Stream mine = Open(Me()), colleagues = Open(Colleague()), patrons = Open(Patron());
  for (Stream* stream : {&mine, &colleagues, &patrons}) First(*stream);
  Enrol(enrolment::v1::ENROLMENT_STATE_WITHDRAWN);
  v1::WatchCohortResponse none;
  for (Stream* stream : {&mine, &patrons}) {
    EXPECT_FALSE(stream->Read(&none));
    EXPECT_THAT(stream->Finish(), HasReason("NOT_YOURS"));
  }
  ASSERT_THAT(Cheer(shared.name(), v1::CHEER_KIND_HEART, Coach()), IsOk());
  EXPECT_EQ(Next(colleagues).cheers().experience(), shared.name()) << "still told";
}

TEST_F(CohortWatchTest, OnePersonHasOnlySoManyOpen) {
  std::vector<Stream> streams;
  for (int i = 0; i < 8; ++i) {
    streams.push_back(Open(Colleague()));
    First(streams.back());
  }
  Stream one_more = Open(Colleague());
  v1::WatchCohortResponse none;
  EXPECT_FALSE(one_more.Read(&none));
  EXPECT_THAT(one_more.Finish(), HasReason("STREAMS_OF_PERSON"));
  Stream others = Open(Me());
  First(others);
  // A place is free again once the server has seen that a stream has ended.
  streams.clear();
  const absl::Time until = Deadline();
  bool opened = false;
  while (!opened && machine_.Now() < until) {
    Stream stream = Open(Colleague());
    opened = stream.Read(&none);
  }
  EXPECT_TRUE(opened);
}

TEST_F(CohortWatchTest, DrainingEndsStreamsAtOnceToBeOpenedElsewhere) {
  Stream stream = Open(Me());
  First(stream);
  watch_->Stop();
  v1::WatchCohortResponse none;
  EXPECT_FALSE(stream.Read(&none));
  EXPECT_THAT(stream.Finish(), HasReason("WATCH_ENDED"));
  Stream late = Open(Me());
  EXPECT_FALSE(late.Read(&none));
  EXPECT_THAT(late.Finish(), HasReason("WATCH_ENDED"));
}

}  // namespace
}  // namespace dap::activity
