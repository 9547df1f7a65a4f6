// One page of a list, by keyset, with a signed token for the next.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_PAGE_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_PAGE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/transaction.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/status/macros.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

inline constexpr int kDefaultPageSize = 50;

template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::string next_page_token;
};

// One page of any list: `read` gives up to a limit of rows after a position (empty: from the
// start), and `position` that of a row. One row more than the page holds tells whether there is
// another page. INVALID_ARGUMENT for page_token: those of rpc::PageTokens::Open.
template <typename Row, typename Req>
absl::StatusOr<Page<Row>> PageOf(
    const Context& context, const rpc::Call& call, const Req& request,
    const std::function<absl::StatusOr<std::vector<Row>>(db::Connection&, absl::string_view, int)>&
        read,
    const std::function<std::string(const Row&)>& position) {
  const std::string query = rpc::QueryFingerprint(request, call.principal().subject);
  ASSIGN_OR_RETURN(std::string after, context.page_tokens.Open(request.page_token(), query));
  const int size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  Page<Row> page;
  ASSIGN_OR_RETURN(page.rows, db::Read(context.pool, call.deadline(), [&](db::Connection& db) {
                     return read(db, after, size + 1);
                   }));
  if (static_cast<int>(page.rows.size()) > size) {
    page.rows.pop_back();
    page.next_page_token = context.page_tokens.Sign(query, position(page.rows.back()));
  }
  return page;
}

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_PAGE_H_
