// Every list and every search goes by an index, on the real server, with enough rows of others that
// the optimizer has a choice.
#include <map>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/store/arrangement_changes.h"
#include "services/enrolment/store/calendar_feeds.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/listening_notes.h"
#include "services/enrolment/store/patron_covers.h"
#include "services/enrolment/store/patrons.h"
#include "services/enrolment/store/private_reads.h"
#include "services/enrolment/store/reassignments.h"
#include "services/enrolment/store/session_people.h"
#include "services/enrolment/store/sessions.h"
#include "services/enrolment/store/staff.h"
#include "services/enrolment/store/staff_writer.h"
#include "services/enrolment/store/sync_records.h"
#include "services/enrolment/store/sync_runs.h"
#include "services/enrolment/store/working_days.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

class ExplainTest : public ServiceTest {
 protected:
  // Others' rows: 40 organisations' worth of everything.
  void Fill() {
    for (int i = 0; i < 40; ++i) {
      ServiceTest::SetUp();
      const v1::Cohort cohort = MakeOpenCohort(2);
      for (int person = 0; person < 4; ++person) {
        const id::Uuid staff = AddStaff("Somebody");
        ASSERT_THAT(Apply(cohort, staff), IsOk());
        ASSERT_THAT(Invite(cohort, staff), IsOk());
      }
      ASSERT_THAT(Plan(cohort, v1::SESSION_KIND_DROP_IN, Now()), IsOk());
      FillSync();
      FillDaysOff();
      FillPeople(LastId(cohort.name()));
    }
    ASSERT_THAT(db::Transaction(world().pool(), Soon(),
                                [](db::Connection& tx) {
                                  return tx
                                      .Query(
                                          "ANALYZE TABLE staff_member, cohort, cohort_coach, "
                                          "enrolment, patron, session, sync_run, sync_record, "
                                          "sync_rejection, sync_organisation, named_day, "
                                          "leave_period, holiday_calendar, patron_cover, "
                                          "listening_note, arrangement_change, private_read")
                                      .status();
                                }),
                IsOk());
  }
  void FillDaysOff() {
    Execute(
        "INSERT INTO named_day (organisation, scope, subject, day, title) "
        "SELECT organisation, 2, cohort, start_date, title FROM cohort WHERE organisation = ?");
    Execute(
        "INSERT INTO leave_period (organisation, enrolment, first_day, leave_period, last_day, "
        "create_time, created_by) SELECT organisation, enrolment, create_time, enrolment, "
        "create_time, create_time, participant FROM enrolment WHERE organisation = ?");
    Execute(
        "INSERT INTO holiday_calendar (organisation, holiday_calendar, title, create_time) "
        "SELECT organisation, staff_member, display_name, state_since FROM staff_member "
        "WHERE organisation = ?");
  }
  // Some runs of the HR sync with a record and a rejection each, one of them with its records gone.
  void FillSync() {
    Execute(
        "UPDATE staff_member SET source = 'hr', external_id = HEX(staff_member) "
        "WHERE organisation = ?");
    const auto fill = [&](db::Connection& tx) -> absl::Status {
      RETURN_IF_ERROR(store::EnsureSyncSource(tx, organisation_, "hr"));
      for (int i = 0; i < 4; ++i) {
        store::SyncRun run;
        run.organisation = organisation_;
        run.id = world().ids().Next();
        run.source = "hr";
        run.create_time = Now();
        run.records_kept = i > 0;
        const store::SyncRunKey key{run.organisation, run.id};
        RETURN_IF_ERROR(store::InsertSyncRun(tx, run));
        store::StagedRecord staged;
        staged.record.external_id = "p1";
        staged.digest = std::string(16, 'd');
        RETURN_IF_ERROR(store::InsertRecords(tx, key, {staged}));
        RETURN_IF_ERROR(store::InsertRejections(tx, key, {{1, "p2", Fault::kEmailTaken, "email"}}));
      }
      return absl::OkStatus();
    };
    ASSERT_THAT(db::Transaction(world().pool(), Soon(), fill), IsOk());
  }
  // What is written of one person.
  void FillPeople(const id::Uuid& cohort) {
    const id::Uuid person = world().ids().Next();
    const auto fill = [&](db::Connection& tx) -> absl::Status {
      for (int i = 1; i <= 4; ++i) {
        PatronCover cover;
        cover.organisation = organisation_;
        cover.id = world().ids().Next();
        cover.cohort = cohort;
        cover.patron = world().ids().Next();
        cover.covering = coach_;
        cover.from = Now() + absl::Hours(i);
        cover.until = Now() + absl::Hours(2 * i);
        cover.state = static_cast<CoverState>(1 + i % 3);
        RETURN_IF_ERROR(store::InsertPatronCover(tx, cover));
        ListeningNote note;
        note.revision = i;
        RETURN_IF_ERROR(store::InsertListeningNote(tx, organisation_, person, note));
        RETURN_IF_ERROR(store::InsertArrangementChange(
            tx, {organisation_, person, i, Now(), coach_, By::kCoach, std::nullopt, {}}));
        RETURN_IF_ERROR(store::RecordPrivateReads(tx, organisation_, {person}, coach_,
                                                  store::PrivateSubject::kListeningNote,
                                                  absl::CivilDay(2027, 1, i), Now()));
      }
      return absl::OkStatus();
    };
    ASSERT_THAT(db::Transaction(world().pool(), Soon(), fill), IsOk());
  }
  db::Rows Explain(absl::string_view sql, const db::Values& values) {
    auto rows = db::Read(world().pool(), Soon(), [&](db::Connection& connection) {
      return connection.Query(absl::StrCat("EXPLAIN ", sql), values);
    });
    EXPECT_THAT(rows, IsOk());
    return rows.value_or(db::Rows());
  }
};

