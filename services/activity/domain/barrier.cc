#include "services/activity/domain/barrier.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::activity {
namespace {

using State = BarrierState;
using Kind = BarrierStep::Kind;

enum class Needs { kNothing, kReason, kReasonUnlessCorroborated };

struct Transition {
  State from;
  Kind kind;
  State to;
  Needs needs;
};

// Every step that somebody can see to. Reports make REPORTED and CORROBORATED, and merging MERGED.
constexpr Transition kTransitions[] = {
    {State::kReported, Kind::kRaise, State::kRaised, Needs::kReasonUnlessCorroborated},
    {State::kReported, Kind::kResolve, State::kFixed, Needs::kNothing},
    {State::kReported, Kind::kResolve, State::kWorkaround, Needs::kReason},
    {State::kCorroborated, Kind::kRaise, State::kRaised, Needs::kNothing},
    {State::kCorroborated, Kind::kResolve, State::kFixed, Needs::kNothing},
    {State::kCorroborated, Kind::kResolve, State::kWorkaround, Needs::kReason},
    {State::kRaised, Kind::kRaise, State::kRaised, Needs::kNothing},  // another ticket
    {State::kRaised, Kind::kResolve, State::kFixed, Needs::kNothing},
    {State::kRaised, Kind::kResolve, State::kWorkaround, Needs::kReason},
    {State::kRaised, Kind::kResolve, State::kRefused, Needs::kReason},
    {State::kFixed, Kind::kReopen, State::kRaised, Needs::kReason},  // there again
    {State::kWorkaround, Kind::kReopen, State::kRaised, Needs::kReason},
    {State::kWorkaround, Kind::kResolve, State::kFixed, Needs::kNothing},
    {State::kRefused, Kind::kReopen, State::kRaised, Needs::kReason},  // asked once more
    {State::kRefused, Kind::kResolve, State::kFixed, Needs::kNothing},
    {State::kRefused, Kind::kResolve, State::kWorkaround, Needs::kReason},
};

const Transition* Find(State from, Kind kind, State to) {
  const auto* found = std::find_if(
      std::begin(kTransitions), std::end(kTransitions),
      [&](const Transition& one) { return one.from == from && one.kind == kind && one.to == to; });
  return found == std::end(kTransitions) ? nullptr : found;
}

absl::string_view MethodOf(Kind kind) {
  switch (kind) {
    case Kind::kRaise:
      return "RaiseBarrier";
    case Kind::kResolve:
      return "ResolveBarrier";
    case Kind::kReopen:
      return "ReopenBarrier";
  }
  return "";
}

absl::Status RefuseStep(const Barrier& barrier) {
  if (barrier.state == State::kMerged) {
    return status::Precondition("BARRIER_STATE",
                                "The barrier is part of another one, which merged_into names; see "
                                "to that one.");
  }
  std::vector<std::string> possible;
  for (const Transition& one : kTransitions) {
    if (one.from != barrier.state) continue;
    possible.push_back(absl::StrCat("\"", NameOf(one.to), "\" (", MethodOf(one.kind), ")"));
  }
  return status::Precondition(
      "BARRIER_STATE", absl::StrCat("The barrier is \"", NameOf(barrier.state),
                                    "\". It can become ", absl::StrJoin(possible, ", "), "."));
}

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

bool IsBoundary(char c) { return c == ' ' || c == '.' || c == '-' || c == '/' || c == '_'; }

// One after the other, on a way that only goes forward.
int Progress(State state) { return static_cast<int>(state); }

void ComeTo(Barrier& barrier, State state, absl::Time now) {
  barrier.state = state;
  barrier.state_time = now;
  barrier.end_time.reset();
  if (!IsOpen(state) && state != State::kMerged) barrier.end_time = now;
  ++barrier.version;
}

}  // namespace

absl::string_view NameOf(BarrierCategory category) {
  switch (category) {
    case BarrierCategory::kUnspecified:
      break;
    case BarrierCategory::kBlockedSite:
      return "Blocked site";
    case BarrierCategory::kOldBrowser:
      return "Old browser";
    case BarrierCategory::kNoRights:
      return "No rights";
    case BarrierCategory::kNoDevice:
      return "No device";
    case BarrierCategory::kNoAccount:
      return "No account";
    case BarrierCategory::kPolicy:
      return "Policy";
  }
  return "Unknown";
}

absl::string_view NameOf(BarrierState state) {
  switch (state) {
    case State::kUnspecified:
      break;
    case State::kReported:
      return "Reported";
    case State::kCorroborated:
      return "Corroborated";
    case State::kRaised:
      return "Raised with IT";
    case State::kFixed:
      return "Fixed";
    case State::kWorkaround:
      return "Workaround";
    case State::kRefused:
      return "Refused";
    case State::kMerged:
      return "Merged";
  }
  return "Unknown";
}

bool IsOpen(BarrierState state) {
  return state == State::kReported || state == State::kCorroborated || state == State::kRaised;
}

bool Blocks(BarrierState state) { return IsOpen(state) || state == State::kRefused; }

