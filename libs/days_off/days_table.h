// The table days_off. The only SQL of this library.
#ifndef DAP_LIBS_DAYS_OFF_DAYS_TABLE_H_
#define DAP_LIBS_DAYS_OFF_DAYS_TABLE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/days_off/days.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::days_off {

// The rows of one scope, those that are there; one query on the key.
absl::StatusOr<std::vector<Days>> List(db::Connection& db, const id::Uuid& organisation,
                                       Scope scope, absl::Span<const id::Uuid> subjects);
// The organisation's row, with those of these cohorts, members of staff and enrolments; one query.
struct Subjects {
  std::vector<id::Uuid> cohorts, staff_members, enrolments;
};
absl::StatusOr<std::vector<Days>> List(db::Connection& db, const id::Uuid& organisation,
                                       const Subjects& subjects);
// Leave of a person; one query on its index.
absl::StatusOr<std::vector<Days>> ListLeaveOf(db::Connection& db, const id::Uuid& organisation,
                                              const id::Uuid& staff_member);

// The statements, for the test that each goes by an index; the lists with one place each.
extern const char kListLeaveOfSql[];
std::string ListSubjectsSql();

}  // namespace dap::days_off

#endif  // DAP_LIBS_DAYS_OFF_DAYS_TABLE_H_
