// Listening notes, every revision of them.
#ifndef DAP_SERVICES_ENROLMENT_STORE_LISTENING_NOTES_H_
#define DAP_SERVICES_ENROLMENT_STORE_LISTENING_NOTES_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/listening_note.h"

namespace dap::enrolment::store {

absl::Status InsertListeningNote(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& enrolment, const ListeningNote& note);
// The one that holds; revision 0, and empty, where none was written.
absl::StatusOr<ListeningNote> FindListeningNote(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& enrolment);
// Newest first, those below revision `below`.
absl::StatusOr<std::vector<ListeningNote>> ListListeningNotes(db::Connection& connection,
                                                              const id::Uuid& organisation,
                                                              const id::Uuid& enrolment, int below,
                                                              int limit);

// The statement of lists, for the test that it goes by its index.
extern const char kListListeningNotesSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_LISTENING_NOTES_H_
