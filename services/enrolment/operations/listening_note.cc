#include "services/enrolment/operations/listening_note.h"

#include <optional>
#include <utility>

#include "libs/status/macros.h"
#include "services/enrolment/operations/arrange.h"
#include "services/enrolment/operations/record_reads.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/listening_notes.h"

namespace dap::enrolment {

absl::StatusOr<ListeningNote> UpdateListeningNote(Work& work, const store::EnrolmentKey& key,
                                                  const Caller& caller,
                                                  const ListeningNoteUpdate& update,
                                                  absl::string_view etag) {
  ASSIGN_OR_RETURN(Locked locked, LockOwnOrAsCoach(work, key, caller));
  RETURN_IF_ERROR(CheckNotEnded(locked.enrolment));
  ASSIGN_OR_RETURN(ListeningNote note,
                   store::FindListeningNote(work.tx, key.organisation, key.enrolment));
  RETURN_IF_ERROR(CheckEtag(etag, note.revision));
  RETURN_IF_ERROR(
      RecordRead(work, locked.enrolment, caller, store::PrivateSubject::kListeningNote));
  const By as = IsSelf(locked.enrolment, caller) ? By::kParticipant : locked.by;
  const std::optional<ListeningNote> next = Write(note, update, caller.staff, as, work.now);
  if (!next.has_value()) return note;
  RETURN_IF_ERROR(store::InsertListeningNote(work.tx, key.organisation, key.enrolment, *next));
  return *next;
}

}  // namespace dap::enrolment
