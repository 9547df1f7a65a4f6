// What every face of this service is given, and how it makes a change.
#ifndef DAP_SERVICES_ENROLMENT_PARTS_H_
#define DAP_SERVICES_ENROLMENT_PARTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/db/pool.h"
#include "libs/feed/feed.h"
#include "libs/id/uuid.h"
#include "libs/requests/requests.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/time/clock.h"
#include "services/enrolment/operations/work.h"

namespace dap::enrolment {

// What a face works with; all must outlive it.
struct Parts {
  db::Pool& pool;
  feed::Feed& feed;
  const time::Clock& clock;
  id::Generator& ids;
  const rpc::PageTokens& page_tokens;
  // Under which address the gateway serves calendar feeds; empty where it serves none.
  std::string calendar_url = "";
};

// A change, once for each request id: `body` is absl::StatusOr<Resp>(Work&).
template <typename Resp, typename Req, typename F>
absl::StatusOr<Resp> Once(const Parts& parts, const rpc::Call& call, const Req& request, F body) {
  return requests::Once<Resp>(
      requests::Ledger{parts.pool, parts.feed, parts.clock}, call, request,
      [&parts, &body](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
        Work work{tx, outbox, parts.clock.Now()};
        return body(work);
      });
}

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_PARTS_H_
