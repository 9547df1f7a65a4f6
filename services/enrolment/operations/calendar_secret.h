// The secret in a calendar feed's address.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_CALENDAR_SECRET_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_CALENDAR_SECRET_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/id/uuid.h"

namespace dap::enrolment {

// 54 characters that stand in an address as they are: the organisation, which says where to look,
// and 192 bits from the operating system.
absl::StatusOr<std::string> NewCalendarSecret(const id::Uuid& organisation);

// What is kept of it: 32 bytes.
std::string DigestOf(absl::string_view secret);
// Nil where it can't be one.
id::Uuid OrganisationOf(absl::string_view secret);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_CALENDAR_SECRET_H_
