#include "services/notification/store/gatherings.h"

#include "libs/status/macros.h"

namespace dap::notification {
namespace {

#define DAP_GATHERING_COLUMNS                                                              \
  "organisation, session, cohort, kind, state, title, start_time, place, link, sequence, " \
  "end_time, participant"

constexpr char kFind[] =
    "SELECT " DAP_GATHERING_COLUMNS " FROM gathering WHERE organisation = ? AND session = ?";
constexpr char kSave[] = "REPLACE INTO gathering (" DAP_GATHERING_COLUMNS
                         ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kList[] = "SELECT " DAP_GATHERING_COLUMNS
                         " FROM gathering WHERE organisation = ? AND cohort = ? AND kind = ? AND "
                         "start_time > ? AND state = ? ORDER BY start_time";

GatheringRow FromRow(const db::Row& row) {
  GatheringRow gathering;
  gathering.organisation = row.Uuid(0);
  gathering.session = row.Uuid(1);
  gathering.cohort = row.Uuid(2);
  gathering.kind = static_cast<int>(row.Int(3));
  gathering.state = static_cast<int>(row.Int(4));
  gathering.title = row.String(5);
  gathering.start_time = row.Time(6);
  gathering.place = row.String(7);
  gathering.link = row.String(8);
  gathering.sequence = static_cast<int>(row.Int(9));
  gathering.end_time = row.OptionalTime(10);
  if (!row.IsNull(11)) gathering.participant = row.Uuid(11);
  return gathering;
}

}  // namespace

absl::StatusOr<std::optional<GatheringRow>> FindGathering(db::Connection& db,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& session) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kFind, {organisation, session}));
  std::optional<GatheringRow> gathering;
  if (row) gathering = FromRow(*row);
  return gathering;
}

absl::Status SaveGathering(db::Connection& tx, const GatheringRow& gathering) {
  return tx
      .Execute(kSave, {gathering.organisation, gathering.session, gathering.cohort, gathering.kind,
                       gathering.state, gathering.title, gathering.start_time, gathering.place,
                       gathering.link, gathering.sequence, gathering.end_time,
                       gathering.participant.is_nil() ? db::Value(db::Null())
                                                      : db::Value(gathering.participant)})
      .status();
}

absl::StatusOr<std::vector<GatheringRow>> ListGatherings(db::Connection& db,
                                                         const id::Uuid& organisation,
                                                         const id::Uuid& cohort, int kind,
                                                         int state, absl::Time after) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(kList, {organisation, cohort, kind, after, state}));
  std::vector<GatheringRow> gatherings;
  for (const db::Row& row : rows) gatherings.push_back(FromRow(row));
  return gatherings;
}

}  // namespace dap::notification
