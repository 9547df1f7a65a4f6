// Reading what all requests have: names of the caller's organisation, the caller, pages.
#ifndef DAP_SERVICES_ENROLMENT_REQUEST_H_
#define DAP_SERVICES_ENROLMENT_REQUEST_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/patrons.h"
#include "services/enrolment/operations/sessions.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// The ids of a name. PERMISSION_DENIED (OTHER_ORGANISATION) where its organisation is not the
// caller's, before anything is looked up.
absl::StatusOr<id::Uuid> OrganisationOf(const rpc::Call& call, absl::string_view name);
absl::StatusOr<id::Uuid> StaffOf(const rpc::Call& call, absl::string_view name);
absl::StatusOr<id::Uuid> TeamOf(const rpc::Call& call, absl::string_view name);
absl::StatusOr<CohortKey> CohortOf(const rpc::Call& call, absl::string_view name);
// `part` is what a name has after the enrolment's: "/arrangement".
absl::StatusOr<store::EnrolmentKey> EnrolmentOf(const rpc::Call& call, absl::string_view name,
                                                absl::string_view part = "");
absl::StatusOr<PatronKey> PatronOf(const rpc::Call& call, absl::string_view name);
struct PatronCoverOfPatron {
  PatronKey patron;
  id::Uuid cover;
};
absl::StatusOr<PatronCoverOfPatron> PatronCoverOf(const rpc::Call& call, absl::string_view name);
// A calendar feed by its ids.
struct CalendarFeedKey {
  id::Uuid organisation;
  id::Uuid feed;
};
absl::StatusOr<CalendarFeedKey> CalendarFeedOf(const rpc::Call& call, absl::string_view name);
absl::StatusOr<SessionKey> SessionOf(const rpc::Call& call, absl::string_view name);

Caller CallerOf(const rpc::Call& call);

// How many items a page has: 50 where the caller does not say.
int PageSize(int requested);

// Where the page of a list begins, and the token for the one after it. One item more than the page
// is asked for, so that the last page is known as such.
class Page {
 public:
  template <typename Req>
  static absl::StatusOr<Page> Open(const rpc::PageTokens& tokens, const rpc::Call& call,
                                   const Req& request) {
    Page page(tokens, rpc::QueryFingerprint(request, call.principal().subject),
              PageSize(request.page_size()));
    ASSIGN_OR_RETURN(page.position_, tokens.Open(request.page_token(), page.fingerprint_));
    return page;
  }

  // Empty for the first page.
  const std::string& position() const { return position_; }
  // What to ask the store for.
  int limit() const { return size_ + 1; }

  // Cuts `items` to the page; the next page's token, which begins after the last item's position.
  template <typename T, typename F>
  std::string Cut(std::vector<T>& items, F position_of) const {
    if (static_cast<int>(items.size()) <= size_) return "";
    items.resize(size_);
    return tokens_.Sign(fingerprint_, position_of(items.back()));
  }

  // The token of a page that begins after `position`.
  std::string TokenAt(const std::string& position) const {
    return tokens_.Sign(fingerprint_, position);
  }

 private:
  Page(const rpc::PageTokens& tokens, std::string fingerprint, int size)
      : tokens_(tokens), fingerprint_(std::move(fingerprint)), size_(size) {}

  const rpc::PageTokens& tokens_;
  std::string fingerprint_;
  int size_;
  std::string position_;
};

// The states that a list is of: `state` and `states` of its request, each once; none for all.
// INVALID_ARGUMENT (STATE_UNKNOWN) for one above `last` or unspecified among `states`.
template <typename State, typename Req>
absl::StatusOr<std::vector<State>> StatesOf(const Req& request, int last) {
  std::set<int> states;
  if (request.state() != 0) states.insert(request.state());
  states.insert(request.states().begin(), request.states().end());
  if (!states.empty() && (*states.begin() < 1 || *states.rbegin() > last)) {
    return status::Invalid("states", "STATE_UNKNOWN", "Name states that there are.");
  }
  std::vector<State> known;
  for (int state : states) known.push_back(static_cast<State>(state));
  return known;
}

// Positions: an id's bytes, a number, a time.
std::string PositionOf(const id::Uuid& id);
id::Uuid IdAt(absl::string_view position);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_REQUEST_H_
