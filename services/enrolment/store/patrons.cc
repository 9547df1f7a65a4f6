#include "services/enrolment/store/patrons.h"

#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {

#define DAP_PATRON_VIEW                                                                         \
  "SELECT p.organisation, p.cohort, p.staff_member, p.state, p.introduced_at_team_meeting, "    \
  "p.line_managers_agreed_time, p.names_supplied, p.special_requirements_told, p.invite_time, " \
  "p.answer_time, p.version, COALESCE(l.participants, 0), COALESCE(s.display_name, ''), "       \
  "COALESCE(o.patron_limit, 0), COALESCE(c.title, '') "                                         \
  "FROM patron p "                                                                              \
  "LEFT JOIN patron_load l ON l.organisation = p.organisation "                                 \
  "AND l.staff_member = p.staff_member "                                                        \
  "LEFT JOIN staff_member s ON s.organisation = p.organisation "                                \
  "AND s.staff_member = p.staff_member "                                                        \
  "LEFT JOIN organisation_settings o ON o.organisation = p.organisation "                       \
  "LEFT JOIN cohort c ON c.organisation = p.organisation AND c.cohort = p.cohort "

constexpr char kFind[] =
    DAP_PATRON_VIEW "WHERE p.organisation = ? AND p.cohort = ? AND p.staff_member = ?";
const char kListPatronsSql[] = DAP_PATRON_VIEW
    "WHERE p.organisation = ? AND p.cohort = ? AND p.staff_member > ? "
    "ORDER BY p.staff_member LIMIT ?";
const char kListPatronagesSql[] = DAP_PATRON_VIEW
    "WHERE p.organisation = ? AND p.staff_member = ? AND p.cohort > ? "
    "ORDER BY p.cohort LIMIT ?";
#undef DAP_PATRON_VIEW

namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO patron
    (organisation, cohort, staff_member, state, introduced_at_team_meeting,
     line_managers_agreed_time, names_supplied, special_requirements_told, invite_time,
     answer_time, version)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

constexpr char kSave[] = R"sql(
  UPDATE patron SET state = ?, introduced_at_team_meeting = ?, line_managers_agreed_time = ?,
    names_supplied = ?, special_requirements_told = ?, invite_time = ?, answer_time = ?,
    version = ?
  WHERE organisation = ? AND cohort = ? AND staff_member = ?)sql";

constexpr char kMakeLoad[] = R"sql(
  INSERT INTO patron_load (organisation, staff_member, participants) VALUES (?, ?, 0)
  ON DUPLICATE KEY UPDATE participants = participants)sql";
constexpr char kLockLoad[] = R"sql(
  SELECT participants FROM patron_load WHERE organisation = ? AND staff_member = ? FOR UPDATE)sql";
constexpr char kAddLoad[] = R"sql(
  UPDATE patron_load SET participants = participants + ?
  WHERE organisation = ? AND staff_member = ?)sql";

PatronView FromRow(const db::Row& row) {
  PatronView view;
  Patron& patron = view.patron;
  patron.organisation = row.Uuid(0);
  patron.cohort = row.Uuid(1);
  patron.staff = row.Uuid(2);
  patron.state = static_cast<PatronState>(row.Int(3));
  patron.checklist = {row.Bool(4), row.Bool(5), row.Bool(6), row.Bool(7)};
  patron.invite_time = row.Time(8);
  patron.answer_time = row.OptionalTime(9);
  patron.version = row.Int(10);
  patron.participants = static_cast<int>(row.Int(11));
  view.display_name = row.String(12);
  patron.participant_limit = static_cast<int>(row.Int(13));
  view.cohort_title = row.String(14);
  return view;
}

}  // namespace

absl::Status InsertPatron(db::Connection& tx, const Patron& patron) {
  const PatronChecklist& list = patron.checklist;
  return tx
      .Execute(kInsert, {patron.organisation, patron.cohort, patron.staff, patron.state,
                         list.introduced_at_team_meeting, list.line_managers_agreed_time,
                         list.names_supplied, list.special_requirements_told, patron.invite_time,
                         patron.answer_time, patron.version})
      .status();
}

absl::Status SavePatron(db::Connection& tx, Patron& patron) {
  ++patron.version;
  const PatronChecklist& list = patron.checklist;
  return tx
      .Execute(kSave, {patron.state, list.introduced_at_team_meeting,
                       list.line_managers_agreed_time, list.names_supplied,
                       list.special_requirements_told, patron.invite_time, patron.answer_time,
                       patron.version, patron.organisation, patron.cohort, patron.staff})
      .status();
}

absl::StatusOr<std::optional<PatronView>> FindPatron(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& cohort,
                                                     const id::Uuid& staff) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kFind, {organisation, cohort, staff}));
  if (!row.has_value()) return std::optional<PatronView>();
  return std::optional<PatronView>(FromRow(*row));
}

absl::StatusOr<std::vector<PatronView>> ListPatrons(db::Connection& connection,
                                                    const id::Uuid& organisation,
                                                    const id::Uuid& cohort, const id::Uuid& after,
                                                    int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListPatronsSql, {organisation, cohort, after, limit}));
  std::vector<PatronView> views;
  for (const db::Row& row : rows) views.push_back(FromRow(row));
  return views;
}

absl::StatusOr<std::vector<PatronView>> ListPatronages(db::Connection& connection,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& staff, const id::Uuid& after,
                                                       int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListPatronagesSql, {organisation, staff, after, limit}));
  std::vector<PatronView> views;
  for (const db::Row& row : rows) views.push_back(FromRow(row));
  return views;
}

absl::StatusOr<int> LockPatronLoad(db::Connection& tx, const id::Uuid& organisation,
                                   const id::Uuid& staff) {
  RETURN_IF_ERROR(tx.Execute(kMakeLoad, {organisation, staff}).status());
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kLockLoad, {organisation, staff}));
  if (!row.has_value()) return status::Internal("a patron's load is gone");
  return static_cast<int>(row->Int(0));
}

absl::Status AddPatronLoad(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& staff,
                           int by) {
  return tx.Execute(kAddLoad, {by, organisation, staff}).status();
}

}  // namespace dap::enrolment::store
