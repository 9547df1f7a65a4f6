#include "libs/requests/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dap/goals/v1/goal.pb.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "libs/db/testing/cutting_proxy.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/requests/records.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"

namespace dap::requests {
namespace {

using goals::v1::CreateGoalRequest;
using goals::v1::Goal;
using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;

constexpr char kRequestId[] = "0192f0c1-2d3e-7a4b-8c5d-6e7f80910203";
constexpr char kMakeChanges[] = "CREATE TABLE changes (id BINARY(16) NOT NULL, PRIMARY KEY (id))";
constexpr char kChange[] = "INSERT INTO changes (id) VALUES (?)";

class RequestsTest : public testing::Test {
 protected:
  RequestsTest() {
    EXPECT_THAT(Migrate(schema_.pool()), IsOk());
    EXPECT_THAT(feed::Migrate(schema_.pool()), IsOk());
    schema_.Run(kMakeChanges);
  }
  ~RequestsTest() override { feed_.Stop(); }

  absl::Time Soon() const { return machine_clock_.Now() + absl::Seconds(30); }

  std::unique_ptr<rpc::Call> CallOf(const std::string& subject) {
    auth::Principal principal;
    principal.subject = subject;
    principal.organisation = organisation_;
    rpc::CallInfo info;
    info.deadline = Soon();
    info.principal = principal;
    return std::make_unique<rpc::Call>(std::move(info));
  }

  static CreateGoalRequest Request(const std::string& title = "Listen first") {
    CreateGoalRequest request;
    request.set_request_id(kRequestId);
    request.mutable_goal()->set_title(title);
    return request;
  }

  // Makes a change, an event and an answer that is different each time.
  absl::StatusOr<Goal> Create(const Ledger& ledger, const CreateGoalRequest& request,
                              const std::string& subject = "maria") {
    return Once<Goal>(ledger, *CallOf(subject), request,
                      [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Goal> {
                        const id::Uuid id = ids_.Next();
                        ++runs_;
                        RETURN_IF_ERROR(tx.Execute(kChange, {id}).status());
                        outbox.Add(organisation_, events::v1::Event());
                        RETURN_IF_ERROR(failure_);
                        Goal goal;
                        goal.set_name(id.ToString());
                        return goal;
                      });
  }

  int64_t Count(absl::string_view table) {
    const auto row = db::Read(schema_.pool(), Soon(), [&](db::Connection& connection) {
      return connection.QueryOne(absl::StrCat("SELECT COUNT(*) FROM ", table));
    });
    return (*row)->Int(0);
  }

  db::testing::Schema schema_;
  time::SystemClock machine_clock_;
  time::ManualClock clock_{absl::FromUnixSeconds(1800000000)};
  id::Generator ids_{machine_clock_};
  const id::Uuid organisation_ = ids_.Next();
  feed::Feed feed_{schema_.pool(), clock_};
  Ledger ledger_{schema_.pool(), feed_, clock_};
  std::atomic<int> runs_ = 0;
  absl::Status failure_;
};

TEST_F(RequestsTest, ADuplicateGetsTheFirstAnswerAndDoesNothing) {
  const auto first = Create(ledger_, Request());
  ASSERT_THAT(first, IsOk());
  const auto second = Create(ledger_, Request());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->name(), first->name());
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(Count("changes"), 1);
  EXPECT_EQ(Count("feed_event"), 1);
}

TEST_F(RequestsTest, WordsAreAnsweredButNotRecorded) {
  std::string now = "As it was";
  const Words<Goal> words = {[](Goal& goal) { goal.clear_title(); },
                             [&](Goal& goal) {
                               goal.set_title(now);
                               return absl::OkStatus();
                             }};
  const auto create = [&] {
    return Once<Goal>(
        ledger_, *CallOf("maria"), Request(),
        [&](db::Connection&, feed::Outbox&) -> absl::StatusOr<Goal> {
          Goal goal;
          goal.set_name("goal");
          goal.set_title("As it was");
          return goal;
        },
        words);
  };
  const auto first = create();
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->title(), "As it was");
  now = "As it is";
  const auto second = create();
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->name(), "goal");
  EXPECT_EQ(second->title(), "As it is");
  Record stored;
  ASSERT_THAT(db::Read(schema_.pool(), Soon(),
                       [&](db::Connection& db) -> absl::Status {
                         ASSIGN_OR_RETURN(const auto rows,
                                          db.Query("SELECT response FROM request_record"));
                         stored.response = rows.at(0).String(0);
                         return absl::OkStatus();
                       }),
              IsOk());
  EXPECT_THAT(stored.response, testing::Not(testing::HasSubstr("As it")));
}

