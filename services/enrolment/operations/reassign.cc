#include "services/enrolment/operations/reassign.h"

#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/patrons.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/patrons.h"

namespace dap::enrolment {
namespace {

absl::Status CheckNobodyTwice(const std::vector<Reassignment>& reassignments) {
  std::set<id::Uuid> seen;
  for (size_t i = 0; i < reassignments.size(); ++i) {
    if (seen.insert(reassignments[i].enrolment.enrolment).second) continue;
    return status::Invalid(absl::StrCat("reassignments[", i, "].enrolment"), "ENROLMENT_REPEATED",
                           "Names somebody twice.");
  }
  return absl::OkStatus();
}

// Always in the same order, so that two who reassign at once do not wait for each other.
absl::Status LockLoads(Work& work, const id::Uuid& organisation,
                       const std::vector<Reassignment>& reassignments) {
  std::set<id::Uuid> patrons;
  for (const Reassignment& reassignment : reassignments) patrons.insert(reassignment.patron);
  for (const id::Uuid& patron : patrons) {
    RETURN_IF_ERROR(store::LockPatronLoad(work.tx, organisation, patron).status());
  }
  return absl::OkStatus();
}

// The refusal with the enrolment it is about, where it is a condition that is not met.
absl::Status About(const Enrolment& enrolment, const absl::Status& refusal) {
  if (!absl::IsFailedPrecondition(refusal)) return refusal;
  const std::string message(refusal.message());
  return status::PreconditionAll(
      status::Reason(refusal), message,
      {{EnrolmentName(enrolment.organisation, enrolment.cohort, enrolment.id), message,
        status::Reason(refusal)}});
}

}  // namespace

absl::StatusOr<std::vector<store::EnrolmentView>> ReassignParticipants(
    Work& work, const CohortKey& key, const Caller& caller,
    const std::vector<Reassignment>& reassignments) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  RETURN_IF_ERROR(CheckNobodyTwice(reassignments));
  RETURN_IF_ERROR(LockLoads(work, key.organisation, reassignments));
  std::vector<store::EnrolmentView> views;
  for (size_t i = 0; i < reassignments.size(); ++i) {
    const auto& [asked, patron] = reassignments[i];
    ASSIGN_OR_RETURN(std::optional<Enrolment> enrolment,
                     store::LockEnrolment(work.tx, key.organisation, asked.enrolment));
    if (!enrolment.has_value() || enrolment->cohort != key.cohort || asked.cohort != key.cohort) {
      return status::NotFound("enrolment",
                              EnrolmentName(asked.organisation, asked.cohort, asked.enrolment));
    }
    absl::StatusOr<store::EnrolmentView> given =
        GivePatron(work, cohort, *enrolment, patron, absl::StrCat("reassignments[", i, "].patron"));
    if (!given.ok()) return About(*enrolment, given.status());
    views.push_back(*std::move(given));
  }
  return views;
}

}  // namespace dap::enrolment
