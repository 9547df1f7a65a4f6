#include "services/goals/store/enrolment_guard.h"

namespace dap::goals {
namespace {

// An UPDATE that changes nothing locks the row all the same.
constexpr char kLock[] =
    "INSERT INTO enrolment_guard (organisation, enrolment) VALUES (?, ?) "
    "ON DUPLICATE KEY UPDATE enrolment = VALUES(enrolment)";

}  // namespace

absl::Status LockEnrolment(db::Connection& tx, const EnrolmentKey& of) {
  return tx.Execute(kLock, {of.organisation, of.enrolment}).status();
}

}  // namespace dap::goals
