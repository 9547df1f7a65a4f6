// Sessions as calendars, and the feeds of them.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_CALENDARS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_CALENDARS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/operations/sessions.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/calendar_feeds.h"

namespace dap::enrolment {

// One session, for whom may see it. PERMISSION_DENIED (NOT_IN_COHORT), NOT_FOUND
// (SESSION_NOT_FOUND).
absl::StatusOr<std::string> SessionCalendar(db::Connection& connection, const SessionKey& key,
                                            const Caller& caller);

// What the feed with this secret holds now. NOT_FOUND (CALENDAR_FEED_NOT_FOUND) after the same work
// whatever is wrong with the secret.
absl::StatusOr<std::string> FeedCalendar(db::Connection& connection, absl::string_view secret);

// `feed` has its ids, owner, roles and title set. FAILED_PRECONDITION (CALENDAR_FEEDS_LIMIT),
// PERMISSION_DENIED (CALLER_NOT_STAFF).
absl::StatusOr<store::CalendarFeed> CreateCalendarFeed(Work& work, store::CalendarFeed feed,
                                                       const Caller& caller,
                                                       absl::string_view digest);
// NOT_FOUND (CALENDAR_FEED_NOT_FOUND) where the caller has none with that id.
absl::StatusOr<store::CalendarFeed> RevokeCalendarFeed(Work& work, const id::Uuid& organisation,
                                                       const id::Uuid& feed, const Caller& caller);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_CALENDARS_H_
