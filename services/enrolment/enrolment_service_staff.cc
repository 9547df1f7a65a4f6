// Staff and teams; see enrolment_service.h.
#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/enrolment_service.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/staff.h"
#include "services/enrolment/store/teams.h"

namespace dap::enrolment {
namespace {

constexpr size_t kId = id::Uuid::kBytes;

// A position of ListStaff: the order, the person's id, their team's id where it counts, the text.
std::string PositionOf(const store::StaffPosition& at) {
  const bool of_team = at.order == store::StaffOrder::kByTeam;
  return absl::StrCat(std::string(1, static_cast<char>(at.order)), enrolment::PositionOf(at.staff),
                      of_team ? enrolment::PositionOf(at.team) : "", at.text);
}

std::string PositionOf(const store::FoundStaff& last) {
  const bool by_email = last.order == store::StaffOrder::kByEmail;
  return PositionOf({last.order, last.member.team.value_or(id::Uuid()),
                     by_email ? last.member.email : last.member.display_name, last.member.id});
}

std::optional<store::StaffPosition> StaffAt(const std::string& position) {
  if (position.size() < 1 + kId) return std::nullopt;
  store::StaffPosition at;
  at.order = static_cast<store::StaffOrder>(position[0]);
  at.staff = IdAt(position.substr(1, kId));
  size_t text = 1 + kId;
  if (at.order == store::StaffOrder::kByTeam) {
    at.team = IdAt(position.substr(text, kId));
    text += kId;
  }
  at.text = position.substr(text);
  return at;
}

std::optional<store::TeamPosition> TeamAt(const std::string& position) {
  if (position.size() < kId) return std::nullopt;
  return store::TeamPosition{position.substr(kId), IdAt(position.substr(0, kId))};
}

absl::StatusOr<store::StaffFilter> FilterOf(const v1::ListStaffRequest& request) {
  store::StaffFilter filter;
  for (int i = 0; i < request.states_size(); ++i) {
    const int state = request.states(i);
    if (state < v1::STAFF_STATE_ACTIVE || state > v1::STAFF_STATE_LEFT) {
      return status::Invalid(absl::StrCat("states[", i, "]"), "STATE_UNKNOWN",
                             "Name ACTIVE, SUSPENDED or LEFT.");
    }
    filter.states.push_back(static_cast<StaffState>(state));
  }
  if (request.include_subteams() && request.team().empty()) {
    return status::Invalid("team", "FIELD_REQUIRED", "Say below which team.");
  }
  filter.prefix = request.query_prefix();
  return filter;
}

}  // namespace

void EnrolmentFace::BindStaff() {
  using Face = EnrolmentFace;
  rpc::Bind(service_, "GetStaffMember", this, &Face::GetStaffMember);
  rpc::Bind(service_, "ListStaff", this, &Face::ListStaff);
  rpc::Bind(service_, "GetTeam", this, &Face::GetTeam);
  rpc::Bind(service_, "ListTeams", this, &Face::ListTeams);
}

absl::StatusOr<v1::GetStaffMemberResponse> EnrolmentFace::GetStaffMember(
    const Call& call, const v1::GetStaffMemberRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid staff, StaffOf(call, request.name()));
  const Caller caller = CallerOf(call);
  if (caller.staff != staff && !caller.coach && !caller.admin) {
    return status::Denied("NOT_YOURS", "Only they, coaches and administrators may see this.");
  }
  ASSIGN_OR_RETURN(std::optional<StaffMember> found,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return store::FindStaff(connection, call.principal().organisation, staff);
                   }));
  if (!found.has_value()) return status::NotFound("staff member", request.name());
  v1::GetStaffMemberResponse response;
  *response.mutable_staff_member() = ToProto(*found);
  return response;
}

absl::StatusOr<v1::ListStaffResponse> EnrolmentFace::ListStaff(
    const Call& call, const v1::ListStaffRequest& request) {
  using Found = store::StaffPage;
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(page_tokens_, call, request));
  ASSIGN_OR_RETURN(store::StaffFilter filter, FilterOf(request));
  std::optional<id::Uuid> team;
  if (!request.team().empty()) {
    ASSIGN_OR_RETURN(team, TeamOf(call, request.team()));
  }
  ASSIGN_OR_RETURN(
      Found found,
      db::Read(pool_, call.deadline(), [&](db::Connection& connection) -> Result<Found> {
        if (team.has_value() && request.include_subteams()) {
          ASSIGN_OR_RETURN(filter.teams, store::TeamAndBelow(connection, organisation, *team));
        } else if (team.has_value()) {
          filter.teams = {*team};
        }
        return store::ListStaff(connection, organisation, filter, StaffAt(page.position()),
                                page.limit());
      }));
  v1::ListStaffResponse response;
  response.set_next_page_token(
      found.resume.has_value()
          ? page.TokenAt(PositionOf(*found.resume))
          : page.Cut(found.found, [](const store::FoundStaff& last) { return PositionOf(last); }));
  for (const store::FoundStaff& one : found.found) *response.add_staff() = ToProto(one.member);
  return response;
}

absl::StatusOr<v1::GetTeamResponse> EnrolmentFace::GetTeam(const Call& call,
                                                           const v1::GetTeamRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid team, TeamOf(call, request.name()));
  ASSIGN_OR_RETURN(std::optional<Team> found,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return store::FindTeam(connection, call.principal().organisation, team);
                   }));
  if (!found.has_value()) return status::NotFound("team", request.name());
  v1::GetTeamResponse response;
  *response.mutable_team() = ToProto(*found);
  return response;
}

absl::StatusOr<v1::ListTeamsResponse> EnrolmentFace::ListTeams(
    const Call& call, const v1::ListTeamsRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(page_tokens_, call, request));
  std::optional<id::Uuid> parent;
  if (!request.parent_team().empty()) {
    ASSIGN_OR_RETURN(parent, TeamOf(call, request.parent_team()));
  }
  ASSIGN_OR_RETURN(
      std::vector<Team> teams, db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
        return store::ListTeams(connection, organisation, parent, request.name_prefix(),
                                TeamAt(page.position()), page.limit());
      }));
  v1::ListTeamsResponse response;
  response.set_next_page_token(page.Cut(teams, [](const Team& last) {
    return absl::StrCat(enrolment::PositionOf(last.id), last.display_name);
  }));
  for (const Team& team : teams) *response.add_teams() = ToProto(team);
  return response;
}

}  // namespace dap::enrolment
