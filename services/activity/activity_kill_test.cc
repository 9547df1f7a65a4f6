// No acknowledged activity is lost and none counts twice, whatever is killed: two dap-activity
// processes on one schema and a MariaDB of their own, killed at random moments under load, against
// the clients' ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/events/v1/event.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/db/testing/private_server.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/rpc/testing/certificates.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"
#include "services/activity/testing/replica.h"

namespace dap::activity {
namespace {

using status::IsOk;

constexpr int kKills = 48;
constexpr absl::string_view kService = "dap.activity.v1.ActivityService/";
constexpr absl::string_view kEnrol =
    "INSERT INTO participation (organisation, enrolment, version, cohort, participant, state,"
    " time_zone, joined_at, activated_at, rung, paused, blocked, welcomed) VALUES";

// What the clients were promised.
class Ledger {
 public:
  // `name` is empty where the answer names nothing, as a stream's.
  void Acknowledge(const std::string& request_id, const std::string& name) {
    absl::MutexLock lock(&mutex_);
    std::string& known = names_[request_id];
    if (!known.empty() && !name.empty() && known != name) {
      wrong_.push_back(absl::StrCat(request_id, " is ", known, " and ", name));
    }
    if (known.empty()) known = name;
  }
  void Wrong(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    wrong_.push_back(status.ToString());
  }
  // Waits until so many more are acknowledged.
  bool AwaitMore(size_t more) {
    absl::MutexLock lock(&mutex_);
    const size_t target = names_.size() + more;
    const auto reached = [&]()
                             ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return names_.size() >= target; };
    return mutex_.AwaitWithTimeout(absl::Condition(&reached), absl::Seconds(60));
  }
  std::map<std::string, std::string> names() const {
    absl::MutexLock lock(&mutex_);
    return names_;
  }
  std::vector<std::string> wrong() const {
    absl::MutexLock lock(&mutex_);
    return wrong_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, std::string> names_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> wrong_ ABSL_GUARDED_BY(mutex_);
};

// Says that the same request may be sent again.
bool MaySendAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsCancelled(status) || absl::IsAborted(status);
}
bool MaySendAgain(const google::rpc::Status& error) {
  return MaySendAgain(absl::Status(static_cast<absl::StatusCode>(error.code()), ""));
}

class ActivityKillTest : public testing::Test {
 protected:
  // A participant's app.
  struct App {
    id::Uuid enrolment;
    id::Uuid staff;
    absl::BitGen random;
  };

