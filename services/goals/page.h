// One page of a list.
#ifndef DAP_SERVICES_GOALS_PAGE_H_
#define DAP_SERVICES_GOALS_PAGE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/status/macros.h"

namespace dap::goals {

struct Page {
  int size;                 // items in it
  std::string after;        // the last item of the page before; empty for the first page
  std::string fingerprint;  // of the query

  // `after` of lists that go down the ids.
  std::optional<id::Uuid> before_id() const {
    const absl::StatusOr<id::Uuid> id = id::Uuid::Parse(after);
    return id.ok() ? std::optional<id::Uuid>(*id) : std::nullopt;
  }
};

inline constexpr int kDefaultPageSize = 50;

// What a list's request asks for. INVALID_ARGUMENT for a page token that is none, or another
// query's.
template <typename Req>
absl::StatusOr<Page> PageOf(const rpc::PageTokens& tokens, const rpc::Call& call,
                            const Req& request) {
  Page page;
  page.size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  page.fingerprint = rpc::QueryFingerprint(
      request, std::string(call.principal().organisation.bytes()) + request.GetTypeName());
  ASSIGN_OR_RETURN(page.after, tokens.Open(request.page_token(), page.fingerprint));
  return page;
}

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_PAGE_H_
