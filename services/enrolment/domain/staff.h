// Organisations and the people in them.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "libs/id/uuid.h"

namespace dap::enrolment {

// The tenant being served.
struct Organisation {
  id::Uuid id;
  std::string display_name;
  std::string time_zone;
  absl::Time create_time;
  int64_t version = 1;
};

// A team of an organisation; teams form a tree.
struct Team {
  id::Uuid organisation;
  id::Uuid id;
  std::string display_name;
  std::optional<id::Uuid> parent;
};

// As in the proto, by number.
enum class StaffState { kUnspecified = 0, kActive = 1, kSuspended = 2, kLeft = 3 };

// A person who works in the organisation.
struct StaffMember {
  id::Uuid organisation;
  id::Uuid id;
  std::string display_name;
  std::string email;
  std::optional<id::Uuid> team;
  std::optional<id::Uuid> line_manager;
  StaffState state = StaffState::kActive;
  int64_t version = 1;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_H_
