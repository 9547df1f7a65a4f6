// Every list and report query of cohorts, enrolments, staff and teams goes by the index that is
// meant for it, without sorting, on the real server and with as many rows as make a choice matter.
#include "libs/db/transaction.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/overview.h"
#include "services/enrolment/store/reports.h"
#include "services/enrolment/store/staff.h"
#include "services/enrolment/store/teams.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

constexpr int kOrganisations = 4;
constexpr int kTeams = 50;
constexpr int kStaff = 5000;
constexpr int kCohorts = 400;
constexpr int kEnrolments = 4000;
constexpr int kRecruited = 40;  // cohorts with enrolments

class ExplainListsTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    for (int i = 1; i < kOrganisations; ++i) Fill(world().ids().Next());
    Fill(organisation_);
    Write([](db::Connection& tx) {
      return tx
          .Query(
              "ANALYZE TABLE staff_member, team, cohort, cohort_coach, enrolment, session, "
              "attendance, patron")
          .status();
    });
  }
  template <typename F>
  void Write(F body) {
    ASSERT_THAT(db::Transaction(world().pool(), Soon(),
                                [&](db::Connection& tx) -> absl::Status { return body(tx); }),
                IsOk());
  }
  // One organisation's worth of everything.
  void Fill(const id::Uuid& organisation) {
    teams_ = Ids(kTeams);
    staff_ = Ids(kStaff);
    cohorts_ = Ids(kCohorts);
    Insert("INSERT INTO team (organisation, team, display_name, parent, version) VALUES", kTeams,
           [&](int i) -> db::Values {
             return {organisation, teams_[i], absl::StrCat("Team ", i),
                     i == 0 ? db::Value(db::Null()) : db::Value(teams_[(i - 1) / 3]), 1};
           });
    Insert(
        "INSERT INTO staff_member (organisation, staff_member, display_name, email, "
        "active_email, team, state, state_since, version) VALUES",
        kStaff, [&](int i) -> db::Values {
          const std::string name = absl::StrCat(std::string(1, 'a' + i % 26), "name ", i);
          return {organisation,
                  staff_[i],
                  name,
                  name,
                  name,
                  teams_[i % kTeams],
                  i % 10 == 0 ? 3 : 1 + (i % 7 == 0),
                  Now(),
                  1};
        });
    Insert(
        "INSERT INTO cohort (organisation, cohort, title, state, start_date, end_date, "
        "capacity, blend_workshop, blend_conversation, blend_one_to_one, blend_online, "
        "minutes_per_week, sessions_per_week, balance_target, balance_tolerance, places_taken, "
        "next_ask, create_time, version) VALUES",
        kCohorts, [&](int i) -> db::Values {
          const absl::CivilDay day(2027, 1, 1);
          return {organisation,
                  cohorts_[i],
                  absl::StrCat("Cohort ", i),
                  1 + i % 5,
                  day,
                  day,
                  100,
                  25,
                  25,
                  25,
                  25,
                  60,
                  2,
                  0.5,
                  0.15,
                  0,
                  1,
                  Now(),
                  1};
        });
    Insert("INSERT INTO cohort_coach (organisation, cohort, staff_member, place) VALUES", kCohorts,
           [&](int i) -> db::Values {
             return {organisation, cohorts_[i], staff_[i % 7], 0};
           });
    Insert(
        "INSERT INTO enrolment (organisation, enrolment, cohort, participant, open_participant, "
        "state, origin, way_in, patron, pause_reason, ask_number, wait_number, create_time, "
        "reflection, version) VALUES",
        kEnrolments, [&](int i) -> db::Values {
          return {organisation,
                  world().ids().Next(),
                  cohorts_[i % kRecruited],
                  staff_[i],
                  staff_[i],
                  1 + i % 8,
                  1,
                  1,
                  staff_[i % 11],
                  0,
                  i,
                  i,
                  Now(),
                  "",
                  1};
        });
  }
  std::vector<id::Uuid> Ids(int count) {
    std::vector<id::Uuid> ids;
    for (int i = 0; i < count; ++i) ids.push_back(world().ids().Next());
    return ids;
  }
  template <typename F>
  void Insert(const char* sql, int count, F row) {
    std::vector<db::Values> rows;
    for (int i = 0; i < count; ++i) rows.push_back(row(i));
    Write([&](db::Connection& tx) { return tx.InsertRows(sql, rows).status(); });
  }

  std::vector<id::Uuid> teams_, staff_, cohorts_;
};

