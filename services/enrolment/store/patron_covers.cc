#include "services/enrolment/store/patron_covers.h"

#include "libs/status/macros.h"

namespace dap::enrolment::store {

#define DAP_COVER_COLUMNS                                                               \
  "c.organisation, c.patron_cover, c.cohort, c.staff_member, c.covering, c.from_time, " \
  "c.until_time, c.state, c.planned_by, c.version, c.lapsed"
#define DAP_COVER_VIEW                                           \
  "SELECT " DAP_COVER_COLUMNS                                    \
  ", COALESCE(s.display_name, '') FROM patron_cover c "          \
  "LEFT JOIN staff_member s ON s.organisation = c.organisation " \
  "AND s.staff_member = c.covering "

const char kListOpenPatronCoversSql[] =
    "SELECT " DAP_COVER_COLUMNS
    " FROM patron_cover c WHERE c.organisation = ? AND c.cohort = ? AND c.state IN (1, 2)";
const char kListPatronCoversFirstSql[] = DAP_COVER_VIEW
    "WHERE c.organisation = ? AND c.cohort = ? AND c.staff_member = ? "
    "ORDER BY c.from_time DESC, c.patron_cover DESC LIMIT ?";
const char kListPatronCoversAfterSql[] = DAP_COVER_VIEW
    "WHERE c.organisation = ? AND c.cohort = ? AND c.staff_member = ? AND c.from_time <= ? "
    "AND (c.from_time < ? OR c.patron_cover < ?) "
    "ORDER BY c.from_time DESC, c.patron_cover DESC LIMIT ?";
const char kListPatronCoversDueSql[] = R"sql(
  (SELECT organisation, cohort, patron_cover FROM patron_cover
   WHERE state = 1 AND from_time <= ? ORDER BY from_time LIMIT ?)
  UNION ALL
  (SELECT organisation, cohort, patron_cover FROM patron_cover
   WHERE state = 2 AND until_time <= ? ORDER BY until_time LIMIT ?))sql";
const char kListCoversBySql[] = R"sql(
  SELECT organisation, cohort, patron_cover FROM patron_cover
  WHERE organisation = ? AND covering = ? AND state = 2)sql";

namespace {

constexpr char kFind[] = DAP_COVER_VIEW "WHERE c.organisation = ? AND c.patron_cover = ?";
#undef DAP_COVER_VIEW
#undef DAP_COVER_COLUMNS

constexpr char kInsert[] = R"sql(
  INSERT INTO patron_cover
    (organisation, patron_cover, cohort, staff_member, covering, from_time, until_time, state,
     on_for, planned_by, version)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";
constexpr char kSave[] = R"sql(
  UPDATE patron_cover SET state = ?, on_for = ?, version = ?, lapsed = ?
  WHERE organisation = ? AND patron_cover = ?)sql";

db::Value OnFor(const PatronCover& cover) {
  return cover.state == CoverState::kOn ? db::Value(cover.patron) : db::Value(db::Null());
}

PatronCover Read(const db::Row& row) {
  PatronCover cover;
  cover.organisation = row.Uuid(0);
  cover.id = row.Uuid(1);
  cover.cohort = row.Uuid(2);
  cover.patron = row.Uuid(3);
  cover.covering = row.Uuid(4);
  cover.from = row.Time(5);
  cover.until = row.Time(6);
  cover.state = static_cast<CoverState>(row.Int(7));
  cover.planned_by = row.Uuid(8);
  cover.version = row.Int(9);
  cover.lapsed = row.Int(10) != 0;
  return cover;
}

absl::StatusOr<std::vector<PatronCoverKey>> Keys(db::Connection& connection, const char* sql,
                                                 const db::Values& values) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
  std::vector<PatronCoverKey> keys;
  for (const db::Row& row : rows) keys.push_back({row.Uuid(0), row.Uuid(1), row.Uuid(2)});
  return keys;
}

}  // namespace

absl::Status InsertPatronCover(db::Connection& tx, const PatronCover& cover) {
  return tx
      .Execute(kInsert, {cover.organisation, cover.id, cover.cohort, cover.patron, cover.covering,
                         cover.from, cover.until, cover.state, OnFor(cover), cover.planned_by,
                         cover.version})
      .status();
}

absl::Status SavePatronCover(db::Connection& tx, PatronCover& cover) {
  ++cover.version;
  return tx
      .Execute(kSave, {cover.state, OnFor(cover), cover.version, cover.lapsed, cover.organisation,
                       cover.id})
      .status();
}

absl::StatusOr<std::optional<PatronCoverView>> FindPatronCover(db::Connection& connection,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& cover) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kFind, {organisation, cover}));
  if (!row.has_value()) return std::optional<PatronCoverView>();
  return std::optional<PatronCoverView>(PatronCoverView{Read(*row), row->String(11)});
}

absl::StatusOr<std::vector<PatronCover>> ListOpenPatronCovers(db::Connection& connection,
                                                              const id::Uuid& organisation,
                                                              const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListOpenPatronCoversSql, {organisation, cohort}));
  std::vector<PatronCover> covers;
  for (const db::Row& row : rows) covers.push_back(Read(row));
  return covers;
}

absl::StatusOr<std::vector<PatronCoverView>> ListPatronCovers(
    db::Connection& connection, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& patron, const std::optional<PatronCoverPosition>& after, int limit) {
  ASSIGN_OR_RETURN(
      db::Rows rows,
      after.has_value()
          ? connection.Query(kListPatronCoversAfterSql, {organisation, cohort, patron, after->from,
                                                         after->from, after->cover, limit})
          : connection.Query(kListPatronCoversFirstSql, {organisation, cohort, patron, limit}));
  std::vector<PatronCoverView> views;
  for (const db::Row& row : rows) views.push_back({Read(row), row.String(11)});
  return views;
}

absl::StatusOr<std::vector<PatronCoverKey>> ListPatronCoversDue(db::Connection& connection,
                                                                absl::Time now, int limit) {
  return Keys(connection, kListPatronCoversDueSql, {now, limit, now, limit});
}

absl::StatusOr<std::vector<PatronCoverKey>> ListPatronCoversBy(db::Connection& connection,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& covering) {
  return Keys(connection, kListCoversBySql, {organisation, covering});
}

}  // namespace dap::enrolment::store
