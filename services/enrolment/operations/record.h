// Writing a change together with the events that tell of it.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_RECORD_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_RECORD_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// Writes a cohort that has changed and tells so. Its places are written with it.
absl::Status RecordCohort(Work& work, Cohort& cohort);

// Writes a new or changed enrolment of a locked cohort and tells so; the cohort's places are the
// caller's to write (RecordPlaces or RecordCohort), last. Three statements, one more the first
// time.
absl::StatusOr<store::EnrolmentView> RecordNewEnrolment(Work& work, const Cohort& cohort,
                                                        const Enrolment& enrolment);
absl::StatusOr<store::EnrolmentView> RecordEnrolment(Work& work, const Cohort& cohort,
                                                     Enrolment& enrolment);
// The same for many new ones at once; the names of the participants are given. A few statements.
absl::Status RecordNewEnrolments(Work& work, const Cohort& cohort,
                                 const std::vector<store::EnrolmentView>& views);
// Tells of an enrolment as it is written.
absl::StatusOr<store::EnrolmentView> TellEnrolment(Work& work, const Cohort& cohort,
                                                   const id::Uuid& enrolment);

// Tells of every enrolment of a cohort, whose own part in them has changed and is written.
absl::Status TellAll(Work& work, const Cohort& cohort);

// Gives free places to the first of the waitlist, one by one, and writes the cohort's places.
absl::Status RecordPlaces(Work& work, Cohort& cohort);

// An ended enrolment no longer counts as its patron's.
absl::Status ReleasePatron(Work& work, const Enrolment& enrolment);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_RECORD_H_
