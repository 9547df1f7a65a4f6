// What every operation is given.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_WORK_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_WORK_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"

namespace dap::enrolment {

// One transaction's work. An operation writes and emits; whoever called it commits. It may run
// several times, so it touches nothing else. Not thread-safe.
struct Work {
  db::Connection& tx;
  feed::Outbox& outbox;
  absl::Time now;
  // The organisation's zone, read once; a transaction works for one organisation.
  std::optional<std::string> time_zone = std::nullopt;
};

// Who asks: what their token says they are. What they are to a cohort or an enrolment is decided in
// operations/relations.h.
struct Caller {
  id::Uuid staff;
  bool participant = false;
  bool patron = false;
  bool coach = false;
  bool admin = false;
};

// A cohort by its ids.
struct CohortKey {
  id::Uuid organisation;
  id::Uuid cohort;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_WORK_H_
