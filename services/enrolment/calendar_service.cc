#include "services/enrolment/calendar_service.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/ical/ical.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/calendar_secret.h"
#include "services/enrolment/operations/calendars.h"
#include "services/enrolment/request.h"

namespace dap::enrolment {
namespace {

store::CalendarFeed FeedOf(const id::Uuid& organisation, const id::Uuid& feed,
                           const Caller& caller) {
  store::CalendarFeed made;
  made.organisation = organisation;
  made.id = feed;
  made.owner = caller.staff;
  made.as_participant = caller.participant;
  made.as_patron = caller.patron;
  made.as_coach = caller.coach;
  return made;
}

}  // namespace

CalendarFace::CalendarFace(const Parts& parts)
    : parts_(parts), service_("dap.enrolment.v1.CalendarService") {
  using Face = CalendarFace;
  rpc::Bind(service_, "GetSessionCalendar", this, &Face::GetSessionCalendar);
  rpc::Bind(service_, "CreateCalendarFeed", this, &Face::CreateCalendarFeed);
  rpc::Bind(service_, "ListCalendarFeeds", this, &Face::ListCalendarFeeds);
  rpc::Bind(service_, "RevokeCalendarFeed", this, &Face::RevokeCalendarFeed);
  rpc::Bind(service_, "ReadCalendarFeed", this, &Face::ReadCalendarFeed);
}

absl::StatusOr<v1::GetSessionCalendarResponse> CalendarFace::GetSessionCalendar(
    const Call& call, const v1::GetSessionCalendarRequest& request) {
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.name()));
  v1::GetSessionCalendarResponse response;
  ASSIGN_OR_RETURN(*response.mutable_calendar(),
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return SessionCalendar(connection, key, CallerOf(call));
                   }));
  response.set_content_type(ical::ContentType(ical::Method::kPublish));
  return response;
}

absl::StatusOr<v1::CreateCalendarFeedResponse> CalendarFace::CreateCalendarFeed(
    const Call& call, const v1::CreateCalendarFeedRequest& request) {
  using Response = v1::CreateCalendarFeedResponse;
  ASSIGN_OR_RETURN(id::Uuid organisation, enrolment::OrganisationOf(call, request.parent()));
  if (parts_.calendar_url.empty()) {
    return status::Precondition("CALENDAR_FEEDS_OFF", "This installation serves no feeds.");
  }
  ASSIGN_OR_RETURN(const std::string secret, NewCalendarSecret(organisation));
  const Caller caller = CallerOf(call);
  store::CalendarFeed feed = FeedOf(organisation, parts_.ids.Next(), caller);
  feed.title = request.calendar_feed().title();
  bool made = false;
  ASSIGN_OR_RETURN(
      Response response, Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
        ASSIGN_OR_RETURN(feed, enrolment::CreateCalendarFeed(work, feed, caller, DigestOf(secret)));
        made = true;
        Response kept;  // without the address: answers are recorded
        *kept.mutable_calendar_feed() = ToProto(feed);
        return kept;
      }));
  if (!made) {  // whoever asks again has not had the address
    ASSIGN_OR_RETURN(auto ids,
                     id::Ids(response.calendar_feed().name(), {"organisations", "calendarFeeds"}));
    feed.id = ids[1];
    ASSIGN_OR_RETURN(bool good,
                     db::Transaction(parts_.pool, call.deadline(), [&](db::Connection& tx) {
                       return store::SaveCalendarFeedDigest(tx, feed, DigestOf(secret));
                     }));
    if (!good) {
      return status::Precondition(
          "CALENDAR_FEED_REVOKED",
          "The feed was made and has been revoked: ask for another with a new request_id.");
    }
  }
  response.set_address(absl::StrCat(parts_.calendar_url, "/", secret, ".ics"));
  return response;
}

absl::StatusOr<v1::ListCalendarFeedsResponse> CalendarFace::ListCalendarFeeds(
    const Call& call, const v1::ListCalendarFeedsRequest& request) {
  using Feeds = std::vector<store::CalendarFeed>;
  ASSIGN_OR_RETURN(id::Uuid organisation, enrolment::OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  ASSIGN_OR_RETURN(
      Feeds feeds, db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
        return store::ListCalendarFeeds(connection, organisation, call.principal().staff,
                                        IdAt(page.position()), page.limit());
      }));
  v1::ListCalendarFeedsResponse response;
  response.set_next_page_token(
      page.Cut(feeds, [](const store::CalendarFeed& last) { return PositionOf(last.id); }));
  for (const store::CalendarFeed& feed : feeds) *response.add_calendar_feeds() = ToProto(feed);
  return response;
}

absl::StatusOr<v1::RevokeCalendarFeedResponse> CalendarFace::RevokeCalendarFeed(
    const Call& call, const v1::RevokeCalendarFeedRequest& request) {
  using Response = v1::RevokeCalendarFeedResponse;
  ASSIGN_OR_RETURN(CalendarFeedKey key, CalendarFeedOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(
        store::CalendarFeed feed,
        enrolment::RevokeCalendarFeed(work, key.organisation, key.feed, CallerOf(call)));
    Response response;
    *response.mutable_calendar_feed() = ToProto(feed);
    return response;
  });
}

absl::StatusOr<v1::ReadCalendarFeedResponse> CalendarFace::ReadCalendarFeed(
    const Call& call, const v1::ReadCalendarFeedRequest& request) {
  ASSIGN_OR_RETURN(std::string calendar,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return FeedCalendar(connection, request.secret());
                   }));
  v1::ReadCalendarFeedResponse response;
  response.set_tag(absl::BytesToHexString(DigestOf(calendar).substr(0, 16)));
  response.set_content_type(ical::ContentType(ical::Method::kPublish));
  if (response.tag() != request.known_tag()) response.set_calendar(std::move(calendar));
  return response;
}

}  // namespace dap::enrolment
