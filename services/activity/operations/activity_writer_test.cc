#include "services/activity/operations/activity_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "dap/enrolment/v1/roster_service.pb.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::StatusIs;
using testing::AllOf;

// Answers gathered from the writer's thread.
class Answers {
 public:
  ActivityWriter::Done Next() {
    absl::MutexLock lock(&mutex_);
    const size_t place = answers_.size();
    answers_.emplace_back();
    return [this, place](absl::StatusOr<v1::LogActivityResponse> answer) {
      absl::MutexLock lock(&mutex_);
      answers_[place] = std::move(answer);
      ++given_;
    };
  }
  // All of them, in the order in which they were asked for.
  std::vector<absl::StatusOr<v1::LogActivityResponse>> Await() {
    absl::MutexLock lock(&mutex_);
    const auto all = [this]()
                         ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return given_ == answers_.size(); };
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&all), absl::Seconds(60)));
    std::vector<absl::StatusOr<v1::LogActivityResponse>> answers;
    for (auto& answer : answers_) answers.push_back(*answer);
    return answers;
  }
  size_t given() {
    absl::MutexLock lock(&mutex_);
    return given_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::optional<absl::StatusOr<v1::LogActivityResponse>>> answers_
      ABSL_GUARDED_BY(mutex_);
  size_t given_ ABSL_GUARDED_BY(mutex_) = 0;
};

class ActivityWriterTest : public ActivityTest {
 protected:
  std::shared_ptr<PendingLog> Prepare(const v1::LogActivityRequest& request) {
    rpc::CallInfo info;
    info.deadline = Deadline();
    info.principal = Me();
    const rpc::Call call(info);
    auto log = PrepareLog(*context_, call, request);
    EXPECT_THAT(log, IsOk());
    return *log;
  }
  // Keeps the writer busy with a first request until `lease` ends; what is added meanwhile becomes
  // one batch.
  db::Lease Hold() {
    auto lease = pool().Acquire(Deadline());
    EXPECT_THAT(lease, IsOk());
    EXPECT_THAT((*lease)->ExecutePlain("BEGIN"), IsOk());
    EXPECT_THAT((*lease)->Query("SELECT 1 FROM participation WHERE organisation = ? FOR UPDATE",
                                {organisation_}),
                IsOk());
    return *std::move(lease);
  }
  void Release(db::Lease& lease) { EXPECT_THAT(lease->ExecutePlain("COMMIT"), IsOk()); }
  void Add(const v1::LogActivityRequest& request) {
    writer_->Add(Prepare(request), answers_.Next());
  }

  Answers answers_;
};

TEST_F(ActivityWriterTest, WritesWhatWaitsInOneTransaction) {
  db::Lease held = Hold();
  for (int i = 0; i < 20; ++i) Add(LogRequest());
  EXPECT_EQ(answers_.given(), 0u) << "nothing is answered before its commit";
  Release(held);
  for (const auto& answer : answers_.Await()) EXPECT_THAT(answer, IsOk());
  EXPECT_EQ(Count("activity"), 20);
  EXPECT_EQ(Count("request_record"), 20);
  EXPECT_EQ(CountTold(events::v1::Event::kActivityLogged), 20);
}

TEST_F(ActivityWriterTest, ADuplicateInTheSameBatchGetsTheFirstAnswer) {
  db::Lease held = Hold();
  const v1::LogActivityRequest request = LogRequest();
  v1::LogActivityRequest changed = request;
  changed.mutable_activity()->set_minutes(99);
  Add(LogRequest());
  Add(request);
  Add(request);
  Add(changed);
  Release(held);
  const auto answers = answers_.Await();
  ASSERT_THAT(answers[1], IsOk());
  ASSERT_THAT(answers[2], IsOk());
  EXPECT_EQ(answers[1]->activity().name(), answers[2]->activity().name());
  EXPECT_THAT(answers[3], HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Count("activity"), 2);
}

TEST_F(ActivityWriterTest, ADuplicateInALaterBatchOrReplicaGetsTheFirstAnswer) {
  const v1::LogActivityRequest request = LogRequest();
  v1::LogActivityRequest changed = request;
  changed.mutable_activity()->set_minutes(99);
  Add(request);
  answers_.Await();
  ActivityWriter replica(*context_, {});
  replica.Add(Prepare(request), answers_.Next());
  replica.Add(Prepare(LogRequest()), answers_.Next());
  replica.Add(Prepare(changed), answers_.Next());
  const auto answers = answers_.Await();
  ASSERT_THAT(answers[1], IsOk());
  EXPECT_EQ(answers[1]->activity().name(), answers[0]->activity().name());
  EXPECT_THAT(answers[2], IsOk());
  EXPECT_THAT(answers[3], HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Count("activity"), 2);
  EXPECT_EQ(CountTold(events::v1::Event::kActivityLogged), 2);
}

