// Writing down what a participant needs.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_LISTENING_NOTE_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_LISTENING_NOTE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/domain/listening_note.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// By the participant or a coach of the cohort; the same words again are no new revision. An empty
// etag is not looked at. ABORTED (ETAG_MISMATCH), FAILED_PRECONDITION (ENROLMENT_STATE) once it has
// ended.
absl::StatusOr<ListeningNote> UpdateListeningNote(Work& work, const store::EnrolmentKey& key,
                                                  const Caller& caller,
                                                  const ListeningNoteUpdate& update,
                                                  absl::string_view etag);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_LISTENING_NOTE_H_
