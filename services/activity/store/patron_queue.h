// The table patron_queue_entry, and the patron's board, which reads it with the roster.
#ifndef DAP_SERVICES_ACTIVITY_STORE_PATRON_QUEUE_H_
#define DAP_SERVICES_ACTIVITY_STORE_PATRON_QUEUE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/patronage.h"

namespace dap::activity {

struct QueueEntry {
  id::Uuid organisation;
  id::Uuid entry;
  id::Uuid enrolment;
  id::Uuid patron;  // nil: none
  EntryReason reason = EntryReason::kSilence;
  Outcome outcome = Outcome::kOpen;
  absl::Time create_time;
  // The first day on which it may move on by itself; see EarliestDue.
  absl::CivilDay due_day;
};

// ALREADY_EXISTS (DUPLICATE_KEY) where one of the enrolments has an open one.
absl::Status InsertQueueEntries(db::Connection& tx, absl::Span<const QueueEntry> entries);

// Whom to ask about somebody: their patron as the roster has it, and whether one was asked already.
struct PatronOf {
  id::Uuid enrolment;
  id::Uuid patron;  // nil: none
  bool has_open_entry = false;
};
// Those that the roster does not have are left out. One read along both keys; without a lock, as
// entries are opened and closed under that of the participation.
absl::StatusOr<std::vector<PatronOf>> ListPatronsOf(db::Connection& db,
                                                    const id::Uuid& organisation,
                                                    absl::Span<const id::Uuid> enrolments);
// Those of `entries` that are open or snoozed, locked. One read by key.
absl::StatusOr<std::vector<QueueEntry>> LockOpenQueueEntries(db::Connection& tx,
                                                             const id::Uuid& organisation,
                                                             absl::Span<const id::Uuid> entries);
// Both lock what they find.
absl::StatusOr<std::optional<QueueEntry>> LockQueueEntry(db::Connection& tx,
                                                         const id::Uuid& organisation,
                                                         const id::Uuid& entry);
absl::StatusOr<std::optional<QueueEntry>> LockOpenQueueEntry(db::Connection& tx,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& enrolment);
// Keeps outcome, patron and due day; closes it where the outcome is not open.
absl::Status SaveQueueEntry(db::Connection& tx, const QueueEntry& entry, absl::Time now);
// The same for many that are there, in one statement.
absl::Status SaveQueueEntries(db::Connection& tx, absl::Span<const QueueEntry> entries,
                              absl::Time now);

// Open and snoozed entries that may be due on `day`, oldest first, after that place.
struct DuePlace {
  absl::CivilDay due_day = absl::CivilDay(1970, 1, 1);
  id::Uuid entry;
};
absl::StatusOr<std::vector<QueueEntry>> ListDueQueueEntries(db::Connection& db,
                                                            const id::Uuid& organisation,
                                                            absl::CivilDay day,
                                                            const DuePlace& after, int limit);

// What a patron sees of an entry, with the name and cohort of whom it is about.
struct QueueView {
  QueueEntry entry;
  id::Uuid cohort;
  std::string participant_display_name;
};
struct QueuePlace {
  absl::Time create_time = absl::UnixEpoch();
  id::Uuid entry;
};
// Where that entry is in the queue; the beginning where there is none.
absl::StatusOr<QueuePlace> FindQueuePlace(db::Connection& db, const id::Uuid& organisation,
                                          const id::Uuid& entry);
// The patron's open entries, oldest first, after that place.
absl::StatusOr<std::vector<QueueView>> ListQueue(db::Connection& db, const id::Uuid& organisation,
                                                 const id::Uuid& patron, const QueuePlace& after,
                                                 int limit);
absl::StatusOr<std::optional<QueueView>> FindQueueView(db::Connection& db,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& entry);

// One row of the board: what PatronView is made of, and no more.
struct BoardRow {
  id::Uuid enrolment;
  id::Uuid cohort;
  std::string participant_display_name;
  bool standing_still = false;
  Rung rung = Rung::kNone;
  bool has_open_entry = false;
};
struct BoardPlace {
  std::string participant_display_name;
  id::Uuid enrolment;
};
// The patron's participants who take part, by name, after that place.
absl::StatusOr<std::vector<BoardRow>> ListBoard(db::Connection& db, const id::Uuid& organisation,
                                                const id::Uuid& patron,
                                                const std::optional<BoardPlace>& after, int limit);

// For the test that they go by their indexes.
// The second is followed by the list of enrolments.
extern const absl::string_view kListQueueSql;
extern const absl::string_view kListPatronsSql;
extern const absl::string_view kListDueSql;
extern const absl::string_view kListBoardSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_PATRON_QUEUE_H_
