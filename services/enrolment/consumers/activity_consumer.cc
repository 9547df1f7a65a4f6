#include "services/enrolment/consumers/activity_consumer.h"

#include <optional>

#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "libs/id/uuid.h"
#include "services/enrolment/operations/leave_or_rest.h"
#include "services/enrolment/operations/work.h"

namespace dap::enrolment {

feed::Handler ActivityHandler(const time::Clock& clock) {
  return [&clock](db::Connection& tx, feed::Outbox& outbox, const events::v1::Event& event) {
    if (!event.has_check_in_answered()) return absl::OkStatus();
    const auto& answered = event.check_in_answered();
    const id::Uuid organisation = id::Uuid::FromBytes(event.organisation());
    const id::Uuid enrolment = id::Uuid::FromBytes(answered.enrolment());
    Work work{tx, outbox, clock.Now()};
    switch (answered.answer()) {
      case activity::v1::CHECK_IN_ANSWER_BUSY: {
        std::optional<absl::Time> until;
        if (answered.has_busy_until_time()) {
          until = absl::FromUnixMicros(google::protobuf::util::TimeUtil::TimestampToMicroseconds(
              answered.busy_until_time()));
        }
        return BusyUntil(work, organisation, enrolment, until);
      }
      case activity::v1::CHECK_IN_ANSWER_NOT_FOR_ME:
        return NotForMe(work, organisation, enrolment);
      default:
        return absl::OkStatus();
    }
  };
}

}  // namespace dap::enrolment
