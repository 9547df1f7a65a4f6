// GoogleMock matchers for absl::Status and absl::StatusOr, for tests only.
//
//   ASSERT_THAT(pool.Acquire(deadline), IsOk());
//   EXPECT_THAT(Accept(enrolment), StatusIs(absl::StatusCode::kFailedPrecondition));
//   EXPECT_THAT(Accept(enrolment), HasReason("PLACE_TAKEN"));
#ifndef DAP_LIBS_STATUS_MATCHERS_H_
#define DAP_LIBS_STATUS_MATCHERS_H_

#include <gmock/gmock.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/status/error.h"

namespace dap::status {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

// The error's UPPER_SNAKE reason.
MATCHER_P(HasReason, reason, "has reason " + std::string(reason)) {
  *result_listener << StatusOf(arg) << " with reason " << Reason(StatusOf(arg));
  return Reason(StatusOf(arg)) == reason;
}

// The error names this field among its violations.
MATCHER_P(NamesField, field, "names the field " + std::string(field)) {
  *result_listener << StatusOf(arg);
  for (const Violation& violation : Violations(StatusOf(arg))) {
    if (violation.subject == field) return true;
  }
  return false;
}

}  // namespace dap::status

#endif  // DAP_LIBS_STATUS_MATCHERS_H_
