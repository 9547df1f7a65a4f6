#include "services/activity/operations/membership.h"

#include <algorithm>
#include <iterator>

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

}  // namespace

Eyes Member::To(const ExperienceRow& row) const {
  return {.author = row.author == staff,
          .coach = coach,
          .authors_patron = patron && row.patron == staff};
}

absl::StatusOr<Member> MemberAmong(const std::vector<roster::Entry>& entries,
                                   const auth::Principal& caller, const id::Uuid& organisation,
                                   const id::Uuid& cohort) {
  Member member = {organisation, cohort, caller.staff};
  for (const roster::Entry& entry : entries) {
    if (entry.cohort != cohort) continue;
    if (caller.Has(options::v1::ROLE_COACH) && entry.IsCoach(caller)) member.coach = true;
    if (!Belongs(entry)) continue;
    if (caller.Has(options::v1::ROLE_PARTICIPANT) && entry.IsSelf(caller)) {
      member.participant = true;
    }
    if (caller.Has(options::v1::ROLE_PATRON) && entry.IsPatron(caller)) member.patron = true;
  }
  if (member.participant || member.coach || member.patron) return member;
  return status::Denied("NOT_YOURS", "Only those who belong to the cohort see what it shares.");
}

absl::StatusOr<Member> RequireMember(const Context& context, const rpc::Call& call,
                                     const id::Uuid& organisation, const id::Uuid& cohort) {
  const auth::Principal& caller = call.principal();
  RETURN_IF_ERROR(roster::RequireOrganisation(organisation, caller));
  std::vector<roster::Entry> related;
  const auto add = [&](std::vector<roster::Entry> more) {
    std::move(more.begin(), more.end(), std::back_inserter(related));
  };
  RETURN_IF_ERROR(db::Read(context.pool, call.deadline(), [&](db::Connection& db) -> absl::Status {
    if (caller.Has(options::v1::ROLE_PARTICIPANT)) {
      ASSIGN_OR_RETURN(auto own, roster::ListByParticipant(db, organisation, caller.staff));
      add(std::move(own));
    }
    if (caller.Has(options::v1::ROLE_PATRON)) {
      ASSIGN_OR_RETURN(auto theirs, roster::ListByPatron(db, organisation, caller.staff));
      add(std::move(theirs));
    }
    if (caller.Has(options::v1::ROLE_COACH)) {
      ASSIGN_OR_RETURN(auto all, roster::ListByCohort(db, organisation, cohort));
      add(std::move(all));
    }
    return absl::OkStatus();
  }));
  return MemberAmong(related, caller, organisation, cohort);
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
