#include <optional>

#include "libs/days_off/days_off.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "services/notification/consumers/event_handlers.h"
#include "services/notification/consumers/event_times.h"
#include "services/notification/operations/tell.h"
#include "services/notification/operations/tell_gatherings.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/messages.h"

namespace dap::notification {
namespace {

id::Uuid Id(const std::string& bytes) { return id::Uuid::FromBytes(bytes); }

absl::Status ApplyStaff(db::Connection& tx, const id::Uuid& organisation,
                        const events::v1::StaffMemberChanged& changed) {
  return SaveContact(
      tx, {organisation, Id(changed.staff_member()), changed.display_name(), changed.email(),
           static_cast<StaffState>(changed.state()), changed.version()});
}

// Somebody first heard of at their end was told nothing before it.
absl::Status TellEnd(const Context& context, db::Connection& tx,
                     const std::optional<roster::Entry>& before, const roster::Entry& entry,
                     bool called_off, absl::Time at) {
  if (!before) return absl::OkStatus();
  if (called_off) return TellCalledOff(context, tx, entry, at);
  if (entry.state != enrolment::v1::ENROLMENT_STATE_WITHDRAWN) return absl::OkStatus();
  return TellLeft(context, tx, entry, at);
}

absl::Status TellChange(const Context& context, db::Connection& tx,
                        const std::optional<roster::Entry>& before, const roster::Entry& entry,
                        bool called_off, absl::Time at) {
  if (before && before->state == entry.state) return absl::OkStatus();
  // What was said of the place as it stood need not be said any more.
  RETURN_IF_ERROR(
      SettleCause(tx, entry.organisation, entry.participant, Kind::kPlace, entry.enrolment, at));
  const bool waited = before && before->state == enrolment::v1::ENROLMENT_STATE_WAITLISTED;
  switch (entry.state) {
    case enrolment::v1::ENROLMENT_STATE_NOMINATED:
      return TellPlace(context, tx, entry, NominatedText(entry.cohort_title), at);
    case enrolment::v1::ENROLMENT_STATE_APPLIED:
      if (!waited) return absl::OkStatus();
      return TellPlace(context, tx, entry, PlaceFreedText(entry.cohort_title), at);
    case enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF:
      // A nominated person, who accepted when there was none left.
      if (waited) {
        RETURN_IF_ERROR(TellPlace(context, tx, entry, PlaceGivenText(entry.cohort_title), at));
      }
      return TellComing(context, tx, entry, at);
    case enrolment::v1::ENROLMENT_STATE_ACTIVE:
      // Accepted having been at a start already.
      if (!before || TakesPart(*before)) return absl::OkStatus();
      return TellComing(context, tx, entry, at);
    case enrolment::v1::ENROLMENT_STATE_COMPLETED:
    case enrolment::v1::ENROLMENT_STATE_WITHDRAWN:
      return TellEnd(context, tx, before, entry, called_off, at);
    default:
      return absl::OkStatus();
  }
}

absl::Status ApplyEntry(const Context& context, db::Connection& tx,
                        const enrolment::v1::RosterEntry& proto, absl::Time at) {
  const roster::Entry entry = roster::FromProto(proto);
  const absl::StatusOr<roster::Entry> held = roster::Get(tx, entry.organisation, entry.enrolment);
  if (!held.ok() && !absl::IsNotFound(held.status())) return held.status();
  std::optional<roster::Entry> before;
  if (held.ok()) before = *held;
  if (before && before->version >= entry.version) return absl::OkStatus();
  RETURN_IF_ERROR(roster::Apply(tx, proto));
  return TellChange(context, tx, before, entry, proto.cohort_called_off(), at);
}

absl::Status ApplySession(const Context& context, db::Connection& tx, const id::Uuid& organisation,
                          const events::v1::SessionChanged& changed, absl::Time at) {
  // Of a version that did not say whose it is.
  if (changed.kind() == enrolment::v1::SESSION_KIND_ONE_TO_ONE && changed.participant().empty()) {
    return absl::OkStatus();
  }
  GatheringRow gathering;
  gathering.organisation = organisation;
  gathering.session = Id(changed.session());
  gathering.cohort = Id(changed.cohort());
  gathering.kind = changed.kind();
  gathering.state = changed.state();
  gathering.title = changed.title();
  gathering.start_time = TimeOf(changed.start_time());
  gathering.place = changed.place();
  gathering.link = changed.link();
  gathering.sequence = changed.sequence();
  if (changed.has_end_time()) gathering.end_time = TimeOf(changed.end_time());
  if (!changed.participant().empty()) gathering.participant = Id(changed.participant());
  gathering.agenda = changed.agenda();
  ASSIGN_OR_RETURN(const std::optional<GatheringRow> before,
                   FindGathering(tx, organisation, gathering.session));
  if (before && before->sequence > gathering.sequence) return absl::OkStatus();
  if (before) gathering.reminded_sequence = before->reminded_sequence;
  RETURN_IF_ERROR(SaveGathering(tx, gathering));
  // What a calendar need not hear of, nobody need hear of.
  if (before && before->sequence == gathering.sequence) return absl::OkStatus();
  return TellGathering(context, tx, gathering, at);
}

absl::Status ApplyAnswer(db::Connection& tx, const id::Uuid& organisation,
                         const events::v1::SessionAnswered& answered) {
  return SaveAnswer(tx, {organisation, Id(answered.session())}, Id(answered.enrolment()),
                    answered.answer());
}

template <typename Attendance>
absl::Status ApplyAttendance(db::Connection& tx, const id::Uuid& organisation,
                             const Attendance& attendance, bool attended) {
  return SaveAttended(tx, {organisation, Id(attendance.session())}, Id(attendance.enrolment()),
                      attended);
}

// The answer, or being asked anew, settles what was asked before.
absl::Status ApplyPatron(const Context& context, db::Connection& tx, const id::Uuid& organisation,
                         const events::v1::PatronChanged& changed, absl::Time at) {
  RETURN_IF_ERROR(SettleOlder(tx, organisation, Id(changed.staff_member()), Kind::kPatronInvitation,
                              Id(changed.cohort()), changed.version(), at));
  if (changed.state() != enrolment::v1::PATRON_STATE_INVITED) return absl::OkStatus();
  return TellInvitation(context, tx, organisation, changed, at);
}

}  // namespace

feed::Handler EnrolmentHandler(const Context& context) {
  return [&context](db::Connection& tx, feed::Outbox&,
                    const events::v1::Event& event) -> absl::Status {
    const id::Uuid organisation = Id(event.organisation());
    const absl::Time at = TimeOf(event.occur_time());
    switch (event.payload_case()) {
      case events::v1::Event::kOrganisationChanged:
        return SaveOrganisation(tx, organisation, event.organisation_changed().time_zone());
      case events::v1::Event::kStaffMemberChanged:
        return ApplyStaff(tx, organisation, event.staff_member_changed());
      case events::v1::Event::kEnrolmentChanged:
        return ApplyEntry(context, tx, event.enrolment_changed().entry(), at);
      case events::v1::Event::kPatronChanged:
        return ApplyPatron(context, tx, organisation, event.patron_changed(), at);
      case events::v1::Event::kSessionChanged:
        return ApplySession(context, tx, organisation, event.session_changed(), at);
      case events::v1::Event::kSessionAnswered:
        return ApplyAnswer(tx, organisation, event.session_answered());
      case events::v1::Event::kSessionAttended:
        return ApplyAttendance(tx, organisation, event.session_attended(), true);
      case events::v1::Event::kSessionAttendanceRemoved:
        return ApplyAttendance(tx, organisation, event.session_attendance_removed(), false);
      case events::v1::Event::kDaysOffChanged:
        return days_off::Save(tx, days_off::FromProto(organisation, event.days_off_changed()))
            .status();
      default:
        return absl::OkStatus();
    }
  };
}

}  // namespace dap::notification
