#include "services/gateway/door/read_feeds.h"

#include <utility>

#include "dap/enrolment/v1/calendar_service.pb.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::gateway {
namespace {

constexpr char kReadFeed[] = "dap.enrolment.v1.CalendarService/ReadCalendarFeed";
// A thread of the door waits so long.
constexpr absl::Duration kPatience = absl::Seconds(5);

}  // namespace

FeedLimits::Feed ReadFeedsFrom(std::shared_ptr<rpc::Channel> enrolment) {
  return [enrolment = std::move(enrolment)](
             const std::string& secret,
             const std::string& known_tag) -> absl::StatusOr<CalendarAnswer> {
    enrolment::v1::ReadCalendarFeedRequest request;
    request.set_secret(secret);
    request.set_known_tag(known_tag);
    rpc::CallContext context;
    context.deadline = time::SystemClock().Now() + kPatience;
    ASSIGN_OR_RETURN(auto feed, enrolment->Call<enrolment::v1::ReadCalendarFeedResponse>(
                                    kReadFeed, request, context));
    return CalendarAnswer{feed.calendar(), feed.tag(), feed.content_type()};
  };
}

}  // namespace dap::gateway
