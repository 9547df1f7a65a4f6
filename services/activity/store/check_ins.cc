#include "services/activity/store/check_ins.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kInsert =
    "INSERT INTO check_in (organisation, enrolment, check_in, spell, create_time, answer) VALUES";
constexpr absl::string_view kFind =
    "SELECT spell, create_time, answer, answer_time, busy_until_time, barrier FROM check_in"
    " WHERE organisation = ? AND enrolment = ? AND check_in = ?";
constexpr absl::string_view kAnswer =
    "UPDATE check_in SET answer = ?, answer_time = ?, busy_until_time = ?"
    " WHERE organisation = ? AND enrolment = ? AND check_in = ?";

constexpr absl::string_view kSaveBarrier =
    "UPDATE check_in SET barrier = ? WHERE organisation = ? AND enrolment = ? AND check_in = ?";

}  // namespace

absl::Status InsertCheckIns(db::Connection& tx, absl::Span<const CheckInRow> rows) {
  std::vector<db::Values> values;
  for (const CheckInRow& row : rows) {
    values.push_back(
        {row.organisation, row.enrolment, row.check_in, row.spell, row.create_time, 0});
  }
  return tx.InsertRows(kInsert, values).status();
}

absl::StatusOr<std::optional<CheckInRow>> FindCheckIn(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& enrolment,
                                                      const id::Uuid& check_in) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(kFind, {organisation, enrolment, check_in}));
  if (!row) return std::nullopt;
  return CheckInRow{organisation,
                    enrolment,
                    check_in,
                    row->Uuid(0),
                    row->Time(1),
                    static_cast<int>(row->Int(2)),
                    row->OptionalTime(3),
                    row->OptionalTime(4),
                    row->IsNull(5) ? id::Uuid() : row->Uuid(5)};
}

absl::Status SaveAnswer(db::Connection& tx, const CheckInRow& row) {
  return tx
      .Execute(kAnswer, {row.answer, row.answer_time, row.busy_until_time, row.organisation,
                         row.enrolment, row.check_in})
      .status();
}

absl::Status SaveCheckInBarrier(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& enrolment, const id::Uuid& check_in,
                                const id::Uuid& barrier) {
  return tx.Execute(kSaveBarrier, {barrier, organisation, enrolment, check_in}).status();
}

}  // namespace dap::activity
