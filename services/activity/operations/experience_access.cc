#include "services/activity/operations/experience_access.h"

#include <vector>

#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::activity {

absl::StatusOr<roster::Entry> EntryFor(const Context& context, const rpc::Call& call,
                                       const std::string& parent, const std::string& enrolment,
                                       absl::string_view field, roster::Relation relation) {
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> cohort,
                   id::Ids(parent, {"organisations", "cohorts"}));
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> ids,
                   id::Ids(enrolment, {"organisations", "cohorts", "enrolments"}));
  if (cohort[0] != ids[0] || cohort[1] != ids[1]) {
    return status::Invalid(field, "ENROLMENT_OF_ANOTHER_COHORT",
                           "Name an enrolment in the cohort you ask about.");
  }
  ASSIGN_OR_RETURN(roster::Entry entry, context.roster.FindFor(call, ids[0], ids[2], {relation}));
  if (entry.cohort != ids[1]) return status::NotFound("enrolment", ids[2].ToString());
  return entry;
}

absl::StatusOr<Member> RequireCoach(const Context& context, const rpc::Call& call,
                                    const id::Uuid& organisation, const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(const Member member, RequireMember(context, call, organisation, cohort));
  if (member.coach) return member;
  return status::Denied("NOT_YOURS", "Only coaches of the cohort may do that.");
}

}  // namespace dap::activity
