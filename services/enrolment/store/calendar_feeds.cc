#include "services/enrolment/store/calendar_feeds.h"

#include <algorithm>
#include <iterator>

#include "libs/status/macros.h"

namespace dap::enrolment::store {

#define DAP_CALENDAR_FEED                                                                   \
  "SELECT f.organisation, f.feed, f.staff_member, f.title, f.as_participant, f.as_patron, " \
  "f.as_coach, f.create_time, f.revoke_time FROM calendar_feed f "
constexpr char kFind[] = DAP_CALENDAR_FEED "WHERE f.organisation = ? AND f.feed = ?";
constexpr char kFindByDigest[] = DAP_CALENDAR_FEED
    "JOIN staff_member p ON p.organisation = f.organisation AND p.staff_member = f.staff_member "
    "WHERE f.organisation = ? AND f.digest = ? AND f.revoke_time IS NULL AND p.state = 1";
const char kListCalendarFeedsFirstSql[] = DAP_CALENDAR_FEED
    "WHERE f.organisation = ? AND f.staff_member = ? ORDER BY f.feed DESC LIMIT ?";
const char kListCalendarFeedsAfterSql[] = DAP_CALENDAR_FEED
    "WHERE f.organisation = ? AND f.staff_member = ? AND f.feed < ? ORDER BY f.feed DESC LIMIT ?";
#undef DAP_CALENDAR_FEED

#define DAP_CALENDAR_SESSION                                                                   \
  "SELECT s.organisation, s.session, s.cohort, s.kind, s.state, s.title, s.start_time, "       \
  "s.end_time, s.host, s.place, s.link, s.agenda, s.sequence, s.cancel_reason, "               \
  "s.update_time, COALESCE((SELECT h.display_name FROM staff_member h WHERE h.organisation = " \
  "s.organisation AND h.staff_member = s.host), '') "
constexpr char kFindSession[] =
    DAP_CALENDAR_SESSION "FROM session s WHERE s.organisation = ? AND s.session = ?";
const char kFeedOfParticipantSql[] = DAP_CALENDAR_SESSION
    "FROM enrolment e JOIN session s ON s.organisation = e.organisation AND s.cohort = e.cohort "
    "WHERE e.organisation = ? AND e.participant = ? AND e.open_participant IS NOT NULL "
    "AND (s.participant IS NULL OR s.participant = e.enrolment) "
    "ORDER BY s.start_time DESC LIMIT ?";
const char kFeedOfPatronSql[] = DAP_CALENDAR_SESSION
    "FROM patron p JOIN session s ON s.organisation = p.organisation AND s.cohort = p.cohort "
    "WHERE p.organisation = ? AND p.staff_member = ? AND p.state <> 3 AND s.participant IS NULL "
    "ORDER BY s.start_time DESC LIMIT ?";
const char kFeedOfCoachSql[] = DAP_CALENDAR_SESSION
    "FROM cohort_coach c JOIN session s ON s.organisation = c.organisation "
    "AND s.cohort = c.cohort WHERE c.organisation = ? AND c.staff_member = ? "
    "ORDER BY s.start_time DESC LIMIT ?";
const char kFeedOfHostSql[] = DAP_CALENDAR_SESSION
    "FROM session s WHERE s.organisation = ? AND s.host = ? AND s.participant IS NULL "
    "ORDER BY s.start_time DESC LIMIT ?";
#undef DAP_CALENDAR_SESSION

namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO calendar_feed
    (organisation, feed, staff_member, title, digest, as_participant, as_patron, as_coach,
     create_time)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))sql";
constexpr char kSaveDigest[] = R"sql(
  UPDATE calendar_feed SET digest = ?
  WHERE organisation = ? AND feed = ? AND revoke_time IS NULL)sql";
constexpr char kRevoke[] = R"sql(
  UPDATE calendar_feed SET revoke_time = ?
  WHERE organisation = ? AND feed = ? AND revoke_time IS NULL)sql";
constexpr char kLockOwner[] = R"sql(
  SELECT 1 FROM staff_member WHERE organisation = ? AND staff_member = ? FOR UPDATE)sql";
constexpr char kCount[] = R"sql(
  SELECT COUNT(*) FROM calendar_feed
  WHERE organisation = ? AND staff_member = ? AND revoke_time IS NULL)sql";

CalendarFeed FeedOf(const db::Row& row) {
  CalendarFeed feed;
  feed.organisation = row.Uuid(0);
  feed.id = row.Uuid(1);
  feed.owner = row.Uuid(2);
  feed.title = row.String(3);
  feed.as_participant = row.Bool(4);
  feed.as_patron = row.Bool(5);
  feed.as_coach = row.Bool(6);
  feed.create_time = row.Time(7);
  feed.revoke_time = row.OptionalTime(8);
  return feed;
}

