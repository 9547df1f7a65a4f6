#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_CREATE_ORGANISATION_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_CREATE_ORGANISATION_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/enrolment/domain/staff.h"
#include "services/enrolment/operations/work.h"

namespace dap::enrolment {

// Makes an organisation with the default settings. INVALID_ARGUMENT (TIME_ZONE_UNKNOWN, field
// organisation.time_zone).
absl::StatusOr<Organisation> CreateOrganisation(Work& work, const id::Uuid& id,
                                                const std::string& display_name,
                                                const std::string& time_zone);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_CREATE_ORGANISATION_H_
