#include "services/enrolment/operations/create_cohort.h"

#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/operations/update_cohort.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {

absl::StatusOr<Cohort> CreateCohort(Work& work, const CohortKey& key, const Caller& caller,
                                    const v1::Cohort& plan, const std::vector<id::Uuid>& coaches) {
  RETURN_IF_ERROR(CheckCallerIsStaff(work.tx, key.organisation, caller));
  RETURN_IF_ERROR(CheckCoaches(work.tx, key.organisation, coaches, {}));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  ASSIGN_OR_RETURN(Cohort cohort, FromProto(plan, settings));
  cohort.organisation = key.organisation;
  cohort.id = key.cohort;
  cohort.create_time = work.now;
  cohort.coaches = {caller.staff};
  for (const id::Uuid& coach : coaches) {
    if (coach != caller.staff) cohort.coaches.push_back(coach);
  }
  RETURN_IF_ERROR(CheckPlan(cohort));
  RETURN_IF_ERROR(store::InsertCohort(work.tx, cohort));
  work.outbox.Add(key.organisation, CohortEvent(cohort));
  return cohort;
}

}  // namespace dap::enrolment
