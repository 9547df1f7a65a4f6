// An organisation on the real MariaDB, and syncs in a line or two. For the tests of the HR sync.
#ifndef DAP_SERVICES_ENROLMENT_STAFF_SYNC_FIXTURE_H_
#define DAP_SERVICES_ENROLMENT_STAFF_SYNC_FIXTURE_H_

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dap/events/v1/event.pb.h"
#include "enrolment_migrations.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/id/uuid.h"
#include "libs/requests/requests.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"
#include "services/enrolment/operations/sync_apply.h"
#include "services/enrolment/operations/sync_jobs.h"
#include "services/enrolment/operations/sync_plan.h"
#include "services/enrolment/operations/sync_receive.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/sync_records.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {

using status::HasReason;
using status::IsOk;
using status::StatusIs;

inline absl::Time Soon() { return time::SystemClock().Now() + absl::Seconds(60); }

// One schema for all tests of a process, as it costs a second. Each row written to a person or a
// team is counted by triggers.
struct SyncWorld {
  static SyncWorld& Get() {
    static auto& world = *new SyncWorld;
    return world;
  }
  SyncWorld() {
    schema.Migrate("enrolment", Migrations());
    EXPECT_THAT(feed::Migrate(schema.pool()), IsOk());
    EXPECT_THAT(requests::Migrate(schema.pool()), IsOk());
    schema.Run("CREATE TABLE written (organisation BINARY(16) PRIMARY KEY, n BIGINT NOT NULL)");
    for (const char* table : {"staff_member", "team"}) {
      for (const char* change : {"INSERT", "UPDATE"}) {
        schema.Run(absl::StrCat("CREATE TRIGGER count_", table, "_", change, " AFTER ", change,
                                " ON ", table,
                                " FOR EACH ROW INSERT INTO written VALUES (NEW.organisation, 1) "
                                "ON DUPLICATE KEY UPDATE n = n + 1"));
      }
    }
    feed = std::make_unique<feed::Feed>(schema.pool(), clock);
  }

  db::testing::Schema schema;
  time::ManualClock clock{absl::FromUnixSeconds(1'790'000'000)};
  id::Generator ids{clock};
  std::unique_ptr<feed::Feed> feed;
};

// A person or team as the database has it, with references by external id.
struct Kept {
  std::string name;
  std::string email;
  std::string above = "";
  std::string manager = "";
  int state = 1;
  int64_t version = 1;
  bool address_free = false;

  friend bool operator==(const Kept&, const Kept&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Kept& kept) {
    return out << kept.name << "|" << kept.email << "|" << kept.above << "|" << kept.manager
               << "|state " << kept.state << "|version " << kept.version
               << (kept.address_free ? "|free" : "");
  }
};
// By "source/external id".
using KeptById = std::map<std::string, Kept>;

inline SyncRecord PersonRecord(const std::string& id, const std::string& email = "",
                               std::optional<std::string> above = std::nullopt,
                               std::optional<std::string> manager = std::nullopt) {
  SyncRecord record;
  record.external_id = id;
  record.display_name = "Name of " + id;
  record.email = email.empty() ? id + "@example.org" : email;
  record.above = std::move(above);
  record.manager = std::move(manager);
  return record;
}

inline SyncRecord TeamRecord(const std::string& id,
                             std::optional<std::string> above = std::nullopt) {
  SyncRecord record;
  record.kind = RecordKind::kTeam;
  record.external_id = id;
  record.display_name = "Team " + id;
  record.above = std::move(above);
  return record;
}

inline std::vector<SyncRecord> People(int from, int to) {
  std::vector<SyncRecord> people;
  for (int i = from; i < to; ++i) people.push_back(PersonRecord(absl::StrCat("p", i)));
  return people;
}

class SyncTest : public ::testing::Test {
 protected:
  void SetUp() override {
    organisation_ = world().ids.Next();
    const Organisation organisation{organisation_, "Org", "Europe/London", world().clock.Now()};
    ASSERT_THAT(db::Transaction(pool(), Soon(),
                                [&](db::Connection& tx) {
                                  return store::InsertOrganisation(tx, organisation);
                                }),
                IsOk());
    seen_events_ = LastEvent();
  }

  static SyncWorld& world() { return SyncWorld::Get(); }
  static db::Pool& pool() { return world().schema.pool(); }
  static SyncParts parts() {
    return {world().schema.pool(), *world().feed, world().clock, world().ids};
  }

  SyncStart StartOf(SyncMode mode, size_t expected, const std::string& source = "hr") const {
    SyncStart start;
    start.organisation = organisation_;
    start.source = source;
    start.mode = mode;
    start.expected = static_cast<int64_t>(expected);
    return start;
  }

  static std::string ChecksumOf(const std::vector<SyncRecord>& records) {
    SyncChecksum checksum;
    for (const SyncRecord& record : records) checksum.AddId(record.external_id);
    return checksum.Digest();
  }

  // Sends all records of a run and returns its plan.
  absl::StatusOr<store::SyncRun> Plan(SyncMode mode, const std::vector<SyncRecord>& records,
                                      const std::string& source = "hr") {
    ASSIGN_OR_RETURN(auto receiver,
                     SyncReceiver::Begin(parts(), StartOf(mode, records.size(), source), Soon()));
    for (const SyncRecord& record : records) {
      if (receiver->Add(record.external_id, record)) RETURN_IF_ERROR(receiver->Flush(Soon()));
    }
    RETURN_IF_ERROR(receiver->Flush(Soon()));
    return PlanSyncRun(parts(), receiver->key(),
                       {static_cast<int64_t>(records.size()), ChecksumOf(records)}, Soon());
  }

  absl::StatusOr<store::SyncRun> Apply(const store::SyncRun& run) {
    return ApplySyncRun(parts(), {organisation_, run.id}, Soon());
  }

  // Plans and applies; fails the test where either goes wrong.
  store::SyncRun Sync(SyncMode mode, const std::vector<SyncRecord>& records,
                      const std::string& source = "hr") {
    auto run = Plan(mode, records, source);
    EXPECT_THAT(run, IsOk());
    if (!run.ok()) return {};
    auto applied = Apply(*run);
    EXPECT_THAT(applied, IsOk());
    return applied.ok() ? *applied : store::SyncRun();
  }
  store::SyncRun Full(const std::vector<SyncRecord>& records) {
    return Sync(SyncMode::kFull, records);
  }
  store::SyncRun Delta(const std::vector<SyncRecord>& records) {
    return Sync(SyncMode::kDelta, records);
  }

  db::Rows Query(absl::string_view sql, const db::Values& values) {
    auto rows = db::Read(pool(), Soon(),
                         [&](db::Connection& connection) { return connection.Query(sql, values); });
    EXPECT_THAT(rows, IsOk());
    return rows.ok() ? *rows : db::Rows();
  }
  void Execute(absl::string_view sql, const db::Values& values) {
    EXPECT_THAT(
        db::Transaction(pool(), Soon(),
                        [&](db::Connection& tx) { return tx.Execute(sql, values).status(); }),
        IsOk());
  }

  KeptById Everyone() {
    KeptById people;
    for (const db::Row& row : Query(R"sql(
        SELECT COALESCE(s.source, ''), COALESCE(s.external_id, s.display_name), s.display_name,
          s.email, COALESCE(t.external_id, ''), COALESCE(m.external_id, ''), s.state, s.version,
          s.active_email IS NULL, s.line_manager IS NOT NULL AND m.staff_member IS NULL
        FROM staff_member s
        LEFT JOIN team t ON t.organisation = s.organisation AND t.team = s.team
        LEFT JOIN staff_member m ON m.organisation = s.organisation
          AND m.staff_member = s.line_manager
        WHERE s.organisation = ?)sql",
                                    {organisation_})) {
      EXPECT_FALSE(row.Bool(9)) << "a manager that is not there";
      people[row.String(0) + "/" + row.String(1)] = {
          row.String(2), row.String(3), row.String(4), row.String(5), static_cast<int>(row.Int(6)),
          row.Int(7),    row.Bool(8)};
    }
    return people;
  }
  Kept Person(const std::string& id) { return Everyone()["hr/" + id]; }

  KeptById Teams() {
    KeptById teams;
    for (const db::Row& row : Query(R"sql(
        SELECT t.source, t.external_id, t.display_name, COALESCE(p.external_id, ''), t.version
        FROM team t LEFT JOIN team p ON p.organisation = t.organisation AND p.team = t.parent
        WHERE t.organisation = ?)sql",
                                    {organisation_})) {
      Kept team;
      team.name = row.String(2);
      team.above = row.String(3);
      team.version = row.Int(4);
      teams[row.String(0) + "/" + row.String(1)] = team;
    }
    return teams;
  }

