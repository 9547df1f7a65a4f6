#include "services/activity/operations/lists.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::activity {
namespace {

// Positions are 16 bytes of an id and what goes before it in the order.
std::string Position(absl::string_view before, const id::Uuid& id) {
  return absl::StrCat(id.bytes(), before);
}
id::Uuid IdOf(absl::string_view position) {
  return id::Uuid::FromBytes(position.substr(0, id::Uuid::kBytes));
}
absl::string_view BeforeOf(absl::string_view position) {
  return position.substr(std::min<size_t>(position.size(), id::Uuid::kBytes));
}
std::string Micros(absl::Time time) { return absl::StrCat(absl::ToUnixMicros(time)); }
absl::Time FromMicros(absl::string_view text) {
  int64_t micros = 0;
  (void)absl::SimpleAtoi(text, &micros);  // the token is signed: it holds what Micros wrote
  return absl::FromUnixMicros(micros);
}

}  // namespace

absl::StatusOr<Page<ActivityRow>> ListActivityPage(const Context& context, const rpc::Call& call,
                                                   const v1::ListActivitiesRequest& request,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& enrolment) {
  return PageOf<ActivityRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        std::optional<ActivityPlace> place;
        if (!after.empty()) place = ActivityPlace{FromMicros(BeforeOf(after)), IdOf(after)};
        return ListActivities(db, organisation, enrolment, place, limit);
      },
      [](const ActivityRow& row) { return Position(Micros(row.activity_time), row.activity); });
}

absl::StatusOr<Page<RevisionRow>> ListRevisionPage(const Context& context, const rpc::Call& call,
                                                   const v1::ListActivityRevisionsRequest& request,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& enrolment,
                                                   const id::Uuid& activity) {
  return PageOf<RevisionRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        int before = std::numeric_limits<int>::max();
        if (!after.empty()) (void)absl::SimpleAtoi(after, &before);  // what the next line wrote
        return ListRevisions(db, organisation, enrolment, activity, before, limit);
      },
      [](const RevisionRow& row) { return absl::StrCat(row.revision); });
}

absl::StatusOr<Page<QueueView>> ListQueuePage(const Context& context, const rpc::Call& call,
                                              const v1::ListPatronQueueRequest& request,
                                              const id::Uuid& organisation) {
  return PageOf<QueueView>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after,
          int limit) -> absl::StatusOr<std::vector<QueueView>> {
        QueuePlace place;
        if (!after.empty()) {
          ASSIGN_OR_RETURN(place, FindQueuePlace(db, organisation, IdOf(after)));
        }
        return ListQueue(db, organisation, call.principal().staff, place, limit);
      },
      // A token is readable: without the time, which the patron is not to see.
      [](const QueueView& view) { return Position("", view.entry.entry); });
}

absl::StatusOr<Page<roster::Entry>> CohortPage(const Context& context, const rpc::Call& call,
                                               const v1::ListCohortProgressRequest& request,
                                               const std::vector<roster::Entry>& cohort) {
  const std::string query = rpc::QueryFingerprint(request, call.principal().subject);
  ASSIGN_OR_RETURN(std::string after, context.page_tokens.Open(request.page_token(), query));
  const size_t size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  auto next = cohort.begin();
  if (!after.empty()) {
    next = std::upper_bound(
        cohort.begin(), cohort.end(), IdOf(after),
        [](const id::Uuid& id, const roster::Entry& entry) { return id < entry.enrolment; });
  }
  Page<roster::Entry> page;
  for (; next != cohort.end() && page.rows.size() < size; ++next) page.rows.push_back(*next);
  if (next != cohort.end()) {
    page.next_page_token =
        context.page_tokens.Sign(query, Position("", page.rows.back().enrolment));
  }
  return page;
}

}  // namespace dap::activity
