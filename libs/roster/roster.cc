#include "libs/roster/roster.h"

#include <string>

#include "dap/enrolment/v1/roster_service.pb.h"
#include "libs/db/migration.h"
#include "libs/db/transaction.h"
#include "libs/rpc/channel.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "roster_migrations.h"

namespace dap::roster {
namespace {

constexpr char kGetRosterEntry[] = "dap.enrolment.v1.RosterService/GetRosterEntry";

}  // namespace

absl::Status Migrate(db::Pool& pool) {
  return db::Migrate(pool, "roster", Migrations(), time::SystemClock());
}

Roster::Roster(db::Pool& pool, std::shared_ptr<rpc::Channel> enrolment_service,
               const RosterOptions& options)
    : pool_(pool), enrolment_service_(std::move(enrolment_service)), options_(options) {}

absl::StatusOr<Entry> Roster::Find(absl::Time deadline, const id::Uuid& organisation,
                                   const id::Uuid& enrolment) {
  const Key key(organisation, enrolment);
  Entry recalled;
  if (Recall(key, &recalled)) return recalled;
  absl::StatusOr<Entry> entry = db::Read(pool_, deadline, [&](db::Connection& connection) {
    return Get(connection, organisation, enrolment);
  });
  if (absl::IsNotFound(entry.status()) && enrolment_service_ != nullptr) {
    entry = Ask(deadline, organisation, enrolment);
  }
  if (entry.ok()) Remember(key, *entry);
  return entry;
}

absl::StatusOr<Entry> Roster::FindFor(const rpc::Call& call, const id::Uuid& organisation,
                                      const id::Uuid& enrolment,
                                      std::initializer_list<Relation> any) {
  RETURN_IF_ERROR(RequireOrganisation(organisation, call.principal()));
  ASSIGN_OR_RETURN(Entry entry, Find(call.deadline(), organisation, enrolment));
  RETURN_IF_ERROR(Require(entry, call.principal(), any));
  return entry;
}

absl::StatusOr<Entry> Roster::Ask(absl::Time deadline, const id::Uuid& organisation,
                                  const id::Uuid& enrolment) {
  enrolment::v1::GetRosterEntryRequest request;
  request.set_organisation(std::string(organisation.bytes()));
  request.set_enrolment(std::string(enrolment.bytes()));
  rpc::CallContext context;
  context.deadline = deadline;
  ASSIGN_OR_RETURN(auto response, enrolment_service_->Call<enrolment::v1::GetRosterEntryResponse>(
                                      kGetRosterEntry, request, context));
  // An event may have brought a later version meanwhile: what stands in the table counts.
  return db::Transaction(pool_, deadline, [&](db::Connection& tx) -> absl::StatusOr<Entry> {
    RETURN_IF_ERROR(Apply(tx, response.entry()));
    return Get(tx, organisation, enrolment);
  });
}

bool Roster::Recall(const Key& key, Entry* entry) {
  absl::MutexLock lock(&mutex_);
  const auto it = cache_.find(key);
  if (it == cache_.end() || it->second.until < machine_clock_.Now()) return false;
  *entry = it->second.entry;
  return true;
}

void Roster::Remember(const Key& key, const Entry& entry) {
  if (options_.cache_age <= absl::ZeroDuration() || options_.cache_size <= 0) return;
  const absl::Time now = machine_clock_.Now();
  absl::MutexLock lock(&mutex_);
  if (cache_.size() >= static_cast<size_t>(options_.cache_size)) {
    absl::erase_if(cache_, [&](const auto& cached) { return cached.second.until < now; });
    // All were found within the last moment: forgetting them costs a query each.
    if (cache_.size() >= static_cast<size_t>(options_.cache_size)) cache_.clear();
  }
  cache_[key] = {entry, now + options_.cache_age};
}

}  // namespace dap::roster
