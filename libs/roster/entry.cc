#include "libs/roster/entry.h"

#include <algorithm>

#include "libs/status/error.h"

namespace dap::roster {
namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

void SetTime(absl::Time from, google::protobuf::Timestamp* to) {
  const int64_t micros = absl::ToUnixMicros(from);
  const absl::Time whole = absl::FromUnixSeconds(absl::ToUnixSeconds(from));
  to->set_seconds(absl::ToUnixSeconds(whole));
  to->set_nanos(static_cast<int32_t>(micros - absl::ToUnixMicros(whole)) * 1000);
}

bool IsStaffOf(const auth::Principal& principal, const id::Uuid& organisation) {
  return !principal.staff.is_nil() && principal.organisation == organisation;
}

}  // namespace

bool Entry::IsSelf(const auth::Principal& principal) const {
  return IsStaffOf(principal, organisation) && principal.staff == participant;
}

bool Entry::IsCoach(const auth::Principal& principal) const {
  return IsStaffOf(principal, organisation) &&
         std::find(coaches.begin(), coaches.end(), principal.staff) != coaches.end();
}

bool Entry::IsPatron(const auth::Principal& principal) const {
  return IsStaffOf(principal, organisation) && principal.staff == patron;
}

Entry FromProto(const enrolment::v1::RosterEntry& proto) {
  Entry entry;
  entry.organisation = id::Uuid::FromBytes(proto.organisation());
  entry.enrolment = id::Uuid::FromBytes(proto.enrolment());
  entry.cohort = id::Uuid::FromBytes(proto.cohort());
  entry.participant = id::Uuid::FromBytes(proto.participant());
  entry.participant_display_name = proto.participant_display_name();
  entry.patron = id::Uuid::FromBytes(proto.patron());
  for (const std::string& coach : proto.coaches()) {
    entry.coaches.push_back(id::Uuid::FromBytes(coach));
  }
  entry.state = proto.state();
  entry.minutes_per_week = proto.minutes_per_week();
  entry.sessions_per_week = proto.sessions_per_week();
  entry.balance_target = proto.balance_target();
  entry.balance_tolerance = proto.balance_tolerance();
  entry.time_zone = proto.time_zone();
  if (proto.has_activate_time()) entry.activate_time = TimeOf(proto.activate_time());
  if (proto.has_pause_until_time()) entry.pause_until_time = TimeOf(proto.pause_until_time());
  entry.version = proto.version();
  entry.cohort_title = proto.cohort_title();
  entry.pause_reason = proto.pause_reason();
  entry.way_in = proto.way_in();
  return entry;
}

enrolment::v1::RosterEntry ToProto(const Entry& entry) {
  const auto bytes = [](const id::Uuid& id) { return std::string(id.bytes()); };
  enrolment::v1::RosterEntry proto;
  proto.set_organisation(bytes(entry.organisation));
  proto.set_enrolment(bytes(entry.enrolment));
  proto.set_cohort(bytes(entry.cohort));
  proto.set_participant(bytes(entry.participant));
  proto.set_participant_display_name(entry.participant_display_name);
  if (!entry.patron.is_nil()) proto.set_patron(bytes(entry.patron));
  for (const id::Uuid& coach : entry.coaches) proto.add_coaches(bytes(coach));
  proto.set_state(entry.state);
  proto.set_minutes_per_week(entry.minutes_per_week);
  proto.set_sessions_per_week(entry.sessions_per_week);
  proto.set_balance_target(entry.balance_target);
  proto.set_balance_tolerance(entry.balance_tolerance);
  proto.set_time_zone(entry.time_zone);
  if (entry.activate_time.has_value()) {
    SetTime(*entry.activate_time, proto.mutable_activate_time());
  }
  if (entry.pause_until_time.has_value()) {
    SetTime(*entry.pause_until_time, proto.mutable_pause_until_time());
  }
  proto.set_version(entry.version);
  proto.set_cohort_title(entry.cohort_title);
  proto.set_pause_reason(entry.pause_reason);
  proto.set_way_in(entry.way_in);
  return proto;
}

absl::Status RequireOrganisation(const id::Uuid& organisation, const auth::Principal& principal) {
  if (!organisation.is_nil() && principal.organisation == organisation) return absl::OkStatus();
  return status::Denied("OTHER_ORGANISATION", "This belongs to another organisation");
}

absl::Status Require(const Entry& entry, const auth::Principal& principal,
                     std::initializer_list<Relation> any) {
  const absl::Status same = RequireOrganisation(entry.organisation, principal);
  if (!same.ok()) return same;
  for (Relation relation : any) {
    if ((relation == Relation::kSelf && entry.IsSelf(principal)) ||
        (relation == Relation::kCoach && entry.IsCoach(principal)) ||
        (relation == Relation::kPatron && entry.IsPatron(principal))) {
      return absl::OkStatus();
    }
  }
  return status::Denied("NOT_YOURS", "This is for those whom the enrolment concerns");
}

absl::Status RequireSelf(const Entry& entry, const auth::Principal& principal) {
  return Require(entry, principal, {Relation::kSelf});
}

absl::Status RequireSelfOrCoach(const Entry& entry, const auth::Principal& principal) {
  return Require(entry, principal, {Relation::kSelf, Relation::kCoach});
}

}  // namespace dap::roster
