#include "services/enrolment/operations/absentees.h"

#include <algorithm>

#include "libs/days_off/days_off.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<absl::TimeZone> ZoneOf(db::Connection& connection, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<Organisation> found,
                   store::FindOrganisation(connection, organisation));
  if (!found.has_value()) {
    return status::NotFound("organisation", OrganisationName(organisation));
  }
  return time::ZoneOf(found->time_zone);
}

// A cohort that was started in spite of having none counts from its first day.
absl::StatusOr<absl::CivilDay> KickOffDay(db::Connection& connection, const Cohort& cohort,
                                          absl::TimeZone zone) {
  ASSIGN_OR_RETURN(std::optional<Session> kick_off,
                   store::FindKickOff(connection, cohort.organisation, cohort.id));
  return kick_off.has_value() ? time::DayOf(kick_off->start_time, zone) : cohort.start_date;
}

std::optional<id::Uuid> CatchUpIn(const std::vector<Session>& coming, absl::CivilDay by,
                                  absl::TimeZone zone) {
  for (const Session& session : coming) {
    if (session.kind == SessionKind::kDropIn && time::DayOf(session.start_time, zone) <= by) {
      return session.id;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::vector<Absentee>> ReadAbsentees(db::Connection& connection,
                                                    const Cohort& cohort, absl::Time now,
                                                    int64_t after, int limit) {
  std::vector<Absentee> absentees;
  if (cohort.state != CohortState::kRunning) return absentees;
  using Views = std::vector<store::AbsenteeView>;
  ASSIGN_OR_RETURN(Views views,
                   store::ListAbsentees(connection, cohort.organisation, cohort.id, after, limit));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(connection, cohort.organisation));
  ASSIGN_OR_RETURN(absl::TimeZone zone, ZoneOf(connection, cohort.organisation));
  ASSIGN_OR_RETURN(absl::CivilDay kick_off, KickOffDay(connection, cohort, zone));
  ASSIGN_OR_RETURN(std::vector<Session> coming,
                   store::ListComing(connection, cohort.organisation, cohort.id, now));
  std::vector<days_off::Who> who;
  for (const store::AbsenteeView& view : views)
    who.push_back({view.enrolment, cohort.id, view.participant});
  ASSIGN_OR_RETURN(std::vector<time::DayOff> off,
                   days_off::For(connection, cohort.organisation, who));
  for (size_t i = 0; i < views.size(); ++i) {
    const absl::CivilDay from = std::max(kick_off, time::DayOf(views[i].accept_time, zone));
    const absl::CivilDay by = time::AddWorkingDays(from, settings.catch_up_working_days, off[i]);
    absentees.push_back({views[i], by, CatchUpIn(coming, by, zone)});
  }
  return absentees;
}

}  // namespace dap::enrolment
