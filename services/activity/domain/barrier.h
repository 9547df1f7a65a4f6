// A barrier and its way: one table says which state may follow which, and what it takes. Pure.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_BARRIER_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_BARRIER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/id/uuid.h"

namespace dap::activity {

// Numbers as in dap.activity.v1.BarrierCategory.
enum class BarrierCategory {
  kUnspecified = 0,
  kBlockedSite = 1,
  kOldBrowser = 2,
  kNoRights = 3,
  kNoDevice = 4,
  kNoAccount = 5,
  kPolicy = 6,
};
inline constexpr BarrierCategory kBarrierCategories[] = {
    BarrierCategory::kBlockedSite, BarrierCategory::kOldBrowser, BarrierCategory::kNoRights,
    BarrierCategory::kNoDevice,    BarrierCategory::kNoAccount,  BarrierCategory::kPolicy};
// As people read it: "Blocked site".
absl::string_view NameOf(BarrierCategory category);

// Numbers as in dap.activity.v1.BarrierState.
enum class BarrierState {
  kUnspecified = 0,
  kReported = 1,
  kCorroborated = 2,
  kRaised = 3,
  kFixed = 4,
  kWorkaround = 5,
  kRefused = 6,
  kMerged = 7,
};
// As people read it: "Raised with IT".
absl::string_view NameOf(BarrierState state);

// Under way: reported, corroborated or raised.
bool IsOpen(BarrierState state);
// Goals that it stops are blocked. A refused one stops them still.
bool Blocks(BarrierState state);

// An organisation's numbers.
struct BarrierSettings {
  int corroborated_people = 3;
  int smallest_count = 5;    // counts under this are hidden
  int evidence_months = 12;  // of the trend, where the caller names no number
  int evidence_tools = 100;  // rows of an evidence pack; those of fewer people go together
};

struct Barrier {
  id::Uuid organisation;
  id::Uuid barrier;
  BarrierCategory category = BarrierCategory::kUnspecified;
  std::string tool;
  std::string tool_key;  // ToolKey(tool)
  BarrierState state = BarrierState::kReported;
  int people = 0;  // who said so
  std::string ticket;
  std::string reason;
  absl::Time create_time;
  absl::Time state_time;
  absl::optional<absl::Time> end_time;  // fixed, worked around or refused, since then
  id::Uuid merged_into;                 // nil: none
  int64_t version = 1;                  // counts its changes and reports
};

// What two people type for the same tool: lower case, without scheme, "www.", path and outer marks,
// single spaces. "https://www.Example.org/groups" is "example.org". Empty where nothing is left.
std::string ToolKey(absl::string_view tool);

// The beginnings of a key that are tools themselves: "example.org" gives {"example"}. They end
// before a space, dot, dash or slash and have three characters or more.
std::vector<std::string> ToolKeyStems(absl::string_view key);

// INVALID_ARGUMENT for barrier.category (CATEGORY_UNKNOWN), barrier.tool (TOOL_BLANK;
// TOOL_NAMES_A_PERSON: an e-mail address).
absl::Status CheckBarrier(BarrierCategory category, absl::string_view tool);

// What somebody sees to.
struct BarrierStep {
  enum class Kind { kRaise, kResolve, kReopen };
  Kind kind = Kind::kRaise;
  BarrierState to = BarrierState::kUnspecified;
  std::string reason;
  std::string ticket;  // empty: the one it has
};

// Takes the step. FAILED_PRECONDITION (BARRIER_STATE) where it may not follow; (BARRIER_NOT_
// CORROBORATED) where one that is only reported is raised without a reason. INVALID_ARGUMENT
// (STATE_NOT_AN_END, field state; REASON_MISSING, field reason). A barrier that is refused a step
// is left as it was.
absl::Status Take(Barrier& barrier, const BarrierStep& step, absl::Time now);

// Counts a person more, or none. True where it is corroborated by that.
bool CountPeople(Barrier& barrier, int people, absl::Time now, const BarrierSettings& settings);

// Whether one may become part of the other. FAILED_PRECONDITION (BARRIER_MERGED, BARRIER_STATE),
// INVALID_ARGUMENT (MERGE_INTO_ITSELF, field into).
absl::Status CheckMerge(const Barrier& barrier, const Barrier& into);
// Makes it so, but for reports and people: `into` is then as far as either was, with a ticket of
// either.
void Merge(Barrier& barrier, Barrier& into, absl::Time now);

// How many people, in the steps that are told: 0 below 5.
int PeopleAtLeast(int people);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_BARRIER_H_
