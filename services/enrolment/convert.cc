#include "services/enrolment/convert.h"

#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/domain/arrangement.h"

namespace dap::enrolment {
namespace {

// The domain's numbers are the protos'.
static_assert(static_cast<int>(CohortState::kCancelled) == v1::COHORT_STATE_CANCELLED);
static_assert(static_cast<int>(EnrolmentState::kWithdrawn) == v1::ENROLMENT_STATE_WITHDRAWN);
static_assert(static_cast<int>(Origin::kNominated) == v1::ORIGIN_NOMINATED);
static_assert(static_cast<int>(WayIn::kToldTo) == v1::WAY_IN_TOLD_TO);
static_assert(static_cast<int>(PauseReason::kCoach) == v1::PAUSE_REASON_COACH);
static_assert(static_cast<int>(PatronState::kDeclined) == v1::PATRON_STATE_DECLINED);
static_assert(static_cast<int>(SessionKind::kCelebration) == v1::SESSION_KIND_CELEBRATION);
static_assert(static_cast<int>(SessionAnswer::kMaybe) == v1::SESSION_ANSWER_MAYBE);
static_assert(static_cast<int>(SessionState::kCancelled) == v1::SESSION_STATE_CANCELLED);
static_assert(static_cast<int>(StaffState::kLeft) == v1::STAFF_STATE_LEFT);

using google::protobuf::Timestamp;

std::string Bytes(const id::Uuid& uuid) { return std::string(uuid.bytes()); }

// What can be changed of a session.
constexpr const char* kSessionFields[] = {"title", "start_time", "end_time", "host",
                                          "place", "link",       "agenda",   "capacity"};

// The last second that both a google.protobuf.Timestamp and a DATETIME hold: that of the year 9999.
constexpr int64_t kLastSecond = 253'402'300'799;

}  // namespace

void SetTime(absl::Time time, Timestamp* proto) {
  *proto = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

void SetDay(absl::CivilDay day, google::type::Date* proto) {
  proto->set_year(static_cast<int>(day.year()));
  proto->set_month(day.month());
  proto->set_day(day.day());
}

absl::StatusOr<absl::Time> ReadTime(const Timestamp& proto, absl::string_view field) {
  if (proto.seconds() < 0 || proto.seconds() > kLastSecond || proto.nanos() < 0 ||
      proto.nanos() > 999'999'999) {
    return status::Invalid(field, "TIME_RANGE", "Must be a time from 1970 to 9999.");
  }
  return absl::FromUnixMicros(google::protobuf::util::TimeUtil::TimestampToMicroseconds(proto));
}

absl::StatusOr<absl::CivilDay> ReadDay(const google::type::Date& proto, absl::string_view field) {
  const absl::CivilDay day(proto.year(), proto.month(), proto.day());
  if (proto.year() < 1 || proto.year() > 9999 || day.month() != proto.month() ||
      day.day() != proto.day()) {
    return status::Invalid(field, "DATE_INVALID", "Must be a whole date: year, month and day.");
  }
  return day;
}

std::string CalendarFeedName(const id::Uuid& organisation, const id::Uuid& feed) {
  return id::Name({{"organisations", organisation}, {"calendarFeeds", feed}});
}

std::string Etag(int64_t version) { return absl::StrCat("v", version); }

std::string OrganisationName(const id::Uuid& organisation) {
  return id::Name({{"organisations", organisation}});
}
std::string StaffName(const id::Uuid& organisation, const id::Uuid& staff) {
  return id::Name({{"organisations", organisation}, {"staff", staff}});
}
std::string TeamName(const id::Uuid& organisation, const id::Uuid& team) {
  return id::Name({{"organisations", organisation}, {"teams", team}});
}
std::string CohortName(const id::Uuid& organisation, const id::Uuid& cohort) {
  return id::Name({{"organisations", organisation}, {"cohorts", cohort}});
}
std::string EnrolmentName(const id::Uuid& organisation, const id::Uuid& cohort,
                          const id::Uuid& enrolment) {
  return id::Name(
      {{"organisations", organisation}, {"cohorts", cohort}, {"enrolments", enrolment}});
}
std::string PatronName(const id::Uuid& organisation, const id::Uuid& cohort,
                       const id::Uuid& staff) {
  return id::Name({{"organisations", organisation}, {"cohorts", cohort}, {"patrons", staff}});
}
std::string PatronCoverName(const id::Uuid& organisation, const id::Uuid& cohort,
                            const id::Uuid& staff, const id::Uuid& cover) {
  return id::Name({{"organisations", organisation},
                   {"cohorts", cohort},
                   {"patrons", staff},
                   {"covers", cover}});
}
std::string SessionName(const id::Uuid& organisation, const id::Uuid& cohort,
                        const id::Uuid& session) {
  return id::Name({{"organisations", organisation}, {"cohorts", cohort}, {"sessions", session}});
}

v1::Organisation ToProto(const Organisation& organisation) {
  v1::Organisation proto;
  proto.set_name(OrganisationName(organisation.id));
  proto.set_display_name(organisation.display_name);
  proto.set_time_zone(organisation.time_zone);
  SetTime(organisation.create_time, proto.mutable_create_time());
  return proto;
}

v1::StaffMember ToProto(const StaffMember& member) {
  v1::StaffMember proto;
  proto.set_name(StaffName(member.organisation, member.id));
  proto.set_display_name(member.display_name);
  proto.set_email(member.email);
  if (member.team.has_value()) {
    proto.set_team(TeamName(member.organisation, *member.team));
  }
  if (member.line_manager.has_value()) {
    proto.set_line_manager(StaffName(member.organisation, *member.line_manager));
  }
  proto.set_state(static_cast<v1::StaffState>(member.state));
  return proto;
}

v1::Cohort ToProto(const Cohort& cohort, Code code) {
  v1::Cohort proto;
  proto.set_name(CohortName(cohort.organisation, cohort.id));
  proto.set_title(cohort.title);
  proto.set_state(static_cast<v1::CohortState>(cohort.state));
  SetDay(cohort.start_date, proto.mutable_start_date());
  SetDay(cohort.end_date, proto.mutable_end_date());
  proto.set_capacity(cohort.capacity);
  proto.mutable_blend()->set_workshop(cohort.blend.workshop);
  proto.mutable_blend()->set_conversation(cohort.blend.conversation);
  proto.mutable_blend()->set_one_to_one(cohort.blend.one_to_one);
  proto.mutable_blend()->set_online(cohort.blend.online);
  proto.mutable_commitment()->set_minutes_per_week(cohort.commitment.minutes_per_week);
  proto.mutable_commitment()->set_sessions_per_week(cohort.commitment.sessions_per_week);
  proto.mutable_balance_target()->set_target(cohort.balance.target);
  proto.mutable_balance_target()->set_tolerance(cohort.balance.tolerance);
  for (const id::Uuid& coach : cohort.coaches) {
    proto.add_coaches(StaffName(cohort.organisation, coach));
  }
  proto.set_etag(Etag(cohort.version));
  SetTime(cohort.create_time, proto.mutable_create_time());
  proto.set_places_taken(cohort.places_taken);
  if (code == Code::kShow) proto.set_join_code(cohort.join_code);
  return proto;
}

v1::Team ToProto(const Team& team) {
  v1::Team proto;
  proto.set_name(TeamName(team.organisation, team.id));
  proto.set_display_name(team.display_name);
  if (team.parent.has_value()) proto.set_parent(TeamName(team.organisation, *team.parent));
  return proto;
}

v1::Patron ToProto(const store::PatronView& view) {
  const Patron& patron = view.patron;
  v1::Patron proto;
  proto.set_name(PatronName(patron.organisation, patron.cohort, patron.staff));
  proto.set_display_name(view.display_name);
  proto.set_state(static_cast<v1::PatronState>(patron.state));
  v1::PatronChecklist& checklist = *proto.mutable_checklist();
  checklist.set_introduced_at_team_meeting(patron.checklist.introduced_at_team_meeting);
  checklist.set_line_managers_agreed_time(patron.checklist.line_managers_agreed_time);
  checklist.set_names_supplied(patron.checklist.names_supplied);
  checklist.set_special_requirements_told(patron.checklist.special_requirements_told);
  proto.set_participants(patron.participants);
  proto.set_participant_limit(patron.participant_limit);
  proto.set_cohort_title(view.cohort_title);
  return proto;
}

v1::Enrolment ToProto(const store::EnrolmentView& view, Privacy privacy) {
  const Enrolment& e = view.enrolment;
  v1::Enrolment proto;
  proto.set_name(EnrolmentName(e.organisation, e.cohort, e.id));
  proto.set_participant(StaffName(e.organisation, e.participant));
  proto.set_participant_display_name(view.participant_display_name);
  proto.set_state(static_cast<v1::EnrolmentState>(e.state));
  proto.set_origin(static_cast<v1::Origin>(e.origin));
  if (privacy == Privacy::kShow) {
    proto.set_way_in(static_cast<v1::WayIn>(e.way_in));
    proto.set_reflection(e.reflection);
  }
  if (e.patron.has_value()) proto.set_patron(StaffName(e.organisation, *e.patron));
  if (view.covering_patron.has_value()) {
    proto.set_covering_patron(StaffName(e.organisation, *view.covering_patron));
  }
  if (e.commitment.has_value()) {
    proto.mutable_commitment()->set_minutes_per_week(e.commitment->minutes_per_week);
    proto.mutable_commitment()->set_sessions_per_week(e.commitment->sessions_per_week);
  }
  if (e.pause.has_value()) {
    proto.mutable_pause()->set_reason(static_cast<v1::PauseReason>(e.pause->reason));
    if (e.pause->until) SetTime(*e.pause->until, proto.mutable_pause()->mutable_until_time());
  }
  proto.set_waitlist_position(view.waitlist_position);
  SetTime(e.create_time, proto.mutable_create_time());
  if (e.activate_time.has_value()) SetTime(*e.activate_time, proto.mutable_activate_time());
  if (e.end_time.has_value()) SetTime(*e.end_time, proto.mutable_end_time());
  proto.set_etag(Etag(e.version));
  return proto;
}

v1::Session ToProto(const Session& session, Code code) {
  v1::Session proto;
  proto.set_name(SessionName(session.organisation, session.cohort, session.id));
  proto.set_kind(static_cast<v1::SessionKind>(session.kind));
  proto.set_title(session.title);
  SetTime(session.start_time, proto.mutable_start_time());
  SetTime(session.end_time, proto.mutable_end_time());
  proto.set_host(StaffName(session.organisation, session.host));
  proto.set_place(session.place);
  proto.set_link(session.link);
  proto.set_agenda(session.agenda);
  proto.set_state(static_cast<v1::SessionState>(session.state));
  if (code == Code::kShow) proto.set_join_code(session.join_code);
  proto.set_attended(session.attended);
  proto.set_sequence(session.sequence);
  proto.set_etag(Etag(session.version));
  proto.set_capacity(session.capacity);
  if (session.participant.has_value()) {
    proto.set_participant(
        EnrolmentName(session.organisation, session.cohort, *session.participant));
  }
  proto.set_cancel_reason(session.cancel_reason);
  proto.set_going(session.going);
  proto.set_my_answer(static_cast<v1::SessionAnswer>(session.my_answer));
  return proto;
}

v1::SessionResponse ToProto(const store::ResponseView& view, const Session& session) {
  v1::SessionResponse proto;
  proto.set_enrolment(EnrolmentName(session.organisation, session.cohort, view.enrolment));
  proto.set_participant_display_name(view.display_name);
  proto.set_answer(static_cast<v1::SessionAnswer>(view.answer));
  SetTime(view.answer_time, proto.mutable_answer_time());
  proto.set_before_change(view.sequence < session.sequence);
  return proto;
}

v1::CalendarFeed ToProto(const store::CalendarFeed& feed) {
  v1::CalendarFeed proto;
  proto.set_name(CalendarFeedName(feed.organisation, feed.id));
  proto.set_title(feed.title);
  SetTime(feed.create_time, proto.mutable_create_time());
  if (feed.revoke_time.has_value()) SetTime(*feed.revoke_time, proto.mutable_revoke_time());
  return proto;
}

v1::Absentee ToProto(const Absentee& absentee, const Cohort& cohort) {
  v1::Absentee proto;
  proto.set_enrolment(EnrolmentName(cohort.organisation, cohort.id, absentee.view.enrolment));
  proto.set_participant_display_name(absentee.view.display_name);
  SetDay(absentee.catch_up_by, proto.mutable_catch_up_by());
  if (absentee.catch_up.has_value()) {
    proto.set_catch_up(SessionName(cohort.organisation, cohort.id, *absentee.catch_up));
  }
  return proto;
}

v1::SessionAttendance ToProto(const store::AttendanceView& view, const Session& session) {
  v1::SessionAttendance proto;
  proto.set_enrolment(EnrolmentName(session.organisation, session.cohort, view.enrolment));
  proto.set_participant_display_name(view.display_name);
  SetTime(view.record_time, proto.mutable_record_time());
  if (view.recorded_by.has_value()) {
    proto.set_recorded_by(StaffName(session.organisation, *view.recorded_by));
  }
  return proto;
}

v1::RosterEntry ToRosterEntry(const store::EnrolmentView& view, const Cohort& cohort,
                              absl::string_view time_zone) {
  const Enrolment& e = view.enrolment;
  const Arrangement arrangement = ArrangementOf(cohort, e);
  // Who stands in is the patron to the other services, for that time.
  const std::optional<id::Uuid> patron =
      view.covering_patron.has_value() ? view.covering_patron : e.patron;
  v1::RosterEntry entry;
  entry.set_enrolment(Bytes(e.id));
  entry.set_organisation(Bytes(e.organisation));
  entry.set_cohort(Bytes(e.cohort));
  entry.set_participant(Bytes(e.participant));
  entry.set_participant_display_name(view.participant_display_name);
  if (patron.has_value()) entry.set_patron(Bytes(*patron));
  for (const id::Uuid& coach : cohort.coaches) entry.add_coaches(Bytes(coach));
  entry.set_state(static_cast<v1::EnrolmentState>(e.state));
  entry.set_minutes_per_week(arrangement.commitment.minutes_per_week);
  entry.set_sessions_per_week(arrangement.commitment.sessions_per_week);
  entry.set_balance_target(arrangement.balance.target);
  entry.set_balance_tolerance(arrangement.balance.tolerance);
  entry.set_time_zone(std::string(time_zone));
  if (e.activate_time.has_value()) SetTime(*e.activate_time, entry.mutable_activate_time());
  if (e.pause.has_value()) {
    entry.set_pause_reason(static_cast<v1::PauseReason>(e.pause->reason));
    if (e.pause->until) SetTime(*e.pause->until, entry.mutable_pause_until_time());
  }
  entry.set_version(e.version);
  entry.set_cohort_title(cohort.title);
  entry.set_way_in(static_cast<v1::WayIn>(e.way_in));
  entry.set_cohort_called_off(cohort.state == CohortState::kCancelled);
  return entry;
}

events::v1::Event OrganisationEvent(const Organisation& organisation) {
  events::v1::Event event;
  auto& changed = *event.mutable_organisation_changed();
  changed.set_display_name(organisation.display_name);
  changed.set_time_zone(organisation.time_zone);
  return event;
}

events::v1::Event CohortEvent(const Cohort& cohort) {
  events::v1::Event event;
  auto& changed = *event.mutable_cohort_changed();
  changed.set_cohort(Bytes(cohort.id));
  changed.set_title(cohort.title);
  changed.set_state(static_cast<v1::CohortState>(cohort.state));
  SetDay(cohort.start_date, changed.mutable_start_date());
  SetDay(cohort.end_date, changed.mutable_end_date());
  for (const id::Uuid& coach : cohort.coaches) changed.add_coaches(Bytes(coach));
  changed.set_version(cohort.version);
  return event;
}

events::v1::Event EnrolmentEvent(v1::RosterEntry entry) {
  events::v1::Event event;
  *event.mutable_enrolment_changed()->mutable_entry() = std::move(entry);
  return event;
}

events::v1::Event PatronEvent(const store::PatronView& view) {
  const Patron& patron = view.patron;
  events::v1::Event event;
  auto& changed = *event.mutable_patron_changed();
  changed.set_cohort(Bytes(patron.cohort));
  changed.set_staff_member(Bytes(patron.staff));
  changed.set_state(static_cast<v1::PatronState>(patron.state));
  changed.set_cohort_title(view.cohort_title);
  changed.set_version(patron.version);
  return event;
}

events::v1::Event SessionEvent(const Session& session) {
  events::v1::Event event;
  auto& changed = *event.mutable_session_changed();
  changed.set_session(Bytes(session.id));
  changed.set_cohort(Bytes(session.cohort));
  changed.set_kind(static_cast<v1::SessionKind>(session.kind));
  changed.set_state(static_cast<v1::SessionState>(session.state));
  changed.set_title(session.title);
  SetTime(session.start_time, changed.mutable_start_time());
  SetTime(session.end_time, changed.mutable_end_time());
  changed.set_place(session.place);
  changed.set_link(session.link);
  changed.set_sequence(session.sequence);
  if (session.participant.has_value()) changed.set_participant(Bytes(*session.participant));
  changed.set_host(Bytes(session.host));
  if (session.kind != SessionKind::kOneToOne) changed.set_agenda(session.agenda);
  return event;
}

events::v1::Event AnsweredEvent(const Session& session, const id::Uuid& enrolment) {
  events::v1::Event event;
  auto& answered = *event.mutable_session_answered();
  answered.set_session(Bytes(session.id));
  answered.set_enrolment(Bytes(enrolment));
  answered.set_answer(static_cast<v1::SessionAnswer>(session.my_answer));
  return event;
}

events::v1::Event AttendanceRemovedEvent(const Session& session, const id::Uuid& enrolment) {
  events::v1::Event event;
  auto& removed = *event.mutable_session_attendance_removed();
  removed.set_session(Bytes(session.id));
  removed.set_enrolment(Bytes(enrolment));
  return event;
}

events::v1::Event AttendedEvent(const Session& session, const id::Uuid& enrolment) {
  events::v1::Event event;
  auto& attended = *event.mutable_session_attended();
  attended.set_session(Bytes(session.id));
  attended.set_enrolment(Bytes(enrolment));
  attended.set_kind(static_cast<v1::SessionKind>(session.kind));
  SetTime(session.start_time, attended.mutable_start_time());
  attended.set_minutes(
      static_cast<int>(absl::ToInt64Minutes(session.end_time - session.start_time)));
  return event;
}

absl::Status ReadFields(const v1::Cohort& proto, const CohortFields& fields,
                        const Settings& settings, Cohort& cohort) {
  const auto holds = [&fields](CohortField field) { return fields.count(field) > 0; };
  if (holds(CohortField::kTitle)) cohort.title = proto.title();
  if (holds(CohortField::kStartDate)) {
    ASSIGN_OR_RETURN(cohort.start_date, ReadDay(proto.start_date(), "cohort.start_date"));
  }
  if (holds(CohortField::kEndDate)) {
    ASSIGN_OR_RETURN(cohort.end_date, ReadDay(proto.end_date(), "cohort.end_date"));
  }
  if (holds(CohortField::kCapacity)) cohort.capacity = proto.capacity();
  if (holds(CohortField::kBlend)) {
    const v1::Blend& blend = proto.blend();
    cohort.blend = proto.has_blend() ? Blend{blend.workshop(), blend.conversation(),
                                             blend.one_to_one(), blend.online()}
                                     : settings.blend;
  }
  if (holds(CohortField::kCommitment)) {
    cohort.commitment =
        FromProto(proto.has_commitment(), proto.commitment()).value_or(settings.commitment);
  }
  if (holds(CohortField::kBalanceTarget)) {
    const v1::BalanceTarget& balance = proto.balance_target();
    cohort.balance = proto.has_balance_target()
                         ? BalanceTarget{balance.target(), balance.tolerance()}
                         : settings.balance;
  }
  return absl::OkStatus();
}

absl::StatusOr<Cohort> FromProto(const v1::Cohort& proto, const Settings& settings) {
  Cohort cohort;
  ASSIGN_OR_RETURN(CohortFields all, FieldsNamed({}));
  RETURN_IF_ERROR(ReadFields(proto, all, settings, cohort));
  return cohort;
}

absl::Status ReadFields(const v1::Session& wanted, const google::protobuf::FieldMask& mask,
                        const id::Uuid& host, Session& session) {
  const bool all = mask.paths().empty() || (mask.paths_size() == 1 && mask.paths(0) == "*");
  static const auto& every = *new google::protobuf::RepeatedPtrField<std::string>(
      std::begin(kSessionFields), std::end(kSessionFields));
  for (const std::string& path : all ? every : mask.paths()) {
    if (path == "title") {
      session.title = wanted.title();
    } else if (path == "start_time") {
      ASSIGN_OR_RETURN(session.start_time, ReadTime(wanted.start_time(), "session.start_time"));
    } else if (path == "end_time") {
      ASSIGN_OR_RETURN(session.end_time, ReadTime(wanted.end_time(), "session.end_time"));
    } else if (path == "host") {
      session.host = host;
    } else if (path == "place") {
      session.place = wanted.place();
    } else if (path == "link") {
      session.link = wanted.link();
    } else if (path == "agenda") {
      session.agenda = wanted.agenda();
    } else if (path == "capacity") {
      session.capacity = wanted.capacity();
    } else {
      return status::Invalid(
          "update_mask", "UPDATE_MASK_PATH",
          absl::StrCat("Only ", absl::StrJoin(kSessionFields, ", "), " can be changed."));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Session> FromProto(const v1::Session& proto) {
  Session session;
  session.kind = static_cast<SessionKind>(proto.kind());
  RETURN_IF_ERROR(ReadFields(proto, google::protobuf::FieldMask(), id::Uuid(), session));
  return session;
}

std::optional<Commitment> FromProto(bool is_set, const v1::Commitment& commitment) {
  if (!is_set) return std::nullopt;
  return Commitment{commitment.minutes_per_week(), commitment.sessions_per_week()};
}

absl::StatusOr<Pause> FromProto(const v1::Pause& proto) {
  Pause pause;
  pause.reason = static_cast<PauseReason>(proto.reason());
  if (proto.has_until_time()) {
    ASSIGN_OR_RETURN(pause.until, ReadTime(proto.until_time(), "pause.until_time"));
  }
  return pause;
}

PatronChecklist FromProto(const v1::PatronChecklist& proto) {
  return {proto.introduced_at_team_meeting(), proto.line_managers_agreed_time(),
          proto.names_supplied(), proto.special_requirements_told()};
}

WayIn FromProto(v1::WayIn way_in) { return static_cast<WayIn>(way_in); }

}  // namespace dap::enrolment