TEST_F(RequestsTest, TheSameIdForAnotherRequestIsRefused) {
  ASSERT_THAT(Create(ledger_, Request()), IsOk());
  const auto other = Create(ledger_, Request("Talk first"));
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(other, HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(other, NamesField("request_id"));
  EXPECT_EQ(Count("changes"), 1);
}

TEST_F(RequestsTest, AnotherPersonsIdIsAnotherRequest) {
  ASSERT_THAT(Create(ledger_, Request(), "maria"), IsOk());
  ASSERT_THAT(Create(ledger_, Request(), "peter"), IsOk());
  EXPECT_EQ(Count("changes"), 2);
}

TEST_F(RequestsTest, AFailureWritesNothingAndMayBeSentAgain) {
  failure_ = status::Precondition("GOAL_ENDED", "no");
  EXPECT_THAT(Create(ledger_, Request()), HasReason("GOAL_ENDED"));
  EXPECT_EQ(Count("changes"), 0);
  EXPECT_EQ(Count("feed_event"), 0);
  EXPECT_EQ(Count("request_record"), 0);
  failure_ = absl::OkStatus();
  EXPECT_THAT(Create(ledger_, Request()), IsOk());
  EXPECT_EQ(Count("changes"), 1);
}

TEST_F(RequestsTest, TheSameRequestManyTimesAtOnceIsCarriedOutOnce) {
  std::vector<std::thread> threads;
  std::vector<std::string> names(12);
  for (std::string& name : names) {
    threads.emplace_back([&] {
      const auto goal = Create(ledger_, Request());
      name = goal.ok() ? goal->name() : goal.status().ToString();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& name : names) EXPECT_EQ(name, names[0]);
  EXPECT_EQ(Count("changes"), 1);
  EXPECT_EQ(Count("feed_event"), 1);
  EXPECT_EQ(Count("request_record"), 1);
}

TEST_F(RequestsTest, AnUnknownOutcomeOfCommitIsFoundOut) {
  db::testing::CuttingProxy proxy(schema_.options().port, "\3COMMIT", /*deliver=*/true);
  db::Options options = schema_.options();
  options.port = proxy.port();
  const auto cut = *db::Pool::Create(options);
  const auto goal = Create(Ledger{*cut, feed_, clock_}, Request());
  ASSERT_THAT(goal, IsOk()) << "it was committed, and the second try sees so";
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(Create(ledger_, Request())->name(), goal->name());
  EXPECT_EQ(Count("changes"), 1);
}

TEST_F(RequestsTest, ALostCommitIsTriedOnceMoreAndThenTold) {
  db::testing::CuttingProxy proxy(schema_.options().port, "\3COMMIT", /*deliver=*/false);
  db::Options options = schema_.options();
  options.port = proxy.port();
  const auto cut = *db::Pool::Create(options);
  const auto goal = Create(Ledger{*cut, feed_, clock_}, Request());
  EXPECT_THAT(goal, HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_EQ(runs_, 2);
  ASSERT_THAT(Create(ledger_, Request()), IsOk());
  EXPECT_EQ(Count("changes"), 1);
  EXPECT_EQ(Count("feed_event"), 1);
}

TEST_F(RequestsTest, ACallForNobodyAndAnIdThatIsNoneAreRefused) {
  rpc::Call nobody{rpc::CallInfo{}};
  EXPECT_THAT(KeyOf(nobody, kRequestId), HasReason("PRINCIPAL_MISSING"));
  EXPECT_THAT(KeyOf(*CallOf("maria"), "7"), NamesField("request_id"));
}

TEST_F(RequestsTest, ABatchFindsDuplicatesAndAnswersThem) {
  std::vector<Record> records;
  std::vector<Key> keys;
  for (int i = 0; i < 300; ++i) {
    Goal goal;
    goal.set_title(absl::StrCat("goal ", i));
    keys.push_back({organisation_, absl::StrCat("person ", i % 7), ids_.Next()});
    records.push_back(MakeRecord(keys.back(), Request(), goal));
  }
  const auto insert = [&](const std::vector<Record>& some) {
    return db::Transaction(schema_.pool(), Soon(),
                           [&](db::Connection& tx) { return Insert(tx, some, clock_.Now()); });
  };
  ASSERT_THAT(insert({records.begin(), records.begin() + 290}), IsOk());
  EXPECT_TRUE(db::IsDuplicateKey(insert({records.begin() + 280, records.end()})));
  const auto found =
      db::Transaction(schema_.pool(), Soon(), [&](db::Connection& tx) { return Lookup(tx, keys); });
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->size(), 290u);
  EXPECT_EQ(Answer<Goal>(found->at(keys[259]), Request())->title(), "goal 259");
  EXPECT_THAT(Answer<Goal>(found->at(keys[259]), Request("other")), HasReason("REQUEST_ID_REUSED"));
}

// An HR system's name may be as long as a principal's may be.
TEST_F(RequestsTest, TheLongestSubjectIsRecorded) {
  const std::string longest(200, 'x');
  const auto first = Create(ledger_, Request(), longest);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(Create(ledger_, Request(), longest)->name(), first->name());
}

TEST_F(RequestsTest, RecordsGoAfterAWeek) {
  ASSERT_THAT(Create(ledger_, Request(), "maria"), IsOk());
  clock_.Advance(absl::Hours(6 * 24));
  ASSERT_THAT(Create(ledger_, Request(), "peter"), IsOk());
  EXPECT_EQ(*Trim(schema_.pool(), clock_.Now(), Soon()), 0);
  clock_.Advance(absl::Hours(24 + 1));
  EXPECT_EQ(*Trim(schema_.pool(), clock_.Now(), Soon()), 1);
  EXPECT_EQ(Count("request_record"), 1);
}

TEST_F(RequestsTest, ARecordMayBeKeptForLonger) {
  Record record = MakeRecord({organisation_, "maria", ids_.Next()}, Request(), Goal());
  record.keep = absl::Hours(61 * 24);
  ASSERT_THAT(
      db::Transaction(schema_.pool(), Soon(),
                      [&](db::Connection& tx) { return Insert(tx, {record}, clock_.Now()); }),
      IsOk());
  clock_.Advance(absl::Hours(60 * 24));
  EXPECT_EQ(*Trim(schema_.pool(), clock_.Now(), Soon()), 0);
  clock_.Advance(absl::Hours(25));
  EXPECT_EQ(*Trim(schema_.pool(), clock_.Now(), Soon()), 1);
}

// During an update an older release still writes rows without that column.
TEST_F(RequestsTest, WhatAnOlderReleaseWritesGoesAfterAWeek) {
  const absl::Time then = clock_.Now();
  ASSERT_THAT(db::Transaction(schema_.pool(), Soon(),
                              [&](db::Connection& tx) {
                                return tx
                                    .Execute(
                                        "INSERT INTO request_record (organisation, subject,"
                                        " request_id, method, fingerprint, response, created_at)"
                                        " VALUES (?, 'maria', ?, '', '', '', ?)",
                                        {organisation_, ids_.Next(), then})
                                    .status();
                              }),
              IsOk());
  EXPECT_EQ(*Trim(schema_.pool(), then + absl::Hours(7 * 24), Soon()), 0);
  EXPECT_EQ(*Trim(schema_.pool(), then + absl::Hours(7 * 24 + 1), Soon()), 1);
}

TEST(Fingerprint, TellsRequestsApart) {
  CreateGoalRequest one, same, other;
  one.mutable_goal()->set_title("a");
  same.mutable_goal()->set_title("a");
  other.mutable_goal()->set_title("b");
  EXPECT_EQ(Fingerprint(one).size(), 32u);
  EXPECT_EQ(Fingerprint(one), Fingerprint(same));
  EXPECT_NE(Fingerprint(one), Fingerprint(other));
}

}  // namespace
}  // namespace dap::requests
