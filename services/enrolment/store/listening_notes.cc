#include "services/enrolment/store/listening_notes.h"

#include <limits>
#include <utility>

#include "libs/status/macros.h"

namespace dap::enrolment::store {

const char kListListeningNotesSql[] = R"sql(
  SELECT need_at_work, interest_in_life, worry, access_needs, revision, write_time, written_by,
    written_as
  FROM listening_note WHERE organisation = ? AND enrolment = ? AND revision < ?
  ORDER BY revision DESC LIMIT ?)sql";

namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO listening_note
    (organisation, enrolment, revision, need_at_work, interest_in_life, worry, access_needs,
     write_time, written_by, written_as)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

constexpr int kAll = std::numeric_limits<int>::max();

}  // namespace

absl::Status InsertListeningNote(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& enrolment, const ListeningNote& note) {
  return tx
      .Execute(kInsert,
               {organisation, enrolment, note.revision, note.need_at_work, note.interest_in_life,
                note.worry, note.access_needs, note.write_time, note.written_by, note.written_as})
      .status();
}

absl::StatusOr<ListeningNote> FindListeningNote(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::vector<ListeningNote> notes,
                   ListListeningNotes(connection, organisation, enrolment, kAll, 1));
  return notes.empty() ? ListeningNote() : std::move(notes.front());
}

absl::StatusOr<std::vector<ListeningNote>> ListListeningNotes(db::Connection& connection,
                                                              const id::Uuid& organisation,
                                                              const id::Uuid& enrolment, int below,
                                                              int limit) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kListListeningNotesSql,
                                                   {organisation, enrolment, below, limit}));
  std::vector<ListeningNote> notes;
  for (const db::Row& row : rows) {
    notes.push_back({row.String(0), row.String(1), row.String(2), row.String(3),
                     static_cast<int>(row.Int(4)), row.Time(5), row.Uuid(6),
                     static_cast<By>(row.Int(7))});
  }
  return notes;
}

}  // namespace dap::enrolment::store