TEST_F(ActivityWriterTest, ABadRowFailsAlone) {
  db::Lease held = Hold();
  Add(LogRequest());
  for (int i = 0; i < 9; ++i) {
    std::shared_ptr<PendingLog> log = Prepare(LogRequest());
    if (i == 4) log->row.minutes = 70'000;  // more than its column holds
    writer_->Add(std::move(log), answers_.Next());
  }
  Release(held);
  const auto answers = answers_.Await();
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].ok(), i != 5) << i;
  EXPECT_EQ(Count("activity"), 9);
  EXPECT_EQ(Count("request_record"), 9);
}

TEST_F(ActivityWriterTest, WhoNoLongerWaitsIsNotWritten) {
  std::shared_ptr<PendingLog> log = Prepare(LogRequest());
  log->deadline = machine_.Now() - absl::Seconds(1);
  writer_->Add(std::move(log), answers_.Next());
  EXPECT_THAT(answers_.Await()[0], StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(Count("activity"), 0);
}

TEST_F(ActivityWriterTest, ALogEndsTheSpellAlsoBesideADeletionInItsBatch) {
  const auto old = Log(LogRequest());
  ASSERT_THAT(old, IsOk());
  SweepAfter(10);
  ASSERT_EQ(Query("SELECT rung FROM participation WHERE organisation = ?")[0].Int(0), 1);
  const Person other = EnrolAnother();
  db::Lease held = Hold();
  rpc::CallInfo info;
  info.deadline = Deadline();
  info.principal = As(other.staff, {options::v1::ROLE_PARTICIPANT});
  v1::LogActivityRequest others = LogRequest();
  others.set_parent(Name(other));
  auto first = PrepareLog(*context_, rpc::Call(info), others);
  ASSERT_THAT(first, IsOk());
  writer_->Add(*std::move(first), answers_.Next());
  info.principal = Me();
  auto deletion =
      PrepareDeletion(*context_, rpc::Call(info), DeleteRequest(old->activity().name()));
  ASSERT_THAT(deletion, IsOk());
  writer_->Add(*std::move(deletion), answers_.Next());
  Add(LogRequest());
  Release(held);
  for (const auto& answer : answers_.Await()) EXPECT_THAT(answer, IsOk());
  EXPECT_EQ(CountTold(events::v1::Event::kSilenceSpellEnded), 1);
  EXPECT_EQ(Query("SELECT rung FROM participation WHERE organisation = ?")[0].Int(0), 0);
}

// The writer leaves a row alone that it knows to say what it would write.
TEST_F(ActivityWriterTest, AttendanceThatIsTakenBackMakesTheWriterLookAgain) {
  SweepAfter(3);
  events::v1::Event attended;
  attended.mutable_session_attended()->set_enrolment(Bytes(me_.enrolment));
  attended.mutable_session_attended()->set_session(Bytes(ids_.Next()));
  attended.mutable_session_attended()->set_minutes(60);
  *attended.mutable_session_attended()->mutable_start_time() = ToProto(clock_.Now());
  Hear(EnrolmentHandler(*context_), attended);
  ActivityWriter replica(*context_, {.known_for = absl::Hours(1)});
  v1::LogActivityRequest early = LogRequest();
  *early.mutable_activity()->mutable_activity_time() = ToProto(start_ - absl::Hours(48));
  replica.Add(Prepare(early), answers_.Next());
  ASSERT_THAT(answers_.Await()[0], HasReason("ACTIVITY_BEFORE_ENROLMENT"))
      << "but the enrolment is known now";
  events::v1::Event removed;
  removed.mutable_session_attendance_removed()->set_enrolment(Bytes(me_.enrolment));
  removed.mutable_session_attendance_removed()->set_session(attended.session_attended().session());
  Hear(EnrolmentHandler(*context_), removed);
  replica.Add(Prepare(LogRequest()), answers_.Next());
  ASSERT_THAT(answers_.Await()[1], IsOk());
  EXPECT_EQ(Query("SELECT silent_since FROM participation WHERE organisation = ?")[0].Time(0),
            clock_.Now());
}

TEST_F(ActivityWriterTest, StoppingWritesWhatWaits) {
  for (int i = 0; i < 50; ++i) Add(LogRequest());
  writer_->Stop();
  EXPECT_EQ(answers_.given(), 50u);
  EXPECT_EQ(Count("activity"), 50);
  Add(LogRequest());
  EXPECT_THAT(answers_.Await().back(), HasReason("STOPPING"));
}

class SmallQueueTest : public ActivityWriterTest {
 protected:
  SmallQueueTest() { queue_ = 4; }
};

TEST_F(SmallQueueTest, AFullQueueSaysWhenToComeBack) {
  db::Lease held = Hold();
  for (int i = 0; i < 12; ++i) Add(LogRequest());
  EXPECT_GE(answers_.given(), 4u)
      << "refused at once; at most four wait and four are being written";
  Release(held);
  int refused = 0;
  for (const auto& answer : answers_.Await()) {
    if (answer.ok()) continue;
    ++refused;
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_GT(status::RetryAfter(answer.status()), absl::ZeroDuration());
  }
  EXPECT_EQ(Count("activity"), 12 - refused);
}

// A roster service that knows one enrolment, whose event is on its way.
class NewcomerTest : public ActivityWriterTest {
 protected:
  using Request = enrolment::v1::GetRosterEntryRequest;
  using Response = enrolment::v1::GetRosterEntryResponse;

  std::shared_ptr<rpc::Channel> enrolment_service() override {
    service_.Unary<Request, Response>(
        "GetRosterEntry",
        [this](const rpc::Call&, const Request& request) -> absl::StatusOr<Response> {
          ++asked_;
          if (request.enrolment() != newcomer_.enrolment()) {
            return status::NotFound("enrolment", "unknown");
          }
          Response response;
          *response.mutable_entry() = newcomer_;
          return response;
        });
    rpc::ServerOptions server_options;
    server_options.security = rpc::Security::kInsecureForTests;
    roster_server_ = *rpc::Server::Start(server_options, {&service_});
    rpc::ChannelOptions channel_options;
    channel_options.target = absl::StrCat("127.0.0.1:", roster_server_->port());
    channel_options.insecure_for_tests = true;
    return *rpc::Channel::Open(channel_options);
  }

  enrolment::v1::RosterEntry newcomer_;
  std::atomic<int> asked_ = 0;
  rpc::Service service_{"dap.enrolment.v1.RosterService"};
  std::unique_ptr<rpc::Server> roster_server_;
};

TEST_F(NewcomerTest, AnEnrolmentNotHeardOfYetIsAskedForOnce) {
  const Person person = {ids_.Next(), me_.staff};
  newcomer_ = roster::ToProto(Entry(person, enrolment::v1::ENROLMENT_STATE_ACTIVE));
  v1::LogActivityRequest request = LogRequest();
  request.set_parent(Name(person));
  EXPECT_THAT(Log(request), IsOk());
  v1::LogActivityRequest unknown = LogRequest();
  unknown.set_parent(Name({ids_.Next(), me_.staff}));
  EXPECT_THAT(Log(unknown),
              AllOf(StatusIs(absl::StatusCode::kNotFound), HasReason("ENROLMENT_NOT_FOUND")));
  EXPECT_EQ(Count("activity"), 1);
}

// A batch that names an enrolment that is not there must not keep newcomers waiting.
TEST_F(NewcomerTest, ManyOfOneEnrolmentAreOneQuestion) {
  ActivityWriter writer(*context_, {.unknown_for = absl::Hours(1)});
  v1::LogActivityRequest unknown = LogRequest();
  unknown.set_parent(Name({ids_.Next(), me_.staff}));
  for (int i = 0; i < 1000; ++i) {
    unknown.set_request_id(NewId());
    writer.Add(Prepare(unknown), answers_.Next());
  }
  for (const auto& answer : answers_.Await()) EXPECT_THAT(answer, HasReason("ENROLMENT_NOT_FOUND"));
  EXPECT_EQ(asked_, 1);
  const Person person = {ids_.Next(), me_.staff};
  newcomer_ = roster::ToProto(Entry(person, enrolment::v1::ENROLMENT_STATE_ACTIVE));
  v1::LogActivityRequest known = LogRequest();
  known.set_parent(Name(person));
  writer.Add(Prepare(known), answers_.Next());
  EXPECT_THAT(answers_.Await().back(), IsOk()) << "another enrolment is asked for";
}

}  // namespace
}  // namespace dap::activity
