// The read-model of enrolments that a service keeps, so that none of its requests needs the
// enrolment service.
#ifndef DAP_LIBS_ROSTER_ROSTER_H_
#define DAP_LIBS_ROSTER_ROSTER_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dap/enrolment/v1/roster.pb.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "libs/rpc/call.h"
#include "libs/time/clock.h"

namespace dap::db {
class Connection;
class Pool;
}  // namespace dap::db
namespace dap::rpc {
class Channel;
}

namespace dap::roster {

// Makes or upgrades the roster's tables in the pool's schema, as "roster" in its migrations.
absl::Status Migrate(db::Pool& pool);

// Takes in an entry, from an EnrolmentChanged event within the consumer's transaction: it takes the
// place of one with a lower version and of no other. INVALID_ARGUMENT (ROSTER_ENTRY_MALFORMED) for
// one without its ids or version. One statement.
absl::Status Apply(db::Connection& tx, const enrolment::v1::RosterEntry& entry);

// The entry as this transaction sees it; NOT_FOUND where it is not here (yet). One query.
absl::StatusOr<Entry> Get(db::Connection& tx, const id::Uuid& organisation,
                          const id::Uuid& enrolment);

// Entries of all states, by enrolment id. One query on an index each.
absl::StatusOr<std::vector<Entry>> ListByCohort(db::Connection& tx, const id::Uuid& organisation,
                                                const id::Uuid& cohort);
absl::StatusOr<std::vector<Entry>> ListByParticipant(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& participant);
absl::StatusOr<std::vector<Entry>> ListByPatron(db::Connection& tx, const id::Uuid& organisation,
                                                const id::Uuid& patron);

// Those who take part (AWAITING_KICKOFF, ACTIVE, PAUSED), by enrolment id, after that one; at most
// `limit`. One query along the primary key.
absl::StatusOr<std::vector<Entry>> ListUnderWay(db::Connection& tx, const id::Uuid& organisation,
                                                const id::Uuid& after, int limit);

struct RosterOptions {
  // How old an answer of Find may be beyond the event's own way here, in this and every replica.
  // Zero asks the database each time.
  absl::Duration cache_age = absl::Seconds(1);
  // Entries remembered, some 500 bytes each.
  int cache_size = 20000;
};

// Thread-safe.
class Roster {
 public:
  // `enrolment_service` may be null (the enrolment service itself): then nobody is asked.
  Roster(db::Pool& pool, std::shared_ptr<rpc::Channel> enrolment_service,
         const RosterOptions& options = {});

  // The entry; from memory where it was found within `cache_age`, else by one query. One that is
  // not here is asked for once at the enrolment service and kept. NOT_FOUND (ENROLMENT_NOT_FOUND)
  // where that knows none; UNAVAILABLE and the like where it cannot be asked. Says nothing of who
  // may see it: call RequireOrganisation before and Require after, or FindFor.
  absl::StatusOr<Entry> Find(absl::Time deadline, const id::Uuid& organisation,
                             const id::Uuid& enrolment);

  // RequireOrganisation, Find, Require: the entry, for a caller who is one of `any` to it.
  absl::StatusOr<Entry> FindFor(const rpc::Call& call, const id::Uuid& organisation,
                                const id::Uuid& enrolment, std::initializer_list<Relation> any);

 private:
  using Key = std::pair<id::Uuid, id::Uuid>;
  struct Cached {
    Entry entry;
    absl::Time until;
  };

  bool Recall(const Key& key, Entry* entry);
  void Remember(const Key& key, const Entry& entry);
  absl::StatusOr<Entry> Ask(absl::Time deadline, const id::Uuid& organisation,
                            const id::Uuid& enrolment);

  db::Pool& pool_;
  const std::shared_ptr<rpc::Channel> enrolment_service_;
  const RosterOptions options_;
  const time::SystemClock machine_clock_;
  absl::Mutex mutex_;
  absl::flat_hash_map<Key, Cached> cache_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dap::roster

#endif  // DAP_LIBS_ROSTER_ROSTER_H_