  // "3 TEAM_UNKNOWN team_external_id", in the order of the stream.
  std::vector<std::string> Rejections(const store::SyncRun& run) {
    auto rejections = db::Read(pool(), Soon(), [&](db::Connection& connection) {
      return store::ListRejections(connection, {organisation_, run.id}, 0, 100000);
    });
    EXPECT_THAT(rejections, IsOk());
    std::vector<std::string> told;
    for (const store::RejectedRecord& one : *rejections) {
      told.push_back(absl::StrCat(one.sequence, " ", FaultName(one.fault), " ", one.field));
    }
    return told;
  }

  // Rows of people and teams written since the last call.
  int64_t Written() {
    const db::Rows rows = Query("SELECT n FROM written WHERE organisation = ?", {organisation_});
    const int64_t now = rows.empty() ? 0 : rows[0].Int(0);
    return now - std::exchange(written_, now);
  }

  int64_t LastEvent() {
    const db::Rows rows = Query("SELECT last_position FROM feed_partition WHERE partition_no = ?",
                                {feed::PartitionOf(organisation_, 8)});
    return rows.empty() ? 0 : rows[0].Int(0);
  }
  // The organisation's staff events since the last call.
  std::vector<events::v1::StaffMemberChanged> NewEvents() {
    std::vector<events::v1::StaffMemberChanged> events;
    for (const db::Row& row :
         Query("SELECT payload FROM feed_event WHERE organisation = ? AND "
               "partition_no = ? AND position > ? ORDER BY position",
               {organisation_, feed::PartitionOf(organisation_, 8), seen_events_})) {
      events::v1::Event event;
      EXPECT_TRUE(event.ParseFromString(row.String(0)));
      if (event.has_staff_member_changed()) events.push_back(event.staff_member_changed());
    }
    seen_events_ = LastEvent();
    return events;
  }

  id::Uuid organisation_;

 private:
  int64_t written_ = 0;
  int64_t seen_events_ = 0;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_STAFF_SYNC_FIXTURE_H_
