// Calendar feeds, as the enrolment service has them.
#ifndef DAP_SERVICES_GATEWAY_DOOR_READ_FEEDS_H_
#define DAP_SERVICES_GATEWAY_DOOR_READ_FEEDS_H_

#include <memory>

#include "libs/rpc/channel.h"
#include "services/gateway/door/feed_limits.h"

namespace dap::gateway {

// Asks over `enrolment` for at most five seconds.
FeedLimits::Feed ReadFeedsFrom(std::shared_ptr<rpc::Channel> enrolment);

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_DOOR_READ_FEEDS_H_
