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

// Whom the lines name, as far as they are there.
struct Nominees {
  std::map<id::Uuid, StaffMember> by_id;
  std::map<std::string, StaffMember> by_email;
};

absl::StatusOr<Nominees> ReadNominees(Work& work, const id::Uuid& organisation,
                                      const std::vector<NomineeLine>& lines) {
  std::vector<id::Uuid> staff;
  std::vector<std::string> emails;
  for (const NomineeLine& line : lines) {
    if (!line.read.ok()) continue;
    if (line.staff.has_value()) {
      staff.push_back(*line.staff);
    } else {
      emails.push_back(line.email);
    }
  }
  Nominees nominees;
  ASSIGN_OR_RETURN(nominees.by_id, store::FindStaffOf(work.tx, organisation, staff));
  ASSIGN_OR_RETURN(nominees.by_email, store::FindStaffByEmails(work.tx, organisation, emails));
  return nominees;
}

template <typename Key>
const StaffMember* ActiveIn(const std::map<Key, StaffMember>& members, const Key& key) {
  const auto found = members.find(key);
  if (found == members.end() || found->second.state != StaffState::kActive) return nullptr;
  return &found->second;
}

// An address is told to nobody, not even back.
absl::StatusOr<StaffMember> FindNominee(const Nominees& nominees, const id::Uuid& organisation,
                                        const NomineeLine& line) {
  const StaffMember* found = line.staff.has_value() ? ActiveIn(nominees.by_id, *line.staff)
                                                    : ActiveIn(nominees.by_email, line.email);
  if (found != nullptr) return *found;
  return status::NotFound("staff member",
                          line.staff.has_value()
                              ? StaffName(organisation, *line.staff)
                              : absl::StrCat(OrganisationName(organisation), "/staff"));
}

// What a line comes to. `open` are those with an enrolment in the cohort, those of the lines before
// among them. An error of the database ends it all; one of the line is its result.
absl::StatusOr<store::EnrolmentView> NominateOne(Work& work, Cohort& cohort,
                                                 const NomineeLine& line, const Nominees& nominees,
                                                 std::map<id::Uuid, id::Uuid>& open) {
  RETURN_IF_ERROR(line.read);
  ASSIGN_OR_RETURN(StaffMember member, FindNominee(nominees, cohort.organisation, line));
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
  // Before others have to wait for the cohort.
  ASSIGN_OR_RETURN(const Nominees nominees, ReadNominees(work, key.organisation, lines));
  ASSIGN_OR_RETURN(Cohort cohort,
                   caller.admin ? LockForAll(work, key) : LockAsCoach(work, key, caller));
  RETURN_IF_ERROR(CheckRecruiting(cohort));
  using Open = std::map<id::Uuid, id::Uuid>;
  ASSIGN_OR_RETURN(Open open, store::OpenParticipants(work.tx, key.organisation, key.cohort));
  NominationResults results;
  std::vector<store::EnrolmentView> named;
  for (const NomineeLine& line : lines) {
    absl::StatusOr<store::EnrolmentView> one = NominateOne(work, cohort, line, nominees, open);
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
