#include "services/goals/store/private_read_store.h"

namespace dap::goals {
namespace {

constexpr char kRecord[] =
    "INSERT INTO private_read "
    "(organisation, enrolment, read_day, reader, subject, times, last_time) "
    "VALUES (?, ?, ?, ?, ?, 1, ?) "
    "ON DUPLICATE KEY UPDATE times = times + 1, last_time = VALUES(last_time)";

}  // namespace

absl::Status RecordPrivateRead(db::Connection& tx, const EnrolmentKey& of, const id::Uuid& reader,
                               PrivateSubject subject, absl::CivilDay day, absl::Time now) {
  return tx.Execute(kRecord, {of.organisation, of.enrolment, day, reader, subject, now}).status();
}

}  // namespace dap::goals
