// Asking for patrons, their answers, and giving them participants.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_PATRONS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_PATRONS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/domain/patronage.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/patrons.h"

namespace dap::enrolment {

// A patron by their ids.
struct PatronKey {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid staff;
};

// By a coach; who said no before is asked again. NOT_FOUND (STAFF_MEMBER_NOT_FOUND), ALREADY_EXISTS
// (PATRON_EXISTS) for those INVITED or AGREED, FAILED_PRECONDITION (COHORT_STATE).
absl::StatusOr<store::PatronView> InvitePatron(Work& work, const PatronKey& key,
                                               const Caller& caller);
// By themselves alone: PERMISSION_DENIED (NOT_YOURS), NOT_FOUND (PATRON_NOT_FOUND),
// FAILED_PRECONDITION (PATRON_STATE). The invitation and the answer are told (PatronChanged).
absl::StatusOr<store::PatronView> AnswerPatronInvitation(Work& work, const PatronKey& key,
                                                         const Caller& caller, bool agree);
absl::StatusOr<store::PatronView> UpdatePatronChecklist(Work& work, const PatronKey& key,
                                                        const Caller& caller,
                                                        const PatronChecklist& checklist);
// By a coach. The patron's load is locked, so that the limit holds however many assign at once. The
// same patron again changes nothing. NOT_FOUND (STAFF_MEMBER_NOT_FOUND) for one who does not work
// there now.
absl::StatusOr<store::EnrolmentView> AssignPatron(Work& work, const store::EnrolmentKey& key,
                                                  const Caller& caller, const id::Uuid& staff);

// The same within a cohort that is locked, for a locked enrolment of it; `field` is where the
// patron stands in the request.
absl::StatusOr<store::EnrolmentView> GivePatron(Work& work, const Cohort& cohort,
                                                Enrolment& enrolment, const id::Uuid& staff,
                                                absl::string_view field);

// A patron, for themselves or a coach of the cohort.
absl::StatusOr<store::PatronView> FindPatronFor(db::Connection& connection, const PatronKey& key,
                                                const Caller& caller);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_PATRONS_H_
