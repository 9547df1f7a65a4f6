#include "tests/bench/people.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::bench {
namespace {

// People at a time.
constexpr int kChunk = 5000;

// Ids of a crowd are numbers of 16 bytes: `what`, then which one.
constexpr int kCohortIds = 1, kEnrolmentIds = 2, kStaffIds = 3, kActivityIds = 4;
std::string SqlId(int what, absl::string_view number) {
  return absl::StrCat("UNHEX(CONCAT('0", what, "', LPAD(HEX(", number, "), 30, '0')))");
}
id::Uuid Id(int what, int64_t number) {
  std::string bytes(id::Uuid::kBytes, '\0');
  bytes[0] = static_cast<char>(what);
  for (int i = 0; i < 8; ++i) bytes[15 - i] = static_cast<char>(number >> (8 * i));
  return id::Uuid::FromBytes(bytes);
}

// $O the organisation, $N now, $FROM and $TO the people of this chunk; a person's number is n.seq.
constexpr absl::string_view kRoster =
    "INSERT INTO roster_entry (organisation, enrolment, cohort, participant,"
    " participant_display_name, patron, coaches, state, minutes_per_week, sessions_per_week,"
    " balance_target, balance_tolerance, time_zone, activate_time, version, cohort_title,"
    " pause_reason, way_in) SELECT $O, $ENROLMENT, $COHORT, $STAFF, CONCAT('Person ', n.seq),"
    " $STAFF, '', 5, 60, 2, 0.5, 0.15, 'Europe/London', $N - INTERVAL 730 DAY, 1, 'A cohort', 0, 0"
    " FROM seq_$FROM_to_$TO n";
constexpr absl::string_view kParticipations =
    "INSERT INTO participation (organisation, enrolment, version, cohort, participant, state,"
    " time_zone, joined_at, activated_at, last_contribution_at, silent_since, rung, spell, paused,"
    " blocked, welcomed) SELECT $O, $ENROLMENT, 1, $COHORT, $STAFF, 5, 'Europe/London',"
    " $N - INTERVAL 730 DAY, $N - INTERVAL 730 DAY, $LAST, $LAST, $RUNG,"
    " IF($RUNG = 0, NULL, $ENROLMENT), 0, 0, 0 FROM seq_$FROM_to_$TO n";
constexpr absl::string_view kActivities =
    "INSERT INTO activity (organisation, enrolment, activity_time, activity, kind, setting,"
    " minutes, visibility, link, note, create_time) SELECT $O, $ENROLMENT,"
    " $LAST - INTERVAL a.seq * $HOURS HOUR, $ACTIVITY, 1, 1 + (a.seq % 2), 30, 1, '', '',"
    " $LAST - INTERVAL a.seq * $HOURS HOUR FROM seq_$FROM_to_$TO n, seq_0_to_$MOST a"
    " ORDER BY n.seq, a.seq DESC";
constexpr absl::string_view kReveal =
    "INSERT INTO sweep_day (organisation, time_zone) VALUES (?, 'Europe/London')";

// A CASE over a person's place in each hundred.
std::string ByShare(const Crowd& crowd, absl::string_view check_in, absl::string_view patron,
                    absl::string_view coach, absl::string_view others) {
  const int second = crowd.due_check_in + crowd.due_patron;
  return absl::StrCat("(CASE WHEN n.seq % 100 < ", crowd.due_check_in, " THEN ", check_in,
                      " WHEN n.seq % 100 < ", second, " THEN ", patron, " WHEN n.seq % 100 < ",
                      second + crowd.due_coach, " THEN ", coach, " ELSE ", others, " END)");
}

std::string Fill(absl::string_view sql, const Crowd& crowd, int from, absl::Time now) {
  const int to = std::min(from + kChunk, crowd.people) - 1;
  const auto ago = [](int days) { return absl::StrCat("$N - INTERVAL ", days, " DAY"); };
  // Weeks of five working days, and four days more for public holidays.
  const std::string last = ByShare(crowd, ago(14 + 4), ago(21 + 4), ago(28 + 4), ago(1));
  std::string filled = absl::StrReplaceAll(
      sql,
      {{"$LAST", last},
       {"$RUNG", ByShare(crowd, "0", "1", "2", "0")},
       {"$ENROLMENT", SqlId(kEnrolmentIds, "n.seq")},
       {"$COHORT", SqlId(kCohortIds, absl::StrCat("n.seq DIV ", crowd.cohort_size))},
       {"$STAFF", SqlId(kStaffIds, "n.seq")},
       {"$ACTIVITY", SqlId(kActivityIds, absl::StrCat("n.seq * ", crowd.activities, " + a.seq"))},
       {"$HOURS", absl::StrCat(crowd.hours_between)},
       {"$MOST", absl::StrCat(crowd.activities - 1)},
       {"$FROM", absl::StrCat(from)},
       {"$TO", absl::StrCat(to)}});
  return absl::StrReplaceAll(
      filled,
      {{"$O", absl::StrCat("UNHEX('", absl::BytesToHexString(crowd.organisation.bytes()), "')")},
       {"$N", absl::FormatTime("TIMESTAMP('%Y-%m-%d %H:%M:%S')", now, absl::UTCTimeZone())}});
}

}  // namespace

absl::Status Make(db::Pool& pool, const Crowd& crowd, absl::Time now) {
  const absl::Time deadline = time::SystemClock().Now() + absl::Hours(1);
  for (int from = 0; from < crowd.people; from += kChunk) {
    RETURN_IF_ERROR(db::Transaction(pool, deadline, [&](db::Connection& tx) -> absl::Status {
      RETURN_IF_ERROR(tx.ExecutePlain(Fill(kRoster, crowd, from, now)));
      RETURN_IF_ERROR(tx.ExecutePlain(Fill(kParticipations, crowd, from, now)));
      if (crowd.activities == 0) return absl::OkStatus();
      return tx.ExecutePlain(Fill(kActivities, crowd, from, now));
    }));
  }
  return absl::OkStatus();
}

std::vector<Participant> First(const Crowd& crowd, int most) {
  std::vector<Participant> participants;
  for (int i = 0; i < std::min(most, crowd.people); ++i) {
    participants.push_back({crowd.organisation, Id(kCohortIds, i / crowd.cohort_size),
                            Id(kEnrolmentIds, i), Id(kStaffIds, i)});
  }
  return participants;
}

absl::Status Reveal(db::Pool& pool, const Crowd& crowd) {
  const absl::Time deadline = time::SystemClock().Now() + absl::Minutes(1);
  return db::Transaction(pool, deadline, [&](db::Connection& tx) {
    return tx.Execute(kReveal, {crowd.organisation}).status();
  });
}

}  // namespace dap::bench
