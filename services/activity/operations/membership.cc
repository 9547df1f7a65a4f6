#include "services/activity/operations/membership.h"

#include <algorithm>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::activity {
namespace {

bool Belongs(const roster::Entry& entry) {
  switch (entry.state) {
    case enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF:
    case enrolment::v1::ENROLMENT_STATE_ACTIVE:
    case enrolment::v1::ENROLMENT_STATE_PAUSED:
    case enrolment::v1::ENROLMENT_STATE_COMPLETED:
      return true;
    default:
      return false;
  }
}

bool AnyOf(const std::vector<roster::Entry>& entries, const id::Uuid& cohort) {
  return std::any_of(entries.begin(), entries.end(), [&](const roster::Entry& entry) {
    return entry.cohort == cohort && Belongs(entry);
  });
}

}  // namespace

absl::Status RequireMember(const Context& context, const rpc::Call& call,
                           const id::Uuid& organisation, const id::Uuid& cohort) {
  const auth::Principal& caller = call.principal();
  RETURN_IF_ERROR(roster::RequireOrganisation(organisation, caller));
  return db::Read(context.pool, call.deadline(), [&](db::Connection& db) -> absl::Status {
    if (caller.Has(options::v1::ROLE_PARTICIPANT)) {
      ASSIGN_OR_RETURN(auto own, roster::ListByParticipant(db, organisation, caller.staff));
      if (AnyOf(own, cohort)) return absl::OkStatus();
    }
    if (caller.Has(options::v1::ROLE_PATRON)) {
      ASSIGN_OR_RETURN(auto theirs, roster::ListByPatron(db, organisation, caller.staff));
      if (AnyOf(theirs, cohort)) return absl::OkStatus();
    }
    if (caller.Has(options::v1::ROLE_COACH)) {
      ASSIGN_OR_RETURN(auto all, roster::ListByCohort(db, organisation, cohort));
      if (!all.empty() && all.front().IsCoach(caller)) return absl::OkStatus();
    }
    return status::Denied("NOT_YOURS", "Only those who belong to the cohort see what it shares.");
  });
}

absl::Status RequireOnProgramme(const Context& context, const rpc::Call& call,
                                const id::Uuid& organisation) {
  const auth::Principal& caller = call.principal();
  RETURN_IF_ERROR(roster::RequireOrganisation(organisation, caller));
  if (caller.Has(options::v1::ROLE_COACH) || caller.Has(options::v1::ROLE_ORG_ADMIN)) {
    return absl::OkStatus();
  }
  return db::Read(context.pool, call.deadline(), [&](db::Connection& db) -> absl::Status {
    ASSIGN_OR_RETURN(const auto own, roster::ListByParticipant(db, organisation, caller.staff));
    if (std::any_of(own.begin(), own.end(), Belongs)) return absl::OkStatus();
    return status::Denied("NOT_YOURS", "Only those who are on the programme see its barriers.");
  });
}

absl::StatusOr<std::vector<roster::Entry>> ListForCoach(const Context& context,
                                                        const rpc::Call& call,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& cohort) {
  RETURN_IF_ERROR(roster::RequireOrganisation(organisation, call.principal()));
  ASSIGN_OR_RETURN(std::vector<roster::Entry> entries,
                   db::Read(context.pool, call.deadline(), [&](db::Connection& db) {
                     return roster::ListByCohort(db, organisation, cohort);
                   }));
  if (entries.empty() || !entries.front().IsCoach(call.principal())) {
    return status::Denied("NOT_YOURS", "Only the coaches of the cohort see how it is going.");
  }
  return entries;
}

}  // namespace dap::activity
