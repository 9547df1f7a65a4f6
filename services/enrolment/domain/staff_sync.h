// The HR sync's rules for one record, and its guard. Pure: what is held and what came, in; what
// follows, out. What needs all records at once (references, addresses) is in store/sync_plan_sql.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff.h"

namespace dap::enrolment {

enum class SyncMode { kUnspecified = 0, kFull = 1, kDelta = 2 };

// As in the proto, by number; kApplying is told as PLANNED: it always ends as kApplied.
enum class SyncState {
  kReceiving = 1,
  kPlanned = 2,
  kRefused = 3,
  kApplied = 4,
  kExpired = 5,
  kApplying = 6
};

enum class RecordKind { kTeam = 1, kPerson = 2 };

// Why a record is left out; kept by number.
enum class Fault {
  kNone = 0,
  kExternalIdMissing = 1,
  kDuplicateRecord = 2,
  kEmailTaken = 3,
  kEmailMalformed = 4,
  kTeamUnknown = 5,
  kManagerUnknown = 6,
  kTeamCycle = 7,
  kFieldInvalid = 8,
  kDisplayNameMissing = 9,
  kEmailMissing = 10
};
// "EMAIL_TAKEN".
absl::string_view FaultName(Fault fault);

// A record as it came. An absent field keeps what is held; an empty `above` or `manager` clears it.
struct SyncRecord {
  int64_t sequence = 0;
  RecordKind kind = RecordKind::kPerson;
  std::string external_id;
  std::optional<std::string> display_name;
  std::optional<std::string> email;
  // The external id of a person's team, or of the team above a team.
  std::optional<std::string> above;
  std::optional<std::string> manager;
  bool left = false;
  std::optional<absl::Time> update_time;
  // What is wrong with it, and the field.
  Fault fault = Fault::kNone;
  std::string field;
};

// Makes a record comparable and finds what can be found wrong in it alone: white space around
// values goes, times are cut to microseconds, and of a leaver only key, name and time count (HR
// systems blank the rest). Sets `fault` and `field` unless they are set.
void Normalise(SyncRecord& record);
// It can't be kept by its key: there is none, or it is not valid.
bool HasNoKey(const SyncRecord& record);

// A digest of a normalised record, without its time: the same one again changes nothing.
std::string Digest(const SyncRecord& record);

// A person or team that is held, with references as external ids. A team is always kActive.
struct Held {
  id::Uuid id;
  StaffState state = StaffState::kActive;
  std::string display_name;
  std::string email;
  std::optional<std::string> above;
  std::optional<std::string> manager;
  std::optional<absl::Time> update_time;
  // Of the record that was applied last; empty where that is not known.
  std::string digest;
  int64_t version = 0;

  friend bool operator==(const Held&, const Held&) = default;
};

// What follows from a record; kept by number. kTouched: nothing but the time is new.
enum class Verdict {
  kCreated = 1,
  kUpdated = 2,
  kUnchanged = 3,
  kReturned = 4,
  kLeft = 5,
  kTouched = 6
};

struct Judgement {
  Verdict verdict = Verdict::kUnchanged;
  Fault fault = Fault::kNone;
  std::string field;
  // Gives up the address held.
  bool releases = false;
  // An address wanted that is not held now.
  std::optional<std::string> claim;
};

// The verdict where key, state, time and digest of `held` decide it: the record is stale or the
// same as before. Nothing where the other fields are needed.
std::optional<Verdict> JudgeByDigest(const SyncRecord& record, absl::string_view digest,
                                     const Held& held);

// The verdict on a normalised record without fault. `held` is null for nobody.
Judgement Judge(const SyncRecord& record, absl::string_view digest, const Held* held);

// What is held once the record is applied. Of a new one only id and version are not set.
Held Merge(const SyncRecord& record, absl::string_view digest, const Held* held);

// Numbers of an organisation.
struct SyncRules {
  // So many active people may be suspended or leave, however large their share below one half.
  int guard_people = 3;
  // And up to this share of the source's active people.
  int guard_percent = 5;
  // How long a plan can be applied.
  int plan_hours = 24;
  // After this long suspended a person has left.
  int suspended_days = 14;
};

// Why the guard refuses a sync; one bit each.
enum Refusal {
  kEmptySnapshot = 1,
  kCountMismatch = 2,
  kChecksumMismatch = 4,
  kTooManySuspensions = 8
};

// What the guard looks at.
struct SyncTotals {
  SyncMode mode = SyncMode::kDelta;
  int64_t expected = 0;  // as the beginning said
  int64_t ended = 0;     // as the end said
  int64_t received = 0;
  int64_t received_people = 0;
  bool checksum_ok = true;
  // The source's people who are ACTIVE before; of them those to be suspended, and those told as left.
  int64_t active = 0;
  int64_t suspended = 0;
  int64_t leaving = 0;
};

// The refusals' bits; 0 where the sync may be applied.
int Guard(const SyncTotals& totals, const SyncRules& rules);

struct RefusalText {
  std::string reason;
  std::string message;
};
// The reasons with a sentence each.
std::vector<RefusalText> Describe(int refusals, const SyncTotals& totals);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_H_
