#include "services/enrolment/request.h"

#include <initializer_list>

#include "absl/strings/strip.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"

namespace dap::enrolment {
namespace {

constexpr int kDefaultPageSize = 50;

absl::StatusOr<std::vector<id::Uuid>> InOrganisation(
    const rpc::Call& call, absl::string_view name,
    std::initializer_list<absl::string_view> collections) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids, id::Ids(name, collections));
  if (ids[0].is_nil() || ids[0] != call.principal().organisation) {
    return status::Denied("OTHER_ORGANISATION", "That is not your organisation.");
  }
  return ids;
}

}  // namespace

absl::StatusOr<id::Uuid> OrganisationOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids, InOrganisation(call, name, {"organisations"}));
  return ids[0];
}

absl::StatusOr<id::Uuid> StaffOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "staff"}));
  return ids[1];
}

absl::StatusOr<id::Uuid> TeamOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "teams"}));
  return ids[1];
}

absl::StatusOr<CohortKey> CohortOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "cohorts"}));
  return CohortKey{ids[0], ids[1]};
}

absl::StatusOr<store::EnrolmentKey> EnrolmentOf(const rpc::Call& call, absl::string_view name,
                                                absl::string_view part) {
  name = absl::StripSuffix(name, part);
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "cohorts", "enrolments"}));
  return store::EnrolmentKey{ids[0], ids[1], ids[2]};
}

absl::StatusOr<PatronKey> PatronOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "cohorts", "patrons"}));
  return PatronKey{ids[0], ids[1], ids[2]};
}

absl::StatusOr<PatronCoverOfPatron> PatronCoverOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "cohorts", "patrons", "covers"}));
  return PatronCoverOfPatron{{ids[0], ids[1], ids[2]}, ids[3]};
}

absl::StatusOr<CalendarFeedKey> CalendarFeedOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "calendarFeeds"}));
  return CalendarFeedKey{ids[0], ids[1]};
}

absl::StatusOr<SessionKey> SessionOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   InOrganisation(call, name, {"organisations", "cohorts", "sessions"}));
  return SessionKey{ids[0], ids[1], ids[2]};
}

Caller CallerOf(const rpc::Call& call) {
  const auth::Principal& principal = call.principal();
  Caller caller;
  caller.staff = principal.staff;
  caller.participant = principal.Has(options::v1::ROLE_PARTICIPANT);
  caller.patron = principal.Has(options::v1::ROLE_PATRON);
  caller.coach = principal.Has(options::v1::ROLE_COACH);
  caller.admin = principal.Has(options::v1::ROLE_ORG_ADMIN);
  return caller;
}

int PageSize(int requested) { return requested > 0 ? requested : kDefaultPageSize; }

std::string PositionOf(const id::Uuid& id) { return std::string(id.bytes()); }
id::Uuid IdAt(absl::string_view position) { return id::Uuid::FromBytes(position); }

}  // namespace dap::enrolment
