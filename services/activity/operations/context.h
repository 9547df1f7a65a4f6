// What every operation of the service works with.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_CONTEXT_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_CONTEXT_H_

#include "libs/db/pool.h"
#include "libs/feed/feed.h"
#include "libs/id/uuid.h"
#include "libs/requests/requests.h"
#include "libs/roster/roster.h"
#include "libs/rpc/page_token.h"
#include "libs/time/clock.h"
#include "services/activity/domain/settings.h"

namespace dap::activity {

// References that outlive it; copied freely. Thread-safe.
struct Context {
  db::Pool& pool;
  feed::Feed& feed;
  const time::Clock& clock;
  id::Generator& ids;
  roster::Roster& roster;
  const rpc::PageTokens& page_tokens;
  Settings settings;

  requests::Ledger ledger() const { return {pool, feed, clock}; }
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_CONTEXT_H_
