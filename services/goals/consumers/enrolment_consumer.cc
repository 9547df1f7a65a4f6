#include "services/goals/consumers/enrolment_consumer.h"

#include "libs/roster/roster.h"

namespace dap::goals {

absl::Status ApplyEnrolmentEvent(db::Connection& tx, feed::Outbox&,
                                 const events::v1::Event& event) {
  if (!event.has_enrolment_changed()) return absl::OkStatus();
  return roster::Apply(tx, event.enrolment_changed().entry());
}

}  // namespace dap::goals
