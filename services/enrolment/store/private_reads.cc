#include "services/enrolment/store/private_reads.h"

namespace dap::enrolment::store {
namespace {

constexpr char kRecord[] =
    "INSERT INTO private_read "
    "(organisation, enrolment, read_day, reader, subject, times, last_time) VALUES";
constexpr char kCount[] =
    "ON DUPLICATE KEY UPDATE times = times + 1, last_time = VALUES(last_time)";

}  // namespace

absl::Status RecordPrivateReads(db::Connection& tx, const id::Uuid& organisation,
                                const std::vector<id::Uuid>& enrolments, const id::Uuid& reader,
                                PrivateSubject subject, absl::CivilDay day, absl::Time now) {
  std::vector<db::Values> rows;
  rows.reserve(enrolments.size());
  for (const id::Uuid& enrolment : enrolments) {
    rows.push_back({organisation, enrolment, day, reader, subject, 1, now});
  }
  return tx.InsertRows(kRecord, rows, kCount).status();
}

}  // namespace dap::enrolment::store
