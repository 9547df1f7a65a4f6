#include "services/enrolment/operations/record_reads.h"

#include <optional>

#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/private_reads.h"

namespace dap::enrolment {

absl::Status RecordReads(db::Pool& pool, const id::Uuid& organisation, const Caller& caller,
                         const std::vector<store::EnrolmentView>& views, absl::Time now,
                         absl::Time deadline) {
  std::vector<id::Uuid> others;
  for (const store::EnrolmentView& view : views) {
    if (view.enrolment.participant != caller.staff) others.push_back(view.enrolment.id);
  }
  if (others.empty()) return absl::OkStatus();
  return db::Transaction(pool, deadline, [&](db::Connection& tx) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<Organisation> found, store::FindOrganisation(tx, organisation));
    if (!found.has_value()) {
      return status::NotFound("organisation", OrganisationName(organisation));
    }
    ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(found->time_zone));
    return store::RecordPrivateReads(tx, organisation, others, caller.staff,
                                     store::PrivateSubject::kEnrolment, time::DayOf(now, zone),
                                     now);
  });
}

}  // namespace dap::enrolment
