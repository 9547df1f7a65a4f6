#include "services/goals/domain/suggestion.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dap::goals {
namespace {

// A task with its answer and its place in the order of weakness, 0 being the weakest.
struct RatedTask {
  const Task* task;
  const TaskAnswer* answer;
  int rank;
};
using RatedTasks = absl::flat_hash_map<std::string, RatedTask>;

RatedTasks Rate(const SuggestionBasis& basis) {
  absl::flat_hash_map<std::string, const TaskAnswer*> answer_of;
  for (const TaskAnswer& answer : basis.answers) answer_of[answer.task] = &answer;
  std::vector<RatedTask> tasks;
  for (const Area& area : basis.framework.areas) {
    for (const Task& task : area.tasks) {
      const auto answer = answer_of.find(task.key);
      if (answer != answer_of.end()) tasks.push_back({&task, answer->second, 0});
    }
  }
  const auto weakness = [](const RatedTask& rated) {
    return std::make_tuple(rated.answer->can_do, rated.answer->confidence,
                           rated.answer->done_recently);
  };
  std::stable_sort(tasks.begin(), tasks.end(), [&](const RatedTask& a, const RatedTask& b) {
    return weakness(a) < weakness(b);
  });
  RatedTasks rated;
  for (size_t i = 0; i < tasks.size(); ++i) {
    tasks[i].rank = static_cast<int>(i);
    rated[tasks[i].task->key] = tasks[i];
  }
  return rated;
}

// The weakest task that a template helps with; null where it helps with none of the framework.
const RatedTask* LeadTask(const GoalTemplate& goal_template, const RatedTasks& rated) {
  const RatedTask* lead = nullptr;
  for (const std::string& key : goal_template.tasks) {
    const auto found = rated.find(key);
    if (found == rated.end()) continue;
    if (lead == nullptr || found->second.rank < lead->rank) lead = &found->second;
  }
  return lead;
}

struct Candidate {
  const GoalTemplate* goal_template;
  const RatedTask* lead;
  bool other_setting;  // not the one the balance needs
  int before = 0;      // better candidates for the same task
};

auto Tier(const Candidate& candidate) {
  return std::make_tuple(!candidate.goal_template->stretch, candidate.other_setting);
}

bool Suits(const GoalTemplate& goal_template, const RatedTask& lead, Standing standing) {
  const bool skilled = standing.experienced || standing.needs_encouragement;
  if (goal_template.stretch) return skilled;
  return !standing.needs_encouragement || !lead.answer->can_do;
}

std::vector<Candidate> Candidates(const Catalogue& catalogue, const SuggestionBasis& basis,
                                  const RatedTasks& rated) {
  std::vector<Candidate> candidates;
  for (const GoalTemplate& one : catalogue.goal_templates()) {
    if (one.IsStale(basis.today) || basis.begun.contains(one.key)) continue;
    const RatedTask* lead = LeadTask(one, rated);
    if (lead == nullptr || !Suits(one, *lead, basis.standing)) continue;
    candidates.push_back(
        {&one, lead, basis.needed_setting.has_value() && one.setting != *basis.needed_setting});
  }
  return candidates;
}

// Best first.
void Order(std::vector<Candidate>& candidates) {
  const auto sort = [&](auto key) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); });
  };
  // The catalogue is ordered by key, which so decides between equals.
  sort([](const Candidate& c) { return std::make_tuple(Tier(c), c.lead->rank); });
  absl::flat_hash_map<int, int> of_task;
  for (Candidate& candidate : candidates) candidate.before = of_task[candidate.lead->rank]++;
  sort([](const Candidate& c) { return std::make_tuple(Tier(c), c.before, c.lead->rank); });
}

// "Find a page again later." becomes "find a page again later".
std::string InSentence(absl::string_view statement) {
  std::string text(absl::StripSuffix(statement, "."));
  if (text.size() > 1 && absl::ascii_isupper(text[0]) && !absl::ascii_isupper(text[1])) {
    text[0] = absl::ascii_tolower(text[0]);
  }
  return text;
}

std::string Why(const Candidate& candidate, const SuggestionBasis& basis) {
  const TaskAnswer& answer = *candidate.lead->answer;
  const std::string task = InSentence(candidate.lead->task->statement);
  std::string why;
  if (candidate.goal_template->stretch && basis.standing.needs_encouragement) {
    why = absl::StrCat(
        "You can do more than you give yourself credit for: this shows it where "
        "you feel least sure, which is to ",
        task);
  } else if (candidate.goal_template->stretch) {
    why =
        absl::StrCat("You do nearly all of this with confidence, so here is another way to ", task);
  } else if (!answer.can_do) {
    why = absl::StrCat("You said that you do not yet ", task);
  } else if (answer.confidence <= 3) {
    why = absl::StrCat("You said that you are not yet sure of yourself when you ", task);
  } else if (!answer.done_recently) {
    why = absl::StrCat("You said that in the last 90 days you did not ", task);
  } else {
    why = absl::StrCat("You are sure of nearly everything; this keeps it fresh to ", task);
  }
  if (!basis.needed_setting || candidate.other_setting) return why + ".";
  return why + (*basis.needed_setting == GoalSetting::kOffPlatform
                    ? "; and it takes you out onto the web, where you spent less of your time."
                    : "; and it is on the platform, where you spent less of your time.");
}

}  // namespace

std::vector<Suggestion> Suggest(const Catalogue& catalogue, const SuggestionBasis& basis,
                                const Settings& settings) {
  const RatedTasks rated = Rate(basis);
  std::vector<Candidate> candidates = Candidates(catalogue, basis, rated);
  Order(candidates);
  std::vector<Suggestion> suggestions;
  for (const Candidate& candidate : candidates) {
    if (static_cast<int>(suggestions.size()) >= settings.suggestions) break;
    suggestions.push_back({candidate.goal_template, Why(candidate, basis)});
  }
  return suggestions;
}

std::vector<Suggestion> SuggestAlternatives(const Catalogue& catalogue, const GoalTemplate& stopped,
                                            const absl::flat_hash_set<std::string>& begun,
                                            absl::CivilDay today, const Settings& settings) {
  const auto shares_a_task = [&](const GoalTemplate& one) {
    return std::any_of(one.tasks.begin(), one.tasks.end(), [&](const std::string& task) {
      return std::count(stopped.tasks.begin(), stopped.tasks.end(), task) > 0;
    });
  };
  std::vector<const GoalTemplate*> candidates;
  for (const GoalTemplate& one : catalogue.goal_templates()) {
    if (one.area != stopped.area || one.key == stopped.key || one.IsStale(today)) continue;
    if (begun.contains(one.key) || (one.stretch && !stopped.stretch)) continue;
    candidates.push_back(&one);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const GoalTemplate* a, const GoalTemplate* b) {
                     return std::make_tuple(a->setting == stopped.setting, !shares_a_task(*a)) <
                            std::make_tuple(b->setting == stopped.setting, !shares_a_task(*b));
                   });
  if (candidates.size() > static_cast<size_t>(settings.suggestions)) {
    candidates.resize(settings.suggestions);
  }
  std::vector<Suggestion> suggestions;
  for (const GoalTemplate* one : candidates) {
    const absl::string_view where = one->setting == stopped.setting            ? "in another way"
                                    : one->setting == GoalSetting::kOnPlatform ? "on the platform"
                                                                               : "out on the web";
    suggestions.push_back(
        {one, absl::StrCat("While \"", stopped.title, "\" is blocked, this leads to the same ",
                           where, ".")});
  }
  return suggestions;
}

}  // namespace dap::goals
