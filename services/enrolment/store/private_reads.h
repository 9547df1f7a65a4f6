// The table private_read: who else read somebody's private data.
#ifndef DAP_SERVICES_ENROLMENT_STORE_PRIVATE_READS_H_
#define DAP_SERVICES_ENROLMENT_STORE_PRIVATE_READS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::enrolment::store {

// What was read; as in the proto, by number.
enum class PrivateSubject { kEnrolment = 1, kListeningNote = 2, kArrangement = 3 };

// Notes that `reader` read the private data of some enrolments: one row a day, enrolment, reader
// and subject, which counts. `day` is that of `now` in the organisation's time zone. A few
// statements.
absl::Status RecordPrivateReads(db::Connection& tx, const id::Uuid& organisation,
                                const std::vector<id::Uuid>& enrolments, const id::Uuid& reader,
                                PrivateSubject subject, absl::CivilDay day, absl::Time now);

// One row, with the reader's name.
struct PrivateRead {
  absl::CivilDay day;
  id::Uuid reader;
  std::string reader_display_name;
  PrivateSubject subject = PrivateSubject::kEnrolment;
  int times = 0;
  absl::Time last_time;
};
// Where a page begins: after this row.
struct PrivateReadPosition {
  absl::CivilDay day;
  id::Uuid reader;
  PrivateSubject subject = PrivateSubject::kEnrolment;
};
// Of an enrolment, the newest day first.
absl::StatusOr<std::vector<PrivateRead>> ListPrivateReads(
    db::Connection& connection, const id::Uuid& organisation, const id::Uuid& enrolment,
    const std::optional<PrivateReadPosition>& after, int limit);

// The statements of lists, for the test that each goes by its index.
extern const char kListPrivateReadsFirstSql[];
extern const char kListPrivateReadsAfterSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_PRIVATE_READS_H_
