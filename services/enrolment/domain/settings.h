// An organisation's numbers.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_SETTINGS_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_SETTINGS_H_

#include "absl/time/time.h"

namespace dap::enrolment {

// The mix of ways to learn, in per cent; adds up to 100.
struct Blend {
  int workshop = 25;
  int conversation = 25;
  int one_to_one = 25;
  int online = 25;
  friend bool operator==(const Blend&, const Blend&) = default;
};

// Little and often: what a participant agrees to.
struct Commitment {
  int minutes_per_week = 60;
  int sessions_per_week = 2;
  friend bool operator==(const Commitment&, const Commitment&) = default;
};

// On which days of the week they like to do it: a bit a day, Monday the lowest; none where any will
// do.
struct PreferredDays {
  int bits = 0;
  friend bool operator==(const PreferredDays&, const PreferredDays&) = default;
};

// The share of self-directed minutes off the platform that is aimed at, and how far from it is
// still in balance.
struct BalanceTarget {
  double target = 0.5;
  double tolerance = 0.15;
  friend bool operator==(const BalanceTarget&, const BalanceTarget&) = default;
};

// Kept for each organisation, made with these values. A cohort takes its defaults from them when it
// is made and keeps its own.
struct Settings {
  // Most participants a patron, over all cohorts.
  int patron_limit = 20;
  // How far ahead a pause may end.
  int pause_max_days = 60;
  // How long somebody may stand in for a patron.
  int cover_max_days = 60;
  // A join code is good from a little before the start, for those who are early in the room, to so
  // long after it.
  absl::Duration join_code_early = absl::Minutes(30);
  absl::Duration join_code_valid = absl::Hours(24);
  // Wrong join codes of one person for one session within the window.
  int join_code_tries = 10;
  absl::Duration join_code_window = absl::Hours(1);
  // Who missed the kick-off is offered a catch-up within so many working days.
  int catch_up_working_days = 10;
  // Most calendar feeds a person has at once.
  int calendar_feeds = 10;
  Commitment commitment;
  Blend blend;
  BalanceTarget balance;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_SETTINGS_H_
