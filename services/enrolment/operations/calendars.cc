#include "services/enrolment/operations/calendars.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/ical/ical.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/calendar_secret.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {
namespace {

// Of each kind of relation, in a feed: keeps its text below some 2 MB.
constexpr int kMostSessions = 1000;

absl::StatusOr<ical::Calendar> EmptyCalendar(db::Connection& connection,
                                             const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<Organisation> found,
                   store::FindOrganisation(connection, organisation));
  if (!found.has_value()) {
    return status::NotFound("organisation", OrganisationName(organisation));
  }
  ical::Calendar calendar;
  ASSIGN_OR_RETURN(calendar.zone, time::ZoneOf(found->time_zone));
  return calendar;
}

ical::Event EventOf(const store::CalendarSession& found) {
  const Session& session = found.session;
  ical::Event event;
  event.uid = session.id;
  event.sequence = session.sequence;
  event.stamp = session.update_time;
  event.start = session.start_time;
  event.end = session.end_time;
  event.summary = session.title;
  event.location = session.place.empty() ? session.link : session.place;
  event.url = session.link;
  event.description = session.agenda;
  event.cancelled = session.state == SessionState::kCancelled;
  if (event.cancelled && !session.cancel_reason.empty()) {
    event.description = absl::StrCat("Called off: ", session.cancel_reason, "\n\n", session.agenda);
  }
  event.organizer = {found.host_display_name, absl::StrCat("urn:uuid:", session.host.ToString())};
  return event;
}

absl::Status FeedNotFound() { return status::NotFound("calendar feed", "calendarFeeds/-"); }

}  // namespace

absl::StatusOr<std::string> SessionCalendar(db::Connection& connection, const SessionKey& key,
                                            const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, FindInCohort(connection, {key.organisation, key.cohort}, caller));
  ASSIGN_OR_RETURN(store::Viewer viewer, ViewerOf(connection, cohort, caller));
  RETURN_IF_ERROR(FindSession(connection, key, viewer).status());
  ASSIGN_OR_RETURN(std::optional<store::CalendarSession> found,
                   store::FindCalendarSession(connection, key.organisation, key.session));
  ASSIGN_OR_RETURN(ical::Calendar calendar, EmptyCalendar(connection, key.organisation));
  if (found.has_value()) calendar.events.push_back(EventOf(*found));
  return ical::Write(calendar);
}

absl::StatusOr<std::string> FeedCalendar(db::Connection& connection, absl::string_view secret) {
  ASSIGN_OR_RETURN(
      std::optional<store::CalendarFeed> feed,
      store::FindCalendarFeedByDigest(connection, OrganisationOf(secret), DigestOf(secret)));
  if (!feed.has_value()) return FeedNotFound();
  ASSIGN_OR_RETURN(ical::Calendar calendar, EmptyCalendar(connection, feed->organisation));
  calendar.name = feed->title;
  using Sessions = std::vector<store::CalendarSession>;
  ASSIGN_OR_RETURN(Sessions sessions,
                   store::ListCalendarSessions(connection, *feed, kMostSessions));
  for (const store::CalendarSession& session : sessions) {
    calendar.events.push_back(EventOf(session));
  }
  return ical::Write(calendar);
}

absl::StatusOr<store::CalendarFeed> CreateCalendarFeed(Work& work, store::CalendarFeed feed,
                                                       const Caller& caller,
                                                       absl::string_view digest) {
  RETURN_IF_ERROR(CheckCallerIsStaff(work.tx, feed.organisation, caller));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, feed.organisation));
  ASSIGN_OR_RETURN(int feeds, store::CountCalendarFeeds(work.tx, feed.organisation, feed.owner));
  if (feeds >= settings.calendar_feeds) {
    return status::Precondition("CALENDAR_FEEDS_LIMIT",
                                absl::StrCat("You have ", feeds, " feeds: revoke one first."));
  }
  feed.create_time = work.now;
  RETURN_IF_ERROR(store::InsertCalendarFeed(work.tx, feed, digest));
  return feed;
}

absl::StatusOr<store::CalendarFeed> RevokeCalendarFeed(Work& work, const id::Uuid& organisation,
                                                       const id::Uuid& feed, const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<store::CalendarFeed> found,
                   store::FindCalendarFeed(work.tx, organisation, feed));
  if (!found.has_value() || found->owner != caller.staff) {
    return status::NotFound("calendar feed", CalendarFeedName(organisation, feed));
  }
  if (found->revoke_time.has_value()) return *std::move(found);
  RETURN_IF_ERROR(store::RevokeCalendarFeed(work.tx, *found, work.now));
  found->revoke_time = work.now;
  return *std::move(found);
}

}  // namespace dap::enrolment
