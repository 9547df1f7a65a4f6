// The table check_in: what silent participants were asked, and what they said.
#ifndef DAP_SERVICES_ACTIVITY_STORE_CHECK_INS_H_
#define DAP_SERVICES_ACTIVITY_STORE_CHECK_INS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

struct CheckInRow {
  id::Uuid organisation;
  id::Uuid enrolment;
  id::Uuid check_in;
  id::Uuid spell;
  absl::Time create_time;
  int answer = 0;  // dap.activity.v1.CheckInAnswer; 0 before there is one
  std::optional<absl::Time> answer_time;
  std::optional<absl::Time> busy_until_time;
  id::Uuid barrier;  // that they reported with it; nil: none
};

// In as few statements as InsertRows makes of them; their answers are none.
absl::Status InsertCheckIns(db::Connection& tx, absl::Span<const CheckInRow> rows);
// One query on the primary key.
absl::StatusOr<std::optional<CheckInRow>> FindCheckIn(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& enrolment,
                                                      const id::Uuid& check_in);
absl::Status SaveAnswer(db::Connection& tx, const CheckInRow& row);
// The barrier that came of it.
absl::Status SaveCheckInBarrier(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& enrolment, const id::Uuid& check_in,
                                const id::Uuid& barrier);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_CHECK_INS_H_
