#include "services/notification/operations/invitation.h"

#include "absl/strings/str_cat.h"
#include "dap/enrolment/v1/session.pb.h"
#include "libs/ical/ical.h"
#include "libs/status/macros.h"
#include "services/notification/store/gatherings.h"

namespace dap::notification {

absl::StatusOr<std::optional<Attachment>> InvitationFor(db::Connection& db, const Message& message,
                                                        const Contact& contact,
                                                        const Inviter& inviter) {
  const bool left = message.kind == Kind::kSessionLeft;
  if (message.kind != Kind::kSession && message.kind != Kind::kCatchUp && !left) {
    return std::optional<Attachment>();
  }
  ASSIGN_OR_RETURN(const std::optional<GatheringRow> gathering,
                   FindGathering(db, message.organisation, message.cause));
  if (!gathering || !gathering->end_time) return std::optional<Attachment>();
  ASSIGN_OR_RETURN(const std::optional<absl::TimeZone> zone, FindZone(db, message.organisation));
  ical::Event event;
  event.uid = gathering->session;
  event.sequence = gathering->sequence;
  event.stamp = message.create_time;
  event.start = gathering->start_time;
  event.end = *gathering->end_time;
  event.summary = gathering->title;
  event.location = gathering->place.empty() ? gathering->link : gathering->place;
  event.url = gathering->link;
  event.description = gathering->agenda;
  event.cancelled = left || gathering->state == enrolment::v1::SESSION_STATE_CANCELLED;
  event.organizer = {inviter.name, absl::StrCat("mailto:", inviter.address)};
  ical::Calendar calendar;
  calendar.method = event.cancelled ? ical::Method::kCancel : ical::Method::kRequest;
  calendar.zone = zone.value_or(absl::UTCTimeZone());
  calendar.attendee = ical::Person{contact.display_name, absl::StrCat("mailto:", contact.email)};
  calendar.events.push_back(event);
  return std::optional<Attachment>(
      Attachment{"invitation.ics", ical::ContentType(calendar.method), ical::Write(calendar)});
}

}  // namespace dap::notification
