#include "services/enrolment/store/arrangement_changes.h"

#include "libs/status/macros.h"

namespace dap::enrolment::store {

#define DAP_CHANGE_COLUMNS                                                               \
  "organisation, enrolment, version, change_time, changed_by, changed_as, "              \
  "from_minutes, from_sessions, from_days, from_workshop, from_conversation, "           \
  "from_one_to_one, from_online, from_target, from_tolerance, to_minutes, to_sessions, " \
  "to_days, to_workshop, to_conversation, to_one_to_one, to_online, to_target, to_tolerance"

const char kListArrangementChangesSql[] =
    "SELECT " DAP_CHANGE_COLUMNS
    " FROM arrangement_change WHERE organisation = ? AND enrolment = ? AND version < ? "
    "ORDER BY version DESC LIMIT ?";

namespace {

constexpr char kInsert[] =
    "INSERT INTO arrangement_change (" DAP_CHANGE_COLUMNS
    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
#undef DAP_CHANGE_COLUMNS

// The columns of one arrangement, in the order of the statements.
constexpr int kColumns = 9;
constexpr int kFrom = 6;
constexpr int kTo = kFrom + kColumns;

void Append(const std::optional<Arrangement>& arrangement, db::Values& values) {
  if (!arrangement.has_value()) {
    values.insert(values.end(), kColumns, db::Null());
    return;
  }
  const Arrangement& a = *arrangement;
  const db::Values columns = {a.commitment.minutes_per_week,
                              a.commitment.sessions_per_week,
                              a.preferred_days.bits,
                              a.blend.workshop,
                              a.blend.conversation,
                              a.blend.one_to_one,
                              a.blend.online,
                              a.balance.target,
                              a.balance.tolerance};
  values.insert(values.end(), columns.begin(), columns.end());
}

std::optional<Arrangement> Read(const db::Row& row, int at) {
  if (row.IsNull(at)) return std::nullopt;
  const auto number = [&](int column) { return static_cast<int>(row.Int(at + column)); };
  return Arrangement{{number(0), number(1)},
                     {number(2)},
                     {number(3), number(4), number(5), number(6)},
                     {row.Double(at + 7), row.Double(at + 8)}};
}

}  // namespace

absl::Status InsertArrangementChange(db::Connection& tx, const ArrangementChange& change) {
  db::Values values = {change.organisation, change.enrolment,  change.version,
                       change.change_time,  change.changed_by, change.changed_as};
  Append(change.from, values);
  Append(change.to, values);
  return tx.Execute(kInsert, values).status();
}

absl::StatusOr<std::vector<ArrangementChange>> ListArrangementChanges(db::Connection& connection,
                                                                      const id::Uuid& organisation,
                                                                      const id::Uuid& enrolment,
                                                                      int64_t below, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kListArrangementChangesSql,
                                                   {organisation, enrolment, below, limit}));
  std::vector<ArrangementChange> changes;
  for (const db::Row& row : rows) {
    changes.push_back({row.Uuid(0), row.Uuid(1), row.Int(2), row.Time(3), row.Uuid(4),
                       static_cast<By>(row.Int(5)), Read(row, kFrom),
                       Read(row, kTo).value_or(Arrangement())});
  }
  return changes;
}

}  // namespace dap::enrolment::store
