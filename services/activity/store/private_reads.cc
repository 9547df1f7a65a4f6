#include "services/activity/store/private_reads.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kRecord =
    "INSERT INTO private_read (organisation, enrolment, read_day, reader, subject, times,"
    " last_time) VALUES";
constexpr absl::string_view kAgain =
    " ON DUPLICATE KEY UPDATE times = times + 1, last_time = VALUES(last_time)";

}  // namespace

absl::Status RecordPrivateReads(db::Connection& tx, const id::Uuid& organisation,
                                absl::Span<const id::Uuid> enrolments, const id::Uuid& reader,
                                PrivateSubject subject, absl::CivilDay day, absl::Time now) {
  std::vector<db::Values> rows;
  for (const id::Uuid& enrolment : enrolments) {
    rows.push_back({organisation, enrolment, day, reader, subject, 1, now});
  }
  return tx.InsertRows(kRecord, rows, kAgain).status();
}

}  // namespace dap::activity
