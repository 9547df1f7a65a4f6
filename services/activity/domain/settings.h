// The numbers of the rules, with the programme's defaults. Functions here take them as an argument,
// so an organisation may have others.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_SETTINGS_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_SETTINGS_H_

#include <array>

#include "absl/time/time.h"

namespace dap::activity {

struct Settings {
  // Balance: over how many trailing days, and from how many activities on it can be told.
  int balance_days = 28;
  int balance_min_activities = 4;

  // A week is "in one go" above this share of its minutes on one day.
  double in_one_go_share = 0.7;
  // Weeks that are shown and looked at.
  int weeks_shown = 12;
  // A week counts with this many working days free of leave, pause, block and holiday.
  int free_days_to_count = 3;

  // Momentum.
  int momentum_weeks = 4;
  int thriving_weeks = 3;
  int steady_weeks = 2;

  // Working days of silence of each rung: check-in, patron, coach. The first is also QUIET.
  std::array<int, 3> ladder = {10, 15, 20};

  // Working days after which an unanswered entry goes to the coach, and a snoozed one comes back.
  int queue_working_days = 5;
  int snooze_working_days = 5;
  // Working days from the start within which somebody who was told to come gets a patron's word.
  int welcome_working_days = 5;

  // Furthest that "busy until" may lie ahead.
  absl::Duration busy_at_most = absl::Hours(24 * 60);

  // Cohorts told one by one in an organisation's report.
  int report_cohorts = 100;

  // Logging.
  int min_minutes = 1;
  int max_minutes = 600;
  absl::Duration skew = absl::Minutes(5);
  absl::Duration log_within = absl::Hours(24 * 60);

  // Comments a person may write in a minute.
  int comments_a_minute = 10;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_SETTINGS_H_
