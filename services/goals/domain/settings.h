// The numbers of the rules, as an organisation has them set.
#ifndef DAP_SERVICES_GOALS_DOMAIN_SETTINGS_H_
#define DAP_SERVICES_GOALS_DOMAIN_SETTINGS_H_

namespace dap::goals {

// The defaults are the domain's; a row of organisation_settings takes their place.
struct Settings {
  int max_open_goals = 3;     // OPEN ones; a BLOCKED goal leaves room for its alternative
  int max_goal_days = 30;     // from its first day to its last
  int max_step_minutes = 30;  // of one step
  int suggestions = 3;        // most of them in an answer
  int skilled_percent = 90;   // share of tasks they can do, from which skill is high
  double sure_median = 4;     // median confidence, from which a skilled person is experienced
  double unsure_median = 3;   // median confidence, under which a skilled person needs encouragement
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_SETTINGS_H_
