#include "services/activity/operations/stream_places.h"

#include <utility>

#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "libs/telemetry/metrics.h"

namespace dap::activity {
namespace {

// One of their other streams may end, or another server have room.
constexpr absl::Duration kTryAgain = absl::Seconds(10);

using Person = std::pair<id::Uuid, std::string>;

}  // namespace

struct StreamPlaces::Held {
  explicit Held(const StreamPlacesOptions& with) : options(with) {}

  absl::Status Take(const Person& person) {
    absl::MutexLock lock(&mutex);
    const auto their = people.try_emplace(person, 0).first;
    if (their->second >= options.a_person) {
      return status::Exhausted("STREAMS_OF_PERSON",
                               "You have as many of these open as one may; close another first.",
                               kTryAgain);
    }
    if (all >= options.a_process) {
      if (their->second == 0) people.erase(their);
      return status::Exhausted("STREAMS_OF_SERVER",
                               "This server has no place for another stream now; try again.",
                               kTryAgain);
    }
    ++their->second;
    ++all;
    if (options.open != nullptr) options.open->Set(all);
    return absl::OkStatus();
  }
  void GiveBack(const Person& person) {
    absl::MutexLock lock(&mutex);
    const auto their = people.find(person);
    if (--their->second == 0) people.erase(their);
    --all;
    if (options.open != nullptr) options.open->Set(all);
  }

  const StreamPlacesOptions options;
  absl::Mutex mutex;
  int all ABSL_GUARDED_BY(mutex) = 0;
  absl::flat_hash_map<Person, int> people ABSL_GUARDED_BY(mutex);
};

StreamPlaces::StreamPlaces(const StreamPlacesOptions& options)
    : held_(std::make_shared<Held>(options)) {}

absl::StatusOr<StreamPlaces::Place> StreamPlaces::Take(const auth::Principal& principal) {
  Person person = {principal.organisation, principal.subject};
  absl::Status taken = held_->Take(person);
  if (!taken.ok()) return taken;
  // The pointer's own count is what gives the place back.
  return Place(static_cast<void*>(held_.get()),
               [held = held_, person = std::move(person)](void*) { held->GiveBack(person); });
}

}  // namespace dap::activity
