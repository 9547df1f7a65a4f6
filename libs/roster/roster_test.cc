#include "libs/roster/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "absl/strings/str_cat.h"
#include "dap/enrolment/v1/roster_service.pb.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::roster {
namespace {

using enrolment::v1::GetRosterEntryRequest;
using enrolment::v1::GetRosterEntryResponse;
using status::HasReason;
using status::IsOk;
using status::StatusIs;
using testing::ElementsAre;
using testing::Field;

const time::SystemClock& MachineClock() {
  static const time::SystemClock clock;
  return clock;
}

id::Uuid NewId() {
  static id::Generator ids(MachineClock());
  return ids.Next();
}

absl::Time Soon() { return MachineClock().Now() + absl::Seconds(30); }

Entry NewEntry() {
  Entry entry;
  entry.organisation = NewId();
  entry.enrolment = NewId();
  entry.cohort = NewId();
  entry.participant = NewId();
  entry.participant_display_name = "Maria Gómez";
  entry.patron = NewId();
  entry.coaches = {NewId(), NewId()};
  entry.state = enrolment::v1::ENROLMENT_STATE_PAUSED;
  entry.minutes_per_week = 60;
  entry.sessions_per_week = 2;
  entry.balance_target = 0.5;
  entry.balance_tolerance = 0.15;
  entry.time_zone = "Europe/London";
  entry.activate_time = absl::FromUnixMicros(1700000000123456);
  entry.pause_until_time = absl::FromUnixSeconds(1800000000);
  entry.version = 3;
  entry.cohort_title = "Spring";
  entry.pause_reason = enrolment::v1::PAUSE_REASON_BUSY;
  entry.way_in = enrolment::v1::WAY_IN_TOLD_TO;
  return entry;
}

auth::Principal Staff(const id::Uuid& organisation, const id::Uuid& staff) {
  auth::Principal principal;
  principal.organisation = organisation;
  principal.staff = staff;
  principal.subject = staff.ToString();
  return principal;
}

class RosterTest : public testing::Test {
 protected:
  RosterTest() { EXPECT_THAT(Migrate(schema_.pool()), IsOk()); }

  absl::Status Put(const Entry& entry) {
    return db::Transaction(schema_.pool(), Soon(),
                           [&](db::Connection& tx) { return Apply(tx, ToProto(entry)); });
  }

