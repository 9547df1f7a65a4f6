// What holds for one participant: what they agreed to, and what differs from their cohort's.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_ARRANGEMENT_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_ARRANGEMENT_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/status/error.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/domain/settings.h"

namespace dap::enrolment {

// With the cohort's numbers where nothing else was arranged.
struct Arrangement {
  Commitment commitment;
  PreferredDays preferred_days;
  Blend blend;
  BalanceTarget balance;
  friend bool operator==(const Arrangement&, const Arrangement&) = default;
};

Arrangement ArrangementOf(const Cohort& cohort, const Enrolment& enrolment);

// What somebody wants changed: what is unset stays; a blend or a balance that is set to nothing is
// the cohort's again.
struct ArrangementUpdate {
  std::optional<Commitment> commitment;
  std::optional<PreferredDays> preferred_days;
  std::optional<std::optional<Blend>> blend;
  std::optional<std::optional<BalanceTarget>> balance;
};

// Changes the enrolment, or says all that is wrong and changes nothing. INVALID_ARGUMENT with
// fields below "arrangement": BLEND_SUM, BALANCE_RANGE, DAYS_NOT_YOURS (not the participant's
// word). FAILED_PRECONDITION (ENROLMENT_STATE) where they have not accepted yet, or it has ended.
absl::Status Arrange(Enrolment& enrolment, const ArrangementUpdate& update, By by);

// What is wrong with a blend or a balance at a field's path; nothing where nothing is.
std::vector<status::Violation> BlendFaults(absl::string_view field, const Blend& blend);
std::vector<status::Violation> BalanceFaults(absl::string_view field, const BalanceTarget& balance);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_ARRANGEMENT_H_
