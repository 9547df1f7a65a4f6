#ifndef DAP_SERVICES_NOTIFICATION_CONSUMERS_EVENT_TIMES_H_
#define DAP_SERVICES_NOTIFICATION_CONSUMERS_EVENT_TIMES_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace dap::notification {

inline absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_CONSUMERS_EVENT_TIMES_H_
