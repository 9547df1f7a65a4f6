// Calendar feeds, and the sessions that are in one.
#ifndef DAP_SERVICES_ENROLMENT_STORE_CALENDAR_FEEDS_H_
#define DAP_SERVICES_ENROLMENT_STORE_CALENDAR_FEEDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/session.h"

namespace dap::enrolment::store {

struct CalendarFeed {
  id::Uuid organisation;
  id::Uuid id;
  id::Uuid owner;
  std::string title;
  // As whom they see sessions.
  bool as_participant = false;
  bool as_patron = false;
  bool as_coach = false;
  absl::Time create_time;
  std::optional<absl::Time> revoke_time;
};

absl::Status InsertCalendarFeed(db::Connection& tx, const CalendarFeed& feed,
                                absl::string_view digest);
// Another secret for a feed; false where it is revoked.
absl::StatusOr<bool> SaveCalendarFeedDigest(db::Connection& tx, const CalendarFeed& feed,
                                            absl::string_view digest);
absl::Status RevokeCalendarFeed(db::Connection& tx, const CalendarFeed& feed, absl::Time now);
absl::StatusOr<std::optional<CalendarFeed>> FindCalendarFeed(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& feed);
// A good one, of somebody who works in the organisation now.
absl::StatusOr<std::optional<CalendarFeed>> FindCalendarFeedByDigest(db::Connection& connection,
                                                                     const id::Uuid& organisation,
                                                                     absl::string_view digest);
// Newest first, after the id `after` (nil for the first page).
absl::StatusOr<std::vector<CalendarFeed>> ListCalendarFeeds(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& owner,
                                                            const id::Uuid& after, int limit);
// How many good ones somebody has; locks the person, so that it holds until the transaction ends.
absl::StatusOr<int> CountCalendarFeeds(db::Connection& tx, const id::Uuid& organisation,
                                       const id::Uuid& owner);

// What a calendar says of a session.
struct CalendarSession {
  Session session;
  std::string host_display_name;
};
absl::StatusOr<std::optional<CalendarSession>> FindCalendarSession(db::Connection& connection,
                                                                   const id::Uuid& organisation,
                                                                   const id::Uuid& session);
// By start, each once; the latest `limit` of each kind of relation. A query for each role, and one
// for what they lead.
absl::StatusOr<std::vector<CalendarSession>> ListCalendarSessions(db::Connection& connection,
                                                                  const CalendarFeed& feed,
                                                                  int limit);

// The statements of lists, for the test that each goes by its index.
extern const char kListCalendarFeedsFirstSql[];
extern const char kListCalendarFeedsAfterSql[];
extern const char kFeedOfParticipantSql[];
extern const char kFeedOfPatronSql[];
extern const char kFeedOfCoachSql[];
extern const char kFeedOfHostSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_CALENDAR_FEEDS_H_
