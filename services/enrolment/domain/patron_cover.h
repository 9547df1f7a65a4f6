// Who stands in for a patron who is away.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_PATRON_COVER_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_PATRON_COVER_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/patronage.h"
#include "services/enrolment/domain/settings.h"

namespace dap::enrolment {

// As in the proto, by number.
enum class CoverState { kUnspecified = 0, kPlanned = 1, kOn = 2, kOver = 3 };

// For one patron of one cohort. Those looked after meanwhile count against nobody's limit: a cover
// is short, and a limit in the way would leave them with nobody.
struct PatronCover {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid patron;
  id::Uuid id;
  id::Uuid covering;
  absl::Time from;
  absl::Time until;
  CoverState state = CoverState::kPlanned;
  id::Uuid planned_by;
  // Over before its end, as who was to stand in could not: the patron is away, and nobody is there.
  bool lapsed = false;
  int64_t version = 1;
};

// Everything that is wrong with a cover that somebody wants to plan, field by field below "cover":
// TIME_ORDER, TIME_PAST, TIME_SPAN, COVER_IS_PATRON.
absl::Status CheckPlan(const PatronCover& cover, absl::Time now, const Settings& settings);

// Whether it goes with those of the cohort that are planned or on: at one time nobody is stood in
// for twice, is away while they stand in, or is stood in for by somebody who is away.
// FAILED_PRECONDITION (COVER_OVERLAPS).
absl::Status CheckOverlap(const PatronCover& cover, const std::vector<PatronCover>& others);

// Whether both may have their part in it. FAILED_PRECONDITION: PATRON_STATE (who is away has not
// agreed to be a patron), PATRON_NOT_AGREED (who is to stand in has not).
absl::Status CheckBoth(const std::optional<Patron>& patron, const std::optional<Patron>& covering);

// Where the clock has brought it: PLANNED, ON or OVER. `able`: who is to stand in still can; if
// not, it does not begin, and is over where it has.
CoverState StateAt(const PatronCover& cover, absl::Time now, bool able);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_PATRON_COVER_H_
