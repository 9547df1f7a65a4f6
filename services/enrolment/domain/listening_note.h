// Listening notes: what a participant needs, before anything is suggested.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_LISTENING_NOTE_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_LISTENING_NOTE_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/enrolment.h"

namespace dap::enrolment {

struct ListeningNote {
  std::string need_at_work;
  std::string interest_in_life;
  std::string worry;
  std::string access_needs;
  // Counts how often it was written; 0 for one that never was.
  int revision = 0;
  absl::Time write_time;
  id::Uuid written_by;
  By written_as = By::kParticipant;
};

// What somebody writes; what is unset stays.
struct ListeningNoteUpdate {
  std::optional<std::string> need_at_work;
  std::optional<std::string> interest_in_life;
  std::optional<std::string> worry;
  std::optional<std::string> access_needs;
};

// The next revision; nothing where the words are the same.
std::optional<ListeningNote> Write(const ListeningNote& note, const ListeningNoteUpdate& update,
                                   const id::Uuid& by, By as, absl::Time now);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_LISTENING_NOTE_H_