TEST_F(ExplainTest, EveryListGoesByAnIndex) {
  Fill();
  const id::Uuid any = world().ids().Next(), from;
  const id::Uuid cohort = LastId(MakeCohort(5).name());
  const absl::Time now = Now();
  struct Case {
    const char* what;
    const char* sql;
    db::Values values;
  };
  const Case cases[] = {
      {"coaches", store::kCoachesBetweenSql, {organisation_, any, any}},
      {"mine", store::kListEnrolmentsOfFirstSql, {organisation_, any, 51}},
      {"mine after", store::kListEnrolmentsOfAfterSql, {organisation_, any, any, 51}},
      {"waitlist", store::kFirstOfWaitlistSql, {organisation_, cohort}},
      {"with patron", store::kCountWithPatronSql, {organisation_, cohort, any}},
      {"pauses over", store::kListPausesOverSql, {now, 200}},
      {"open of", store::kListOpenOfSql, {organisation_, any}},
      {"patrons", store::kListPatronsSql, {organisation_, cohort, from, 51}},
      {"patronages", store::kListPatronagesSql, {organisation_, any, from, 51}},
      {"to reassign", store::kListToReassignSql, {organisation_, cohort, 0, now, 51}},
      {"open covers", store::kListOpenPatronCoversSql, {organisation_, cohort}},
      {"covers", store::kListPatronCoversFirstSql, {organisation_, cohort, any, 51}},
      {"covers after",
       store::kListPatronCoversAfterSql,
       {organisation_, cohort, any, now, now, any, 51}},
      {"covers by", store::kListCoversBySql, {organisation_, any}},
      {"covers due", store::kListPatronCoversDueSql, {now, 200, now, 200}},
      {"arrangement changes", store::kListArrangementChangesSql, {organisation_, any, 9, 51}},
      {"listening notes", store::kListListeningNotesSql, {organisation_, any, 9, 51}},
      {"private reads", store::kListPrivateReadsFirstSql, {organisation_, any, 51}},
      {"private reads after",
       store::kListPrivateReadsAfterSql,
       {organisation_, any, absl::CivilDay(2027, 1, 1), absl::CivilDay(2027, 1, 1), any, any, 1,
        51}},
      {"sessions", store::kListSessionsFirstSql, {any, organisation_, cohort, false, any, 51}},
      {"sessions after",
       store::kListSessionsAfterSql,
       {any, organisation_, cohort, true, any, now, now, any, 51}},
      {"sessions ahead", store::kListComingSql, {any, organisation_, cohort, now}},
      {"other start", store::kOtherStartSql, {organisation_, any, any}},
      {"responses", store::kListResponsesSql, {organisation_, any, from, 51}},
      {"answers", store::kCountAnswersSql, {organisation_, cohort, now, now}},
      {"attendance", store::kListAttendanceSql, {organisation_, any, from, 51}},
      {"feeds", store::kListCalendarFeedsFirstSql, {organisation_, any, 51}},
      {"feeds after", store::kListCalendarFeedsAfterSql, {organisation_, any, any, 51}},
      {"feed of participant", store::kFeedOfParticipantSql, {organisation_, any, 1000}},
      {"feed of patron", store::kFeedOfPatronSql, {organisation_, any, 1000}},
      {"feed of coach", store::kFeedOfCoachSql, {organisation_, any, 1000}},
      {"feed of host", store::kFeedOfHostSql, {organisation_, any, 1000}},
      {"absentees", store::kListAbsenteesSql, {organisation_, cohort, 0, 51}},
      {"sync runs", store::kListSyncRunsFirstSql, {organisation_, 51}},
      {"sync runs after", store::kListSyncRunsAfterSql, {organisation_, any, 51}},
      {"rejections", store::kListRejectionsSql, {organisation_, any, 0, 51}},
      {"runs with records", store::kListRunsWithRecordsSql, {2, now, 100}},
      {"missing", store::kReadMissingSql, {any, organisation_, "hr", "", 100}},
      {"state changes",
       store::kListStateChangesSql,
       {now, now, any, any, 100, now, now, any, any, 100, now, now, any, any, 100, 100}},
      {"to leave", store::kListToLeaveSql, {now, 14, 200}},
      {"named days", store::kListNamedDaysSql, {organisation_, 2, cohort}},
      {"calendars", store::kListHolidayCalendarsSql, {organisation_}},
      {"leave",
       store::kListLeaveSql,
       {organisation_, any, absl::CivilDay(1970, 1, 1), absl::CivilDay(1970, 1, 1), from, 51}},
  };
  // id, select_type, table, type, possible_keys, key, key_len, ref, rows, Extra
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::string_view(c.what));
    for (const db::Row& row : Explain(c.sql, c.values)) {
      if (row.IsNull(2) || row.String(2).rfind("<union", 0) == 0) continue;
      EXPECT_FALSE(row.IsNull(5)) << row.String(2) << " uses no key";
      EXPECT_NE(row.String(3), "ALL") << row.String(2);
      EXPECT_NE(row.String(3), "index") << row.String(2);
    }
  }
}

// Whatever the statistics say: a first load meets those of empty tables.
TEST_F(ExplainTest, TheSyncReadsEachRowItRefersToByItsKey) {
  const auto check = [&] {
    const id::Uuid any = world().ids().Next();
    const std::pair<const char*, db::Values> statements[] = {
        {store::kPlannedTeamsSql, {"hr", organisation_, any, "", 100}},
        {store::kPlannedNewPeopleSql, {"hr", "hr", organisation_, any, "", 100}},
        {store::kPlannedPeopleSql, {"hr", "hr", organisation_, any, "", 100}}};
    for (const auto& [sql, values] : statements) {
      int joined = 0;
      for (const db::Row& row : Explain(sql, values)) {
        if (row.IsNull(2) || row.String(2) == "r") continue;
        ++joined;
        EXPECT_EQ(row.String(3), "eq_ref") << row.String(2) << " of " << sql;
      }
      EXPECT_GT(joined, 2);
    }
  };
  check();
  Fill();
  check();
}

}  // namespace
}  // namespace dap::enrolment
