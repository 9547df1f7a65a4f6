#include "services/notification/store/resting.h"

#include <optional>

#include "libs/status/macros.h"

namespace dap::notification {
namespace {

constexpr absl::string_view kBegin =
    "INSERT INTO resting (organisation, enrolment, spell) VALUES (?, ?, ?)"
    " ON DUPLICATE KEY UPDATE spell = VALUES(spell)";
constexpr absl::string_view kEnd =
    "DELETE FROM resting WHERE organisation = ? AND enrolment = ? AND spell = ?";
constexpr absl::string_view kFind =
    "SELECT 1 FROM resting WHERE organisation = ? AND enrolment = ?";

}  // namespace

absl::Status BeginResting(db::Connection& tx, const id::Uuid& organisation,
                          const id::Uuid& enrolment, const id::Uuid& spell) {
  return tx.Execute(kBegin, {organisation, enrolment, spell}).status();
}

absl::Status EndResting(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& enrolment,
                        const id::Uuid& spell) {
  return tx.Execute(kEnd, {organisation, enrolment, spell}).status();
}

absl::StatusOr<bool> IsResting(db::Connection& db, const id::Uuid& organisation,
                               const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kFind, {organisation, enrolment}));
  return row.has_value();
}

}  // namespace dap::notification
