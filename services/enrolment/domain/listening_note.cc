#include "services/enrolment/domain/listening_note.h"

#include <tuple>

namespace dap::enrolment {
namespace {

auto Words(const ListeningNote& note) {
  return std::tie(note.need_at_work, note.interest_in_life, note.worry, note.access_needs);
}

}  // namespace

std::optional<ListeningNote> Write(const ListeningNote& note, const ListeningNoteUpdate& update,
                                   const id::Uuid& by, By as, absl::Time now) {
  ListeningNote next = note;
  next.need_at_work = update.need_at_work.value_or(note.need_at_work);
  next.interest_in_life = update.interest_in_life.value_or(note.interest_in_life);
  next.worry = update.worry.value_or(note.worry);
  next.access_needs = update.access_needs.value_or(note.access_needs);
  if (Words(next) == Words(note)) return std::nullopt;
  ++next.revision;
  next.write_time = now;
  next.written_by = by;
  next.written_as = as;
  return next;
}

}  // namespace dap::enrolment
