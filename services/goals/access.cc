#include "services/goals/access.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"

namespace dap::goals {
namespace {

absl::StatusOr<std::vector<id::Uuid>> IdsOf(absl::string_view name, absl::string_view collection) {
  if (collection.empty()) return id::Ids(name, {"organisations", "cohorts", "enrolments"});
  return id::Ids(name, {"organisations", "cohorts", "enrolments", collection});
}

bool HasEnded(const roster::Entry& entry) {
  return entry.state == enrolment::v1::ENROLMENT_STATE_COMPLETED ||
         entry.state == enrolment::v1::ENROLMENT_STATE_WITHDRAWN;
}

// A coach by the data whose token no longer says so is none.
bool MayCoach(const auth::Principal& principal) { return principal.Has(options::v1::ROLE_COACH); }

}  // namespace

absl::Status Place::RequireOngoing() const {
  if (!ended) return absl::OkStatus();
  return status::Precondition("ENROLMENT_STATE",
                              "The enrolment has ended; what belongs to it can still be read.");
}

absl::StatusOr<Place> Access::Find(const rpc::Call& call, absl::string_view name,
                                   absl::string_view collection, bool coaches_too) {
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> ids, IdsOf(name, collection));
  const auth::Principal& caller = call.principal();
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], caller));
  ASSIGN_OR_RETURN(const roster::Entry entry, roster_.Find(call.deadline(), ids[0], ids[2]));
  RETURN_IF_ERROR(coaches_too && MayCoach(caller) ? roster::RequireSelfOrCoach(entry, caller)
                                                  : roster::RequireSelf(entry, caller));
  Place place;
  place.of = {ids[0], ids[2]};
  place.enrolment =
      id::Name({{"organisations", ids[0]}, {"cohorts", ids[1]}, {"enrolments", ids[2]}});
  if (entry.cohort != ids[1]) return status::NotFound("enrolment", place.enrolment);
  if (ids.size() > 3) place.item = ids[3];
  place.name = std::string(name);
  const absl::StatusOr<absl::TimeZone> zone = time::ZoneOf(entry.time_zone);
  if (!zone.ok()) {
    return status::Internal(absl::StrCat("roster has the time zone ", entry.time_zone));
  }
  place.zone = *zone;
  place.own = entry.IsSelf(caller);
  place.ended = HasEnded(entry);
  return place;
}

absl::StatusOr<Place> Access::ForParticipantOrCoach(const rpc::Call& call, absl::string_view name,
                                                    absl::string_view collection) {
  return Find(call, name, collection, true);
}

absl::StatusOr<Place> Access::ForParticipant(const rpc::Call& call, absl::string_view name,
                                             absl::string_view collection) {
  return Find(call, name, collection, false);
}

absl::Status Access::Read(const rpc::Call& call, const Place& place, PrivateSubject subject,
                          absl::FunctionRef<absl::Status(db::Connection&)> body) {
  return db::Read(pool_, call.deadline(), [&](db::Connection& connection) -> absl::Status {
    RETURN_IF_ERROR(body(connection));
    if (place.own) return absl::OkStatus();
    const absl::Time now = clock_.Now();
    return RecordPrivateRead(connection, place.of, call.principal().staff, subject,
                             time::DayOf(now, place.zone), now);
  });
}

}  // namespace dap::goals
