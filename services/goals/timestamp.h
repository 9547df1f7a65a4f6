#ifndef DAP_SERVICES_GOALS_TIMESTAMP_H_
#define DAP_SERVICES_GOALS_TIMESTAMP_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace dap::goals {

// Whole microseconds, which is what is kept.
inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int32_t>((micros - timestamp.seconds() * 1000000) * 1000));
  return timestamp;
}

inline absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_TIMESTAMP_H_
