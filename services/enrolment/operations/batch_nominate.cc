#include "services/enrolment/operations/batch_nominate.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/staff.h"

namespace dap::enrolment {
namespace {

// An address is told to nobody, not even back.
absl::StatusOr<StaffMember> FindNominee(Work& work, const id::Uuid& organisation,
                                        const NomineeLine& line) {
  if (line.staff.has_value()) return FindActiveStaff(work.tx, organisation, *line.staff);
  ASSIGN_OR_RETURN(std::optional<StaffMember> found,
                   store::FindStaffByEmail(work.tx, organisation, line.email));
  if (!found.has_value() || found->state != StaffState::kActive) {
    return status::NotFound("staff member", absl::StrCat(OrganisationName(organisation), "/staff"));
  }
  return *std::move(found);
}

// What a line comes to. `open` are those with an enrolment in the cohort, those of the lines before
// among them. An error of the database ends it all; one of the line is its result.
absl::StatusOr<store::EnrolmentView> NominateOne(Work& work, Cohort& cohort,
                                                 const NomineeLine& line,
                                                 std::map<id::Uuid, id::Uuid>& open) {
  RETURN_IF_ERROR(line.read);
  ASSIGN_OR_RETURN(StaffMember member, FindNominee(work, cohort.organisation, line));
  const auto [known, is_new] = open.emplace(member.id, line.enrolment);
  if (!is_new) {
    return status::Exists("enrolment", EnrolmentName(cohort.organisation, cohort.id, known->second),
                          "They have an enrolment in this cohort, or are on the list before.");
  }
  const Enrolment enrolment = Nominate(cohort, line.enrolment, member.id, work.now);
  store::EnrolmentView view;
  view.enrolment = enrolment;
  view.participant_display_name = member.display_name;
  return view;
}

// Whether it is the line that is wrong.
bool IsOfTheLine(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsPermissionDenied(status) ||
         absl::IsNotFound(status) || absl::IsAlreadyExists(status);
}

}  // namespace

absl::StatusOr<NominationResults> BatchNominate(Work& work, const CohortKey& key,
                                                const Caller& caller,
                                                const std::vector<NomineeLine>& lines,
                                                bool validate_only) {
  ASSIGN_OR_RETURN(Cohort cohort,
                   caller.admin ? LockForAll(work, key) : LockAsCoach(work, key, caller));
  RETURN_IF_ERROR(CheckRecruiting(cohort));
  using Open = std::map<id::Uuid, id::Uuid>;
  ASSIGN_OR_RETURN(Open open, store::OpenParticipants(work.tx, key.organisation, key.cohort));
  NominationResults results;
  std::vector<store::EnrolmentView> named;
  for (const NomineeLine& line : lines) {
    absl::StatusOr<store::EnrolmentView> one = NominateOne(work, cohort, line, open);
    if (!one.ok() && !IsOfTheLine(one.status())) return one.status();
    if (one.ok()) named.push_back(*one);
    results.push_back(std::move(one));
  }
  if (validate_only || named.empty()) return results;
  RETURN_IF_ERROR(RecordNewEnrolments(work, cohort, named));
  RETURN_IF_ERROR(RecordPlaces(work, cohort));
  return results;
}

}  // namespace dap::enrolment
