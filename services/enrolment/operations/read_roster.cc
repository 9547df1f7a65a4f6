#include "services/enrolment/operations/read_roster.h"

#include <optional>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {

absl::StatusOr<v1::RosterEntry> ReadRosterEntry(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<store::EnrolmentView> view,
                   store::FindEnrolment(connection, organisation, enrolment));
  if (!view.has_value()) return status::NotFound("enrolment", enrolment.ToString());
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::FindCohort(connection, organisation, view->enrolment.cohort));
  ASSIGN_OR_RETURN(std::optional<Organisation> owner,
                   store::FindOrganisation(connection, organisation));
  if (!cohort.has_value() || !owner.has_value()) {
    return status::Internal("an enrolment without its cohort or organisation");
  }
  return ToRosterEntry(*view, *cohort, owner->time_zone);
}

}  // namespace dap::enrolment