  db::testing::Schema schema_;
};

TEST_F(RosterTest, KeepsAllOfAnEntry) {
  const Entry entry = NewEntry();
  ASSERT_THAT(Put(entry), IsOk());
  Roster roster(schema_.pool(), nullptr);
  const auto found = roster.Find(Soon(), entry.organisation, entry.enrolment);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(*found, entry);
  EXPECT_EQ(FromProto(ToProto(entry)), entry);
}

TEST_F(RosterTest, AnOlderVersionNeverTakesThePlaceOfANewer) {
  Entry newer = NewEntry(), older = newer, newest = newer;
  older.version = 2;
  older.patron = id::Uuid();
  older.cohort_title = "Autumn";
  newest.version = 4;
  newest.patron = id::Uuid();
  newest.coaches.clear();
  newest.activate_time.reset();
  newest.state = enrolment::v1::ENROLMENT_STATE_ACTIVE;
  Roster roster(schema_.pool(), nullptr, {.cache_age = absl::ZeroDuration()});
  const auto find = [&] { return *roster.Find(Soon(), newer.organisation, newer.enrolment); };
  ASSERT_THAT(Put(newer), IsOk());
  ASSERT_THAT(Put(older), IsOk());
  EXPECT_EQ(find(), newer);
  ASSERT_THAT(Put(newest), IsOk());
  EXPECT_EQ(find(), newest);
  ASSERT_THAT(Put(newer), IsOk());
  EXPECT_EQ(find(), newest);
}

TEST_F(RosterTest, AnEntryWithoutIdsIsRefused) {
  EXPECT_THAT(Put(Entry()), HasReason("ROSTER_ENTRY_MALFORMED"));
}

TEST_F(RosterTest, ListsByCohortParticipantAndPatronOnAnIndex) {
  Entry one = NewEntry(), two = NewEntry(), other = NewEntry();
  two.organisation = one.organisation;
  two.cohort = one.cohort;
  two.patron = one.patron;
  other.cohort = one.cohort;  // of another organisation
  for (const Entry& entry : {two, one, other}) ASSERT_THAT(Put(entry), IsOk());
  const auto lease = schema_.pool().Acquire(Soon());
  db::Connection& connection = **lease;
  EXPECT_THAT(*ListByCohort(connection, one.organisation, one.cohort), ElementsAre(one, two));
  EXPECT_THAT(*ListByPatron(connection, one.organisation, one.patron), ElementsAre(one, two));
  EXPECT_THAT(*ListByParticipant(connection, two.organisation, two.participant), ElementsAre(two));
  EXPECT_THAT(*ListUnderWay(connection, one.organisation, id::Uuid(), 9), ElementsAre(one, two));
  EXPECT_THAT(*ListUnderWay(connection, one.organisation, id::Uuid(), 1), ElementsAre(one));
  EXPECT_THAT(*ListUnderWay(connection, one.organisation, one.enrolment, 9), ElementsAre(two));
  two.state = enrolment::v1::ENROLMENT_STATE_COMPLETED;
  ++two.version;
  ASSERT_THAT(Put(two), IsOk());
  EXPECT_THAT(*ListUnderWay(connection, one.organisation, one.enrolment, 9), ElementsAre());
  // Enough rows that an index is worth it.
  for (int i = 0; i < 200; ++i) {
    Entry more = NewEntry();
    more.organisation = one.organisation;
    ASSERT_THAT(Apply(connection, ToProto(more)), IsOk());
  }
  ASSERT_THAT(connection.Query("ANALYZE TABLE roster_entry"), IsOk());
  for (const char* column : {"cohort", "participant", "patron"}) {
    const auto plan = connection.QueryOne(
        absl::StrCat("EXPLAIN SELECT * FROM roster_entry WHERE organisation = ? AND ", column,
                     " = ? ORDER BY enrolment"),
        {one.organisation, one.cohort});
    EXPECT_EQ((*plan)->String(5), absl::StrCat("by_", column));
    EXPECT_THAT((*plan)->String(9), testing::Not(testing::HasSubstr("filesort")));
  }
}

// A RosterService that knows one entry and counts how often it is asked.
class Enrolments {
 public:
  explicit Enrolments(Entry known) : known_(std::move(known)) {
    service_.Unary<GetRosterEntryRequest, GetRosterEntryResponse>(
        "GetRosterEntry",
        [this](const rpc::Call&,
               const GetRosterEntryRequest& request) -> absl::StatusOr<GetRosterEntryResponse> {
          ++asked_;
          if (id::Uuid::FromBytes(request.enrolment()) != known_.enrolment) {
            return status::NotFound("enrolment", "that one");
          }
          GetRosterEntryResponse response;
          *response.mutable_entry() = ToProto(known_);
          return response;
        });
    rpc::ServerOptions server_options;
    server_options.security = rpc::Security::kInsecureForTests;
    server_ = *rpc::Server::Start(server_options, {&service_});
    rpc::ChannelOptions options;
    options.target = absl::StrCat("127.0.0.1:", server_->port());
    options.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(options);
  }

  const std::shared_ptr<rpc::Channel>& channel() const { return channel_; }
  int asked() const { return asked_; }
  void Stop() { server_.reset(); }

