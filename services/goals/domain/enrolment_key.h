#ifndef DAP_SERVICES_GOALS_DOMAIN_ENROLMENT_KEY_H_
#define DAP_SERVICES_GOALS_DOMAIN_ENROLMENT_KEY_H_

#include "libs/id/uuid.h"

namespace dap::goals {

// Whose something is: every table but the settings is keyed by it first.
struct EnrolmentKey {
  id::Uuid organisation;
  id::Uuid enrolment;

  friend bool operator==(const EnrolmentKey&, const EnrolmentKey&) = default;
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_ENROLMENT_KEY_H_
