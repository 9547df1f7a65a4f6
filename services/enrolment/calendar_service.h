// The gRPC face of dap.enrolment.v1.CalendarService: reads names, asks the operation, fills the
// answer. Rules and errors are told in the proto.
#ifndef DAP_SERVICES_ENROLMENT_CALENDAR_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_CALENDAR_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/calendar_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/enrolment/parts.h"

namespace dap::enrolment {

// Thread-safe. Each call blocks for its database work: one transaction for a change, two for a feed
// that is asked for again, a read of some five queries for a calendar.
class CalendarFace {
 public:
  explicit CalendarFace(const Parts& parts);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;

  Result<v1::GetSessionCalendarResponse> GetSessionCalendar(const Call&,
                                                            const v1::GetSessionCalendarRequest&);
  Result<v1::CreateCalendarFeedResponse> CreateCalendarFeed(const Call&,
                                                            const v1::CreateCalendarFeedRequest&);
  Result<v1::ListCalendarFeedsResponse> ListCalendarFeeds(const Call&,
                                                          const v1::ListCalendarFeedsRequest&);
  Result<v1::RevokeCalendarFeedResponse> RevokeCalendarFeed(const Call&,
                                                            const v1::RevokeCalendarFeedRequest&);
  Result<v1::ReadCalendarFeedResponse> ReadCalendarFeed(const Call&,
                                                        const v1::ReadCalendarFeedRequest&);

  const Parts parts_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_CALENDAR_SERVICE_H_
