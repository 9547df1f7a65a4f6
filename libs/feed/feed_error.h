// Errors of the feed that libs/status has no maker for. Internal to libs/feed.
#ifndef DAP_LIBS_FEED_FEED_ERROR_H_
#define DAP_LIBS_FEED_FEED_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dap::feed {

// OUT_OF_RANGE: the feed cannot answer from that position, now or later.
absl::Status OutOfRange(absl::string_view reason, absl::string_view message);

// Whether the same work may succeed when it is done again a little later.
bool PassesByItself(const absl::Status& status);

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_FEED_ERROR_H_
