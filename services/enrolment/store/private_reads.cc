#include "services/enrolment/store/private_reads.h"

#include "libs/status/macros.h"

namespace dap::enrolment::store {

#define DAP_READS                                                                   \
  "SELECT r.read_day, r.reader, COALESCE(s.display_name, ''), r.subject, r.times, " \
  "r.last_time FROM private_read r LEFT JOIN staff_member s "                       \
  "ON s.organisation = r.organisation AND s.staff_member = r.reader "
#define DAP_READS_ORDER "ORDER BY r.read_day DESC, r.reader DESC, r.subject DESC LIMIT ?"
const char kListPrivateReadsFirstSql[] =
    DAP_READS "WHERE r.organisation = ? AND r.enrolment = ? " DAP_READS_ORDER;
const char kListPrivateReadsAfterSql[] = DAP_READS
    "WHERE r.organisation = ? AND r.enrolment = ? AND r.read_day <= ? "
    "AND (r.read_day < ? OR r.reader < ? OR (r.reader = ? AND r.subject < ?)) " DAP_READS_ORDER;
#undef DAP_READS
#undef DAP_READS_ORDER

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

absl::StatusOr<std::vector<PrivateRead>> ListPrivateReads(
    db::Connection& connection, const id::Uuid& organisation, const id::Uuid& enrolment,
    const std::optional<PrivateReadPosition>& after, int limit) {
  ASSIGN_OR_RETURN(
      db::Rows rows,
      after.has_value()
          ? connection.Query(kListPrivateReadsAfterSql,
                             {organisation, enrolment, after->day, after->day, after->reader,
                              after->reader, after->subject, limit})
          : connection.Query(kListPrivateReadsFirstSql, {organisation, enrolment, limit}));
  std::vector<PrivateRead> reads;
  for (const db::Row& row : rows) {
    reads.push_back({row.Day(0), row.Uuid(1), row.String(2),
                     static_cast<PrivateSubject>(row.Int(3)), static_cast<int>(row.Int(4)),
                     row.Time(5)});
  }
  return reads;
}

}  // namespace dap::enrolment::store
