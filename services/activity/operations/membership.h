// Who belongs to a cohort.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_MEMBERSHIP_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_MEMBERSHIP_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/experiences.h"

namespace dap::activity {

// What a member of a cohort is to it. A value.
struct Member {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid staff;
  bool coach = false;
  bool participant = false;
  // As their role lets them be somebody's.
  bool patron = false;

  Eyes To(const ExperienceRow& row) const;
  ExperienceReader AsReader() const { return {staff, coach, patron}; }
};

// The rule: who takes part in the cohort or has completed it, is a patron of somebody who does, or
// is one of its coaches. `entries` are any of the organisation's, those of the caller's relations
// among them. PERMISSION_DENIED (NOT_YOURS) otherwise. Pure.
absl::StatusOr<Member> MemberAmong(const std::vector<roster::Entry>& entries,
                                   const auth::Principal& caller, const id::Uuid& organisation,
                                   const id::Uuid& cohort);

// MemberAmong; PERMISSION_DENIED (OTHER_ORGANISATION) before anything is looked up, and NOT_YOURS
// also where there is no such cohort. One to three queries on the roster's indexes.
absl::StatusOr<Member> RequireMember(const Context& context, const rpc::Call& call,
                                     const id::Uuid& organisation, const id::Uuid& cohort);

// For what concerns the organisation as a whole: its coaches and administrators, and participants
// of any of its cohorts as above. PERMISSION_DENIED otherwise. At most one query.
absl::Status RequireOnProgramme(const Context& context, const rpc::Call& call,
                                const id::Uuid& organisation);

// All of the cohort in whatever state, by enrolment id, for one of its coaches; PERMISSION_DENIED
// as above, also where it has nobody. One query on the roster's index.
absl::StatusOr<std::vector<roster::Entry>> ListForCoach(const Context& context,
                                                        const rpc::Call& call,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& cohort);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_MEMBERSHIP_H_