CalendarSession SessionOf(const db::Row& row) {
  CalendarSession found;
  Session& session = found.session;
  session.organisation = row.Uuid(0);
  session.id = row.Uuid(1);
  session.cohort = row.Uuid(2);
  session.kind = static_cast<SessionKind>(row.Int(3));
  session.state = static_cast<SessionState>(row.Int(4));
  session.title = row.String(5);
  session.start_time = row.Time(6);
  session.end_time = row.Time(7);
  session.host = row.Uuid(8);
  session.place = row.String(9);
  session.link = row.String(10);
  session.agenda = row.String(11);
  session.sequence = static_cast<int>(row.Int(12));
  session.cancel_reason = row.String(13);
  session.update_time = row.Time(14);
  found.host_display_name = row.String(15);
  return found;
}

}  // namespace

absl::Status InsertCalendarFeed(db::Connection& tx, const CalendarFeed& feed,
                                absl::string_view digest) {
  return tx
      .Execute(kInsert, {feed.organisation, feed.id, feed.owner, feed.title, digest,
                         feed.as_participant, feed.as_patron, feed.as_coach, feed.create_time})
      .status();
}

absl::StatusOr<bool> SaveCalendarFeedDigest(db::Connection& tx, const CalendarFeed& feed,
                                            absl::string_view digest) {
  ASSIGN_OR_RETURN(int64_t written, tx.Execute(kSaveDigest, {digest, feed.organisation, feed.id}));
  return written > 0;
}

absl::Status RevokeCalendarFeed(db::Connection& tx, const CalendarFeed& feed, absl::Time now) {
  return tx.Execute(kRevoke, {now, feed.organisation, feed.id}).status();
}

absl::StatusOr<std::optional<CalendarFeed>> FindCalendarFeed(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& feed) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kFind, {organisation, feed}));
  if (!row.has_value()) return std::optional<CalendarFeed>();
  return std::optional<CalendarFeed>(FeedOf(*row));
}

absl::StatusOr<std::optional<CalendarFeed>> FindCalendarFeedByDigest(db::Connection& connection,
                                                                     const id::Uuid& organisation,
                                                                     absl::string_view digest) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kFindByDigest, {organisation, digest}));
  if (!row.has_value()) return std::optional<CalendarFeed>();
  return std::optional<CalendarFeed>(FeedOf(*row));
}

absl::StatusOr<std::vector<CalendarFeed>> ListCalendarFeeds(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& owner,
                                                            const id::Uuid& after, int limit) {
  absl::StatusOr<db::Rows> rows =
      after.is_nil()
          ? connection.Query(kListCalendarFeedsFirstSql, {organisation, owner, limit})
          : connection.Query(kListCalendarFeedsAfterSql, {organisation, owner, after, limit});
  RETURN_IF_ERROR(rows.status());
  std::vector<CalendarFeed> feeds;
  for (const db::Row& row : *rows) feeds.push_back(FeedOf(row));
  return feeds;
}

absl::StatusOr<int> CountCalendarFeeds(db::Connection& tx, const id::Uuid& organisation,
                                       const id::Uuid& owner) {
  RETURN_IF_ERROR(tx.QueryOne(kLockOwner, {organisation, owner}).status());
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kCount, {organisation, owner}));
  return row.has_value() ? static_cast<int>(row->Int(0)) : 0;
}

absl::StatusOr<std::optional<CalendarSession>> FindCalendarSession(db::Connection& connection,
                                                                   const id::Uuid& organisation,
                                                                   const id::Uuid& session) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kFindSession, {organisation, session}));
  if (!row.has_value()) return std::optional<CalendarSession>();
  return std::optional<CalendarSession>(SessionOf(*row));
}

absl::StatusOr<std::vector<CalendarSession>> ListCalendarSessions(db::Connection& connection,
                                                                  const CalendarFeed& feed,
                                                                  int limit) {
  std::vector<const char*> queries = {kFeedOfHostSql};
  if (feed.as_participant) queries.push_back(kFeedOfParticipantSql);
  if (feed.as_patron) queries.push_back(kFeedOfPatronSql);
  if (feed.as_coach) queries.push_back(kFeedOfCoachSql);
  std::vector<CalendarSession> sessions;
  for (const char* query : queries) {
    ASSIGN_OR_RETURN(db::Rows rows,
                     connection.Query(query, {feed.organisation, feed.owner, limit}));
    std::transform(rows.begin(), rows.end(), std::back_inserter(sessions), SessionOf);
  }
  const auto place = [](const CalendarSession& s) {
    return std::make_pair(s.session.start_time, s.session.id);
  };
  std::sort(sessions.begin(), sessions.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  sessions.erase(
      std::unique(sessions.begin(), sessions.end(),
                  [](const auto& a, const auto& b) { return a.session.id == b.session.id; }),
      sessions.end());
  return sessions;
}

}  // namespace dap::enrolment::store
