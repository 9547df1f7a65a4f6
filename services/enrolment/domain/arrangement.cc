#include "services/enrolment/domain/arrangement.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace dap::enrolment {
namespace {

using Violations = std::vector<status::Violation>;

void Append(const Violations& more, Violations& all) {
  all.insert(all.end(), more.begin(), more.end());
}

absl::Status CheckUpdate(const ArrangementUpdate& update, By by) {
  Violations wrong;
  if (update.preferred_days.has_value() && by != By::kParticipant) {
    wrong.push_back({"arrangement.preferred_days", "The days are the participant's to pick.",
                     "DAYS_NOT_YOURS"});
  }
  if (update.blend.has_value() && update.blend->has_value()) {
    Append(BlendFaults("arrangement.blend", **update.blend), wrong);
  }
  if (update.balance.has_value() && update.balance->has_value()) {
    Append(BalanceFaults("arrangement.balance_target", **update.balance), wrong);
  }
  return status::InvalidAll(wrong);
}

}  // namespace

Arrangement ArrangementOf(const Cohort& cohort, const Enrolment& enrolment) {
  return {enrolment.commitment.value_or(cohort.commitment), enrolment.preferred_days,
          enrolment.blend.value_or(cohort.blend), enrolment.balance.value_or(cohort.balance)};
}

absl::Status Arrange(Enrolment& enrolment, const ArrangementUpdate& update, By by) {
  RETURN_IF_ERROR(CheckUpdate(update, by));
  RETURN_IF_ERROR(CheckTakesPart(enrolment));
  if (update.commitment.has_value()) enrolment.commitment = *update.commitment;
  if (update.preferred_days.has_value()) enrolment.preferred_days = *update.preferred_days;
  if (update.blend.has_value()) enrolment.blend = *update.blend;
  if (update.balance.has_value()) enrolment.balance = *update.balance;
  return absl::OkStatus();
}

Violations BlendFaults(absl::string_view field, const Blend& blend) {
  const int sum = blend.workshop + blend.conversation + blend.one_to_one + blend.online;
  if (sum == 100) return {};
  return {{std::string(field), absl::StrCat("Adds up to ", sum, "; must be 100."), "BLEND_SUM"}};
}

// Written so that what is no number is out of range.
Violations BalanceFaults(absl::string_view field, const BalanceTarget& balance) {
  Violations wrong;
  if (!(balance.target >= 0 && balance.target <= 1)) {
    wrong.push_back({absl::StrCat(field, ".target"), "Must be 0 to 1.", "BALANCE_RANGE"});
  }
  if (!(balance.tolerance >= 0 && balance.tolerance <= 0.5)) {
    wrong.push_back({absl::StrCat(field, ".tolerance"), "Must be 0 to 0.5.", "BALANCE_RANGE"});
  }
  return wrong;
}

}  // namespace dap::enrolment
