#include "services/enrolment/operations/create_organisation.h"

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {

absl::StatusOr<Organisation> CreateOrganisation(Work& work, const id::Uuid& id,
                                                const std::string& display_name,
                                                const std::string& time_zone) {
  if (!time::ZoneOf(time_zone).ok()) {
    return status::Invalid("organisation.time_zone", "TIME_ZONE_UNKNOWN",
                           "Must be an IANA time zone, such as Europe/London.");
  }
  const Organisation organisation{id, display_name, time_zone, work.now};
  RETURN_IF_ERROR(store::InsertOrganisation(work.tx, organisation));
  RETURN_IF_ERROR(store::InsertSettings(work.tx, id, Settings()));
  work.outbox.Add(id, OrganisationEvent(organisation));
  return organisation;
}

}  // namespace dap::enrolment
