#include "services/activity/store/private_reads.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kRecord =
    "INSERT INTO private_read (organisation, enrolment, read_day, reader, subject, times,"
    " last_time) VALUES (?, ?, ?, ?, ?, 1, ?)"
    " ON DUPLICATE KEY UPDATE times = times + 1, last_time = VALUES(last_time)";

}  // namespace

absl::Status RecordPrivateRead(db::Connection& db, const id::Uuid& organisation,
                               const id::Uuid& enrolment, const id::Uuid& reader,
                               PrivateSubject subject, absl::CivilDay day, absl::Time now) {
  return db.Execute(kRecord, {organisation, enrolment, day, reader, subject, now}).status();
}

}  // namespace dap::activity