  void SetUp() override {
    auto server = db::testing::PrivateServer::Start();
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    schema_ = std::make_unique<db::testing::Schema>(*server_);
    std::string folder = testing::TempDir() + "kill-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    std::ofstream(folder_ + "/password") << schema_->options().password;
    std::ofstream(folder_ + "/page-token.key") << std::string(32, 'k');
    for (int i = 0; i < 2; ++i) {
      replicas_.push_back(MakeReplica(i));
      ASSERT_THAT(replicas_[i]->Start(), IsOk());
    }
  }
  void TearDown() override {
    replicas_.clear();
    if (HasFailure()) return;  // what they wrote is in the folder
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::unique_ptr<Replica> MakeReplica(int number) {
    const auto own = ca_.IssueService("activity");
    const auto gateway = ca_.IssueService("gateway");
    rpc::ChannelOptions to;
    to.service = "activity";
    to.tls_ca_file = ca_.ca_file();
    to.tls_cert_file = gateway.cert;
    to.tls_key_file = gateway.key;
    const db::Options& database = schema_->options();
    return std::make_unique<Replica>(
        std::vector<std::string>{
            absl::StrCat(DAP_TEST_BIN, "/dap-activity"), absl::StrCat("--tls_ca=", ca_.ca_file()),
            absl::StrCat("--tls_cert=", own.cert), absl::StrCat("--tls_key=", own.key),
            absl::StrCat("--page_token_key_file=", folder_, "/page-token.key"),
            "--enrolment=127.0.0.1:1", "--goals=127.0.0.1:1",  // nobody is there, and need not be
            absl::StrCat("--db_port=", database.port), absl::StrCat("--db_user=", database.user),
            absl::StrCat("--db_password_file=", folder_, "/password"),
            absl::StrCat("--db_schema=", database.schema)},
        absl::StrCat(folder_, "/replica-", number, ".log"), to);
  }

  App Enrol() {
    App app = {ids_.Next(), ids_.Next(), absl::BitGen()};
    const absl::Time start = machine_.Now() - absl::Hours(48);
    EXPECT_THAT(db::Transaction(schema_->pool(), machine_.Now() + absl::Seconds(60),
                                [&](db::Connection& tx) {
                                  return tx
                                      .InsertRows(kEnrol, {{organisation_, app.enrolment, 1,
                                                            cohort_, app.staff, 5, "Europe/London",
                                                            start, start, 0, false, false, false}})
                                      .status();
                                }),
                IsOk());
    return app;
  }

  // The link names the request, so that the table can be held against the ledger.
  v1::LogActivityRequest Request(const App& app) {
    v1::LogActivityRequest request;
    request.set_request_id(ids_.Next().ToString());
    request.set_parent(id::Name(
        {{"organisations", organisation_}, {"cohorts", cohort_}, {"enrolments", app.enrolment}}));
    request.mutable_activity()->set_kind(v1::ACTIVITY_KIND_READ);
    request.mutable_activity()->set_setting(v1::SETTING_OFF_PLATFORM);
    request.mutable_activity()->set_minutes(5);
    request.mutable_activity()->set_link(absl::StrCat("https://", request.request_id()));
    return request;
  }
  rpc::CallContext ContextOf(const App& app) {
    rpc::CallContext context;
    context.deadline = machine_.Now() + absl::Seconds(10);
    context.principal = auth::Principal{.subject = app.staff.ToString(),
                                        .staff = app.staff,
                                        .organisation = organisation_,
                                        .roles = {options::v1::ROLE_PARTICIPANT},
                                        .expires = absl::InfiniteFuture()};
    return context;
  }
  std::shared_ptr<rpc::Channel> Any(App& app) {
    return replicas_[absl::Uniform(app.random, 0, 2)]->channel();
  }
  void Pause() { never_.WaitForNotificationWithTimeout(absl::Milliseconds(20)); }

  // One after the other; a third of them to both replicas at once.
  void LogSingly(App app) {
    while (!stop_) {
      const v1::LogActivityRequest request = Request(app);
      bool answered = false;
      while (!answered) {
        const bool twice = absl::Bernoulli(app.random, 1.0 / 3);
        absl::Notification twin;
        const auto take = [&](const absl::StatusOr<v1::LogActivityResponse>& result) {
          if (result.ok()) ledger_.Acknowledge(request.request_id(), result->activity().name());
          if (!result.ok() && !MaySendAgain(result.status())) ledger_.Wrong(result.status());
        };
        const std::string method = absl::StrCat(kService, "LogActivity");
        if (twice) {
          replicas_[0]->channel()->CallAsync<v1::LogActivityResponse>(
              method, request, ContextOf(app), [&](const auto& result) {
                take(result);
                twin.Notify();
              });
        }
        const auto channel = twice ? replicas_[1]->channel() : Any(app);
        const auto result = channel->Call<v1::LogActivityResponse>(method, request, ContextOf(app));
        take(result);
        if (twice) twin.WaitForNotification();
        answered = result.ok();
        if (!answered) Pause();
      }
    }
  }

  void LogBatches(App app) {
    while (!stop_) {
      v1::BatchLogActivitiesRequest batch;
      for (int i = 0; i < 20; ++i) *batch.add_requests() = Request(app);
      batch.set_parent(batch.requests(0).parent());
      while (batch.requests_size() > 0) {
        const auto response = Any(app)->Call<v1::BatchLogActivitiesResponse>(
            absl::StrCat(kService, "BatchLogActivities"), batch, ContextOf(app));
        if (!response.ok()) {
          if (!MaySendAgain(response.status())) ledger_.Wrong(response.status());
          Pause();
          continue;
        }
        v1::BatchLogActivitiesRequest left;
        left.set_parent(batch.parent());
        for (int i = 0; i < batch.requests_size(); ++i) {
          const v1::LogResult& result = response->results(i);
          if (result.has_activity()) {
            ledger_.Acknowledge(batch.requests(i).request_id(), result.activity().name());
          } else {
            *left.add_requests() = batch.requests(i);
            if (!MaySendAgain(result.error())) ledger_.Wrong(absl::InternalError("in a batch"));
          }
        }
        batch = left;
      }
    }
  }

  // What an app has kept while it was offline, by streams that go on where the last one broke.
  void LogStreams(App app) {
    while (!stop_) {
      std::vector<v1::StreamActivitiesRequest> kept(80);
      for (size_t i = 0; i < kept.size(); ++i) {
        kept[i].set_sequence(static_cast<int64_t>(i) + 1);
        *kept[i].mutable_request() = Request(app);
      }
      size_t acknowledged = 0;
      while (acknowledged < kept.size()) {
        auto stream =
            Any(app)->OpenStream<v1::StreamActivitiesRequest, v1::StreamActivitiesResponse>(
                absl::StrCat(kService, "StreamActivities"), ContextOf(app));
        for (size_t i = acknowledged; i < kept.size() && stream.Write(kept[i]);) ++i;
        stream.WritesDone();
        v1::StreamActivitiesResponse response;
        while (stream.Read(&response)) {
          if (response.refused_size() > 0) ledger_.Wrong(absl::InternalError("in a stream"));
          for (; acknowledged < static_cast<size_t>(response.acknowledged_sequence());
               ++acknowledged) {
            ledger_.Acknowledge(kept[acknowledged].request().request_id(), "");
          }
        }
        const absl::Status ended = stream.Finish();
        if (!ended.ok() && !MaySendAgain(ended)) ledger_.Wrong(ended);
        if (!ended.ok()) Pause();
      }
    }
  }

  void Kill(int number) {
    if (number % 2 == 1) {
      ASSERT_THAT(server_->Kill(), IsOk());
      ASSERT_THAT(server_->Restart(), IsOk());
      return;
    }
    Replica& replica = *replicas_[absl::Uniform(random_, 0, 2)];
    replica.Kill();
    ASSERT_THAT(replica.Start(), IsOk());
  }

  db::Rows Query(absl::string_view sql) {
    const auto rows = db::Read(schema_->pool(), machine_.Now() + absl::Seconds(60),
                               [&](db::Connection& db) { return db.Query(sql, {organisation_}); });
    EXPECT_THAT(rows, IsOk());
    return rows.ok() ? *rows : db::Rows();
  }
  // Every request was sent until it was acknowledged, so the tables hold these and no others.
  void HoldAgainstTables(const std::map<std::string, std::string>& promised) {
    size_t lost = promised.size(), doubled = 0, unknown = 0;
    for (const db::Row& row :
         Query("SELECT link, COUNT(*) FROM activity WHERE organisation = ? GROUP BY link")) {
      const bool known = promised.contains(row.String(0).substr(std::string("https://").size()));
      known ? --lost : ++unknown;
      if (row.Int(1) != 1) ++doubled;
    }
    EXPECT_EQ(lost, 0u);
    EXPECT_EQ(doubled, 0u);
    EXPECT_EQ(unknown, 0u);
    const int64_t count = static_cast<int64_t>(promised.size());
    EXPECT_EQ(Query("SELECT COUNT(*) FROM request_record WHERE organisation = ?")[0].Int(0), count);
    std::set<std::string> told;
    int64_t events = 0;
    for (const db::Row& row : Query("SELECT payload FROM feed_event WHERE organisation = ?")) {
      events::v1::Event event;
      ASSERT_TRUE(event.ParseFromString(row.String(0)));
      if (!event.has_activity_logged()) continue;
      ++events;
      told.insert(event.activity_logged().activity());
    }
    EXPECT_EQ(events, count);
    EXPECT_EQ(static_cast<int64_t>(told.size()), count);
  }

  const time::SystemClock machine_;
  id::Generator ids_{machine_};
  const id::Uuid organisation_ = ids_.Next(), cohort_ = ids_.Next();
  std::unique_ptr<db::testing::PrivateServer> server_;
  std::unique_ptr<db::testing::Schema> schema_;
  rpc::testing::TestCa ca_;
  std::string folder_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  Ledger ledger_;
  std::atomic<bool> stop_{false};
  absl::Notification never_;
  absl::BitGen random_;
};

TEST_F(ActivityKillTest, NothingAcknowledgedIsLostAndNothingCountsTwice) {
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([this, app = Enrol()]() mutable { LogSingly(std::move(app)); });
  }
  clients.emplace_back([this, app = Enrol()]() mutable { LogBatches(std::move(app)); });
  clients.emplace_back([this, app = Enrol()]() mutable { LogStreams(std::move(app)); });
  int kills = 0;
  for (; kills < kKills && !HasFatalFailure(); ++kills) {
    // At a moment of the load's own: after so many more promises as chance will have.
    if (!ledger_.AwaitMore(absl::Uniform(random_, 1u, 120u))) break;
    Kill(kills);
  }
  EXPECT_EQ(kills, kKills) << "the load came to a standstill";
  EXPECT_TRUE(ledger_.AwaitMore(1)) << "it goes on after the last kill";
  stop_ = true;
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(ledger_.wrong(), testing::IsEmpty());
  HoldAgainstTables(ledger_.names());
}

}  // namespace
}  // namespace dap::activity