std::string ToolKey(absl::string_view tool) {
  std::string lower = absl::AsciiStrToLower(tool);
  absl::string_view rest = absl::StripAsciiWhitespace(lower);
  const bool address = absl::ConsumePrefix(&rest, "https://") ||
                       absl::ConsumePrefix(&rest, "http://") || absl::StartsWith(rest, "www.");
  absl::ConsumePrefix(&rest, "www.");
  if (address) rest = rest.substr(0, rest.find_first_of("/?#: "));
  const std::vector<absl::string_view> words =
      absl::StrSplit(rest, absl::ByAnyChar(" \t\n\r\v\f"), absl::SkipEmpty());
  std::string key = absl::StrJoin(words, " ");
  const auto marks = [](char c) { return absl::ascii_ispunct(static_cast<unsigned char>(c)); };
  while (!key.empty() && marks(key.back()) && key.back() != '+' && key.back() != '#') {
    key.pop_back();
  }
  key.erase(key.begin(), std::find_if_not(key.begin(), key.end(), marks));
  return std::string(absl::StripAsciiWhitespace(key));
}

std::vector<std::string> ToolKeyStems(absl::string_view key) {
  constexpr size_t kShortest = 3;
  std::vector<std::string> stems;
  for (size_t i = kShortest; i < key.size(); ++i) {
    if (IsBoundary(key[i]) && !IsBoundary(key[i - 1])) stems.emplace_back(key.substr(0, i));
  }
  return stems;
}

absl::Status CheckBarrier(BarrierCategory category, absl::string_view tool) {
  std::vector<status::Violation> faults;
  if (NameOf(category) == "Unknown") {
    faults.push_back(
        {"barrier.category", "is one of the categories of barriers", "CATEGORY_UNKNOWN"});
  }
  const size_t at = tool.find('@');
  if (ToolKey(tool).empty()) {
    faults.push_back(
        {"barrier.tool", "names the tool or site; there are only marks or blanks", "TOOL_BLANK"});
  } else if (at != absl::string_view::npos && tool.find('.', at) != absl::string_view::npos) {
    faults.push_back({"barrier.tool",
                      "is read by everybody in the organisation; name the tool, not a person",
                      "TOOL_NAMES_A_PERSON"});
  }
  return status::InvalidAll(faults);
}

absl::Status Take(Barrier& barrier, const BarrierStep& step, absl::Time now) {
  if (step.kind == Kind::kResolve && (IsOpen(step.to) || NameOf(step.to) == "Unknown")) {
    return status::Invalid("state", "STATE_NOT_AN_END", "is FIXED, WORKAROUND or REFUSED");
  }
  const Transition* transition = Find(barrier.state, step.kind, step.to);
  if (transition == nullptr) return RefuseStep(barrier);
  if (transition->needs != Needs::kNothing && IsBlank(step.reason)) {
    if (transition->needs == Needs::kReasonUnlessCorroborated) {
      return status::Precondition(
          "BARRIER_NOT_CORROBORATED",
          "Not enough people say so yet. Wait for more, or give the reason why it goes to IT now.");
    }
    return status::Invalid("reason", "REASON_MISSING",
                           "is empty; say how or why, in a sentence for everybody it stops");
  }
  barrier.reason = step.reason;
  if (!step.ticket.empty()) barrier.ticket = step.ticket;
  ComeTo(barrier, step.to, now);
  return absl::OkStatus();
}

bool CountPeople(Barrier& barrier, int people, absl::Time now, const BarrierSettings& settings) {
  barrier.people = people;
  if (barrier.state != State::kReported || people < settings.corroborated_people) {
    ++barrier.version;
    return false;
  }
  ComeTo(barrier, State::kCorroborated, now);
  return true;
}

absl::Status CheckMerge(const Barrier& barrier, const Barrier& into) {
  if (barrier.barrier == into.barrier) {
    return status::Invalid("into", "MERGE_INTO_ITSELF",
                           "is the same barrier, or one that is part of it already");
  }
  if (barrier.state == State::kMerged) {
    return status::Precondition("BARRIER_MERGED",
                                "The barrier is part of another one already, which merged_into "
                                "names; merge that one.");
  }
  std::vector<status::Violation> ended;
  for (const Barrier* one : {&barrier, &into}) {
    if (IsOpen(one->state)) continue;
    ended.push_back({one->barrier.ToString(),
                     absl::StrCat("is \"", NameOf(one->state), "\"; open it again first"),
                     "BARRIER_STATE"});
  }
  return status::PreconditionAll("BARRIER_STATE", "Only open barriers can be merged.", ended);
}

void Merge(Barrier& barrier, Barrier& into, absl::Time now) {
  if (into.ticket.empty()) into.ticket = barrier.ticket;
  if (Progress(into.state) < Progress(barrier.state)) {
    into.reason = barrier.reason;
    ComeTo(into, barrier.state, now);
  }
  into.create_time = std::min(into.create_time, barrier.create_time);
  barrier.merged_into = into.barrier;
  barrier.people = 0;
  ComeTo(barrier, State::kMerged, now);
}

int PeopleAtLeast(int people) {
  constexpr int kSteps[] = {1000, 500, 200, 100, 50, 20, 10, 5};
  const auto* step = std::find_if(std::begin(kSteps), std::end(kSteps),
                                  [&](int least) { return people >= least; });
  return step == std::end(kSteps) ? 0 : *step;
}

}  // namespace dap::activity