TEST_F(ExplainListsTest, EachGoesByItsIndexAndSortsNothing) {
  const id::Uuid none;
  const id::Uuid last = id::Uuid::FromBytes(std::string(16, '\xFF'));
  const id::Uuid& cohort = cohorts_[0];
  db::Values by_name;
  for (int state : {1, 2, 0}) {
    by_name.insert(by_name.end(), {organisation_, state, "%", "m", "m", none, 51});
  }
  by_name.push_back(51);
  db::Values of_teams = {organisation_};
  for (int i = 0; i < store::kTeamsAtOnce; ++i) of_teams.push_back(teams_[std::min(i, 20)]);
  of_teams.insert(of_teams.end(), {none, "", "", none, 6, "%", "%", 51});
  db::Values recruitment, recruitment_of_cohort;
  for (int i = 0; i < 5; ++i) {
    recruitment.insert(recruitment.end(), {organisation_, Now()});
    recruitment_of_cohort.insert(recruitment_of_cohort.end(), {organisation_, cohort, Now()});
  }
  struct Case {
    const char* what;
    const char* sql;
    db::Values values;
    std::string key;  // of the table that is read first
    int most_rows;    // that the server thinks it reads of it
    bool sorts = false;
  };
  const Case cases[] = {
      {"staff by name", store::kListStaffByNameSql, by_name, "staff_by_state_name", 5000},
      {"staff by e-mail",
       store::kListStaffByEmailSql,
       {organisation_, "bname%", "", "", none, 6, "bname%", 51},
       "staff_by_email",
       400},
      {"staff of teams", store::kListStaffOfTeamsSql, of_teams, "staff_by_team", 3000},
      {"teams", store::kListTeamsSql, {organisation_, "%", "", "", none, 51}, "team_by_name", 100},
      {"teams below",
       store::kListTeamsBelowSql,
       {organisation_, teams_[0], "%", "", "", none, 51},
       "team_by_parent",
       10},
      {"cohorts", store::kListCohortsSql, {organisation_, last, ~0, 51}, "PRIMARY", 1000},
      {"cohorts of a state",
       store::kListCohortsOfStateSql,
       {organisation_, 2, last, 51},
       "cohort_by_state",
       200},
      {"cohorts of a coach",
       store::kListCohortsOfCoachSql,
       {organisation_, staff_[1], last, ~0, "%", 51},
       "cohort_coach_by_staff",
       100},
      {"cohorts by title",
       store::kListCohortsByTitleSql,
       {organisation_, "cohort 1%", "", "", none, ~0, 51},
       "cohort_by_title",
       200},
      {"enrolments",
       store::kListEnrolmentsSql,
       {organisation_, cohort, 0, ~0, 1, none, 1, "%", "%", 51},
       "enrolment_by_ask",
       200},
      {"enrolments of a state",
       store::kListEnrolmentsOfStateSql,
       {organisation_, cohort, 3, 0, ~0, 1, none, 1, "%", "%", 51},
       "enrolment_by_state",
       60},
      {"enrolments of a patron",
       store::kListEnrolmentsOfPatronSql,
       {organisation_, cohort, staff_[3], 0, ~0, 1, none, 1, "%", "%", 51},
       "enrolment_by_patron",
       60},
      {"waiting before",
       store::kWaitingBeforeSql,
       {organisation_, cohort, 9},
       "enrolment_waiting",
       60},
      {"waiting between",
       store::kWaitingBetweenSql,
       {organisation_, cohort, 9, 19},
       "enrolment_waiting",
       60},
      {"open participants",
       store::kOpenParticipantsSql,
       {organisation_, cohort},
       "enrolment_open",
       200},
      {"counts by state",
       store::kCountByStateSql,
       {organisation_, cohort},
       "enrolment_by_state|enrolment_waiting",
       200},
      {"without a patron", store::kListWithoutPatronSql, {organisation_, cohort, Now()}, "", 200},
      {"counts by patron",
       store::kCountByPatronSql,
       {organisation_, cohort},
       "enrolment_by_patron",
       200},
      {"patrons' states",
       store::kPatronStatesSql,
       {organisation_, cohort},
       "PRIMARY|patron_by_staff",
       10},
      {"recruitment", store::kCountRecruitmentSql, recruitment, "", 9000, true},
      {"recruitment of a cohort", store::kCountRecruitmentOfCohortSql, recruitment_of_cohort, "",
       200, true},
      {"kick-offs",
       store::kCountKickOffsSql,
       {14, 14, organisation_, Now(), 14, 100},
       "",
       100,
       true},
      {"kick-off of a cohort",
       store::kCountKickOffOfCohortSql,
       {14, 14, organisation_, cohort, Now(), 14, 100},
       "session_kick_off",
       10,
       true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::string_view(c.what));
    auto rows = db::Read(world().pool(), Soon(), [&](db::Connection& connection) {
      return connection.Query(absl::StrCat("EXPLAIN ", c.sql), c.values);
    });
    ASSERT_THAT(rows, IsOk());
    bool first = true;
    // id, select_type, table, type, possible_keys, key, key_len, ref, rows, Extra
    for (const db::Row& row : *rows) {
      if (row.IsNull(2) || row.IsNull(5) || row.String(2).rfind("<union", 0) == 0) {
        // The few rows of a page from several ranges, or nothing to read at all.
        const std::string extra = row.IsNull(9) ? "" : row.String(9);
        EXPECT_TRUE(row.IsNull(2) || row.String(2).rfind("<union", 0) == 0 ||
                    extra.find("no matching row") != std::string::npos)
            << row.String(2) << " uses no key: " << extra;
        continue;
      }
      EXPECT_NE(row.String(3), "ALL") << row.String(2);
      EXPECT_NE(row.String(3), "index") << row.String(2);
      const std::string extra = row.IsNull(9) ? "" : row.String(9);
      if (!c.sorts) {
        EXPECT_EQ(extra.find("filesort"), std::string::npos) << row.String(5) << ": " << extra;
        EXPECT_EQ(extra.find("temporary"), std::string::npos) << row.String(2) << ": " << extra;
      }
      if (!first) continue;
      first = false;
      EXPECT_LE(row.Int(8), c.most_rows);
      if (!c.key.empty()) {
        EXPECT_NE(c.key.find(row.String(5)), std::string::npos) << row.String(5);
      }
    }
  }
}

TEST_F(ExplainListsTest, WalkingDownTheTeamsLooksEachUp) {
  auto rows = db::Read(world().pool(), Soon(), [&](db::Connection& connection) {
    return connection.Query(absl::StrCat("EXPLAIN ", store::kTeamAndBelowSql),
                            {organisation_, teams_[0], organisation_});
  });
  ASSERT_THAT(rows, IsOk());
  bool by_parent = false;
  for (const db::Row& row : *rows) {
    if (!row.IsNull(5) && row.String(5) == "team_by_parent") by_parent = row.String(3) == "ref";
  }
  EXPECT_TRUE(by_parent);
  auto below = db::Read(world().pool(), Soon(), [&](db::Connection& connection) {
    return store::TeamAndBelow(connection, organisation_, teams_[0]);
  });
  EXPECT_EQ(below->size(), static_cast<size_t>(kTeams));
}

}  // namespace
}  // namespace dap::enrolment
