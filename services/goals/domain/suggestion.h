// Which goals of the library may suit somebody, and why. Pure and deterministic: the same answers
// give the same suggestions.
#ifndef DAP_SERVICES_GOALS_DOMAIN_SUGGESTION_H_
#define DAP_SERVICES_GOALS_DOMAIN_SUGGESTION_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "services/goals/domain/assessment.h"
#include "services/goals/domain/catalogue.h"
#include "services/goals/domain/settings.h"

namespace dap::goals {

// All that a suggestion is made from. There is nothing of grade, team or employer here, so that
// nothing can come from them.
struct SuggestionBasis {
  const Framework& framework;              // of the latest assessment
  const std::vector<TaskAnswer>& answers;  // of the latest assessment
  Standing standing;
  absl::flat_hash_set<std::string> begun;  // keys of templates they have begun, however it ended
  absl::CivilDay today;
  // The side that the balance needs, where it is outside its band; unset where it is inside, or
  // not known.
  absl::optional<GoalSetting> needed_setting;
};

struct Suggestion {
  const GoalTemplate* goal_template;
  std::string why;  // a sentence to the participant
};

// At most settings.suggestions, best first. The rules, in their order:
//  - never one they have begun, nor a stale one, nor one that helps with no task of the framework;
//  - stretch goals only for the skilled. The experienced get them first. Who needs encouragement
//    gets them first too, and otherwise only what they cannot do yet: no beginners' content;
//  - those of the needed setting before the others;
//  - those for the weakest task first: cannot do it, then less sure of it, then not done it lately,
//    then the framework's own order;
//  - one for each task before a second one for the same task.
std::vector<Suggestion> Suggest(const Catalogue& catalogue, const SuggestionBasis& basis,
                                const Settings& settings);

// What somebody may do meanwhile, where a barrier stops a goal that they began with `stopped`. At
// most settings.suggestions, best first. The rules, in their order:
//  - of the same area, never one they have begun, nor a stale one; stretch goals only for a stretch
//    goal;
//  - those of the other setting first, since the barrier stands in the way of this one;
//  - then those that help with a task that it helps with; then by key.
std::vector<Suggestion> SuggestAlternatives(const Catalogue& catalogue, const GoalTemplate& stopped,
                                            const absl::flat_hash_set<std::string>& begun,
                                            absl::CivilDay today, const Settings& settings);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_SUGGESTION_H_
