// Between protos and the domain. Pure.
#ifndef DAP_SERVICES_ENROLMENT_CONVERT_H_
#define DAP_SERVICES_ENROLMENT_CONVERT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/calendar.pb.h"
#include "dap/enrolment/v1/cohort.pb.h"
#include "dap/enrolment/v1/enrolment.pb.h"
#include "dap/enrolment/v1/organisation.pb.h"
#include "dap/enrolment/v1/patron.pb.h"
#include "dap/enrolment/v1/roster.pb.h"
#include "dap/enrolment/v1/session.pb.h"
#include "dap/events/v1/event.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/cohort_change.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/domain/patronage.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/domain/staff.h"
#include "services/enrolment/operations/absentees.h"
#include "services/enrolment/store/calendar_feeds.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/patrons.h"
#include "services/enrolment/store/session_people.h"

namespace dap::enrolment {

// Resource names.
std::string OrganisationName(const id::Uuid& organisation);
std::string StaffName(const id::Uuid& organisation, const id::Uuid& staff);
std::string TeamName(const id::Uuid& organisation, const id::Uuid& team);
std::string CohortName(const id::Uuid& organisation, const id::Uuid& cohort);
std::string EnrolmentName(const id::Uuid& organisation, const id::Uuid& cohort,
                          const id::Uuid& enrolment);
std::string PatronName(const id::Uuid& organisation, const id::Uuid& cohort, const id::Uuid& staff);
std::string PatronCoverName(const id::Uuid& organisation, const id::Uuid& cohort,
                            const id::Uuid& staff, const id::Uuid& cover);
std::string SessionName(const id::Uuid& organisation, const id::Uuid& cohort,
                        const id::Uuid& session);
std::string CalendarFeedName(const id::Uuid& organisation, const id::Uuid& feed);

// Of something that counts its changes: sent back, it changes only what the caller has read.
std::string Etag(int64_t version);

// To answers.
v1::Organisation ToProto(const Organisation& organisation);
v1::StaffMember ToProto(const StaffMember& member);
v1::Team ToProto(const Team& team);
v1::Patron ToProto(const store::PatronView& view);

// With what is private to participant and coach (way in, reflection) or without.
enum class Privacy { kShow, kHide };
v1::Enrolment ToProto(const store::EnrolmentView& view, Privacy privacy);

// With the join code, which coaches alone are told, or without.
enum class Code { kShow, kHide };
v1::Session ToProto(const Session& session, Code code);
v1::Cohort ToProto(const Cohort& cohort, Code code);
v1::SessionResponse ToProto(const store::ResponseView& view, const Session& session);
v1::SessionAttendance ToProto(const store::AttendanceView& view, const Session& session);
v1::CalendarFeed ToProto(const store::CalendarFeed& feed);
v1::Absentee ToProto(const Absentee& absentee, const Cohort& cohort);

// To what the other services keep and hear.
v1::RosterEntry ToRosterEntry(const store::EnrolmentView& view, const Cohort& cohort,
                              absl::string_view time_zone);
events::v1::Event OrganisationEvent(const Organisation& organisation);
events::v1::Event CohortEvent(const Cohort& cohort);
events::v1::Event EnrolmentEvent(v1::RosterEntry entry);
events::v1::Event PatronEvent(const store::PatronView& view);
events::v1::Event SessionEvent(const Session& session);
// What whoever looks has answered.
events::v1::Event AnsweredEvent(const Session& session, const id::Uuid& enrolment);
events::v1::Event AttendedEvent(const Session& session, const id::Uuid& enrolment);
events::v1::Event AttendanceRemovedEvent(const Session& session, const id::Uuid& enrolment);

// Parts of protos.
void SetTime(absl::Time time, google::protobuf::Timestamp* proto);
void SetDay(absl::CivilDay day, google::type::Date* proto);
// INVALID_ARGUMENT (DATE_INVALID).
absl::StatusOr<absl::CivilDay> ReadDay(const google::type::Date& proto, absl::string_view field);
// INVALID_ARGUMENT (TIME_RANGE).
absl::StatusOr<absl::Time> ReadTime(const google::protobuf::Timestamp& proto,
                                    absl::string_view field);

// From requests. What the server gives is left out. INVALID_ARGUMENT (DATE_INVALID) for a date that
// is none, below "cohort". Unset parts are taken from `settings`. Coaches are not read here.
absl::StatusOr<Cohort> FromProto(const v1::Cohort& cohort, const Settings& settings);
// The same, of `fields` alone, into a cohort that is there.
absl::Status ReadFields(const v1::Cohort& proto, const CohortFields& fields,
                        const Settings& settings, Cohort& cohort);
// INVALID_ARGUMENT (TIME_RANGE) for a time before 1970 or after 9999, here and below. Host and
// participant are not read here.
absl::StatusOr<Session> FromProto(const v1::Session& session);
// The fields of a session that a mask names; all of them for an empty one or "*". `host` is read
// already. INVALID_ARGUMENT (UPDATE_MASK_PATH, field update_mask; TIME_RANGE).
absl::Status ReadFields(const v1::Session& wanted, const google::protobuf::FieldMask& mask,
                        const id::Uuid& host, Session& session);
std::optional<Commitment> FromProto(bool is_set, const v1::Commitment& commitment);
absl::StatusOr<Pause> FromProto(const v1::Pause& pause);
PatronChecklist FromProto(const v1::PatronChecklist& checklist);
WayIn FromProto(v1::WayIn way_in);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_CONVERT_H_