 private:
  const Entry known_;
  std::atomic<int> asked_ = 0;
  rpc::Service service_{"dap.enrolment.v1.RosterService"};
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
};

TEST_F(RosterTest, AsksOnceForAnEnrolmentThatIsNotHere) {
  const Entry entry = NewEntry();
  Enrolments enrolments(entry);
  for (int replica = 0; replica < 2; ++replica) {
    Roster roster(schema_.pool(), enrolments.channel(), {.cache_age = absl::ZeroDuration()});
    const auto found = roster.Find(Soon(), entry.organisation, entry.enrolment);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(*found, entry);
  }
  EXPECT_EQ(enrolments.asked(), 1);
  Roster roster(schema_.pool(), enrolments.channel());
  const auto unknown = roster.Find(Soon(), entry.organisation, NewId());
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(unknown, HasReason("ENROLMENT_NOT_FOUND"));
  EXPECT_EQ(enrolments.asked(), 2);
  enrolments.Stop();
  EXPECT_THAT(roster.Find(MachineClock().Now() + absl::Seconds(1), entry.organisation, NewId()),
              testing::AnyOf(StatusIs(absl::StatusCode::kUnavailable),
                             StatusIs(absl::StatusCode::kDeadlineExceeded)));
}

TEST_F(RosterTest, FindIsAnsweredFromMemoryWhileItIsYoung) {
  Entry entry = NewEntry();
  ASSERT_THAT(Put(entry), IsOk());
  Roster remembers(schema_.pool(), nullptr, {.cache_age = absl::Hours(1)});
  Roster asks(schema_.pool(), nullptr, {.cache_age = absl::ZeroDuration()});
  Roster forgets(schema_.pool(), nullptr, {.cache_age = absl::Hours(1), .cache_size = 1});
  for (Roster* roster : {&remembers, &asks, &forgets}) {
    ASSERT_THAT(roster->Find(Soon(), entry.organisation, entry.enrolment), IsOk());
  }
  const Entry other = NewEntry();
  ASSERT_THAT(Put(other), IsOk());
  ASSERT_THAT(forgets.Find(Soon(), other.organisation, other.enrolment), IsOk());
  ++entry.version;
  ASSERT_THAT(Put(entry), IsOk());
  const auto version = [&](Roster& roster) {
    return roster.Find(Soon(), entry.organisation, entry.enrolment)->version;
  };
  EXPECT_EQ(version(remembers), entry.version - 1);
  EXPECT_EQ(version(asks), entry.version);
  EXPECT_EQ(version(forgets), entry.version);
}

TEST_F(RosterTest, PermissionComesBeforeExistence) {
  const Entry entry = NewEntry();
  ASSERT_THAT(Put(entry), IsOk());
  Roster roster(schema_.pool(), nullptr);
  const auto as = [&](const auth::Principal& principal, const id::Uuid& enrolment) {
    rpc::CallInfo info;
    info.deadline = Soon();
    info.principal = principal;
    const rpc::Call call(std::move(info));
    return roster.FindFor(call, entry.organisation, enrolment, {Relation::kSelf, Relation::kCoach});
  };
  EXPECT_THAT(as(Staff(entry.organisation, entry.participant), entry.enrolment), IsOk());
  EXPECT_THAT(as(Staff(entry.organisation, entry.coaches[1]), entry.enrolment), IsOk());
  EXPECT_THAT(as(Staff(entry.organisation, entry.patron), entry.enrolment), HasReason("NOT_YOURS"));
  EXPECT_THAT(as(Staff(entry.organisation, entry.participant), NewId()),
              StatusIs(absl::StatusCode::kNotFound));
  for (const id::Uuid& enrolment : {entry.enrolment, NewId()}) {
    const auto refused = as(Staff(NewId(), entry.participant), enrolment);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_THAT(refused, HasReason("OTHER_ORGANISATION"));
  }
}

TEST(Require, KnowsEachRelation) {
  const Entry entry = NewEntry();
  const auto self = Staff(entry.organisation, entry.participant);
  const auto coach = Staff(entry.organisation, entry.coaches[0]);
  const auto patron = Staff(entry.organisation, entry.patron);
  const auto colleague = Staff(entry.organisation, NewId());
  EXPECT_THAT(RequireSelf(entry, self), IsOk());
  EXPECT_THAT(RequireSelf(entry, coach), HasReason("NOT_YOURS"));
  EXPECT_THAT(RequireSelfOrCoach(entry, coach), IsOk());
  EXPECT_THAT(RequireSelfOrCoach(entry, patron), HasReason("NOT_YOURS"));
  EXPECT_THAT(Require(entry, patron, {Relation::kPatron}), IsOk());
  EXPECT_THAT(Require(entry, colleague, {Relation::kSelf, Relation::kCoach, Relation::kPatron}),
              HasReason("NOT_YOURS"));
  // Without a patron, somebody without a staff id is not one.
  Entry alone = entry;
  alone.patron = id::Uuid();
  EXPECT_FALSE(alone.IsPatron(Staff(entry.organisation, id::Uuid())));
  EXPECT_FALSE(entry.IsCoach(Staff(NewId(), entry.coaches[0])));
}

}  // namespace
}  // namespace dap::roster
