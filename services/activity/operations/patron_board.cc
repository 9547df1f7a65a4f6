#include "services/activity/operations/patron_board.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/activity/domain/patronage.h"

namespace dap::activity {
namespace {

// A position is the 16 bytes of the enrolment and the name.
absl::StatusOr<Page<BoardRow>> ListBoardPage(const Context& context, const rpc::Call& call,
                                             const v1::ListPatronBoardRequest& request,
                                             const id::Uuid& organisation) {
  return PageOf<BoardRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        std::optional<BoardPlace> place;
        if (!after.empty()) {
          place = BoardPlace{std::string(after.substr(id::Uuid::kBytes)),
                             id::Uuid::FromBytes(after.substr(0, id::Uuid::kBytes))};
        }
        return ListBoard(db, organisation, call.principal().staff, place, limit);
      },
      [](const BoardRow& row) {
        return absl::StrCat(row.enrolment.bytes(), row.participant_display_name);
      });
}

struct Shared {
  std::vector<SharedExperience> experiences;
  std::vector<CohortSession> sessions;
};

absl::StatusOr<Shared> ReadShared(db::Connection& db, const id::Uuid& organisation,
                                  const std::vector<BoardRow>& rows, absl::Time now) {
  std::vector<id::Uuid> enrolments;
  std::vector<id::Uuid> cohorts;
  for (const BoardRow& row : rows) {
    enrolments.push_back(row.enrolment);
    cohorts.push_back(row.cohort);
  }
  std::sort(cohorts.begin(), cohorts.end());
  cohorts.erase(std::unique(cohorts.begin(), cohorts.end()), cohorts.end());
  Shared shared;
  ASSIGN_OR_RETURN(shared.experiences,
                   ListLatestShared(db, organisation, enrolments, kBoardExperiences));
  ASSIGN_OR_RETURN(shared.sessions,
                   ListComingSessions(db, organisation, cohorts, now, kBoardSessions));
  return shared;
}

}  // namespace

absl::StatusOr<Page<BoardView>> ListPatronBoard(const Context& context, const rpc::Call& call,
                                                const v1::ListPatronBoardRequest& request,
                                                const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(Page<BoardRow> rows, ListBoardPage(context, call, request, organisation));
  ASSIGN_OR_RETURN(const Shared shared,
                   db::Read(context.pool, call.deadline(), [&](db::Connection& db) {
                     return ReadShared(db, organisation, rows.rows, context.clock.Now());
                   }));
  Page<BoardView> page;
  page.next_page_token = std::move(rows.next_page_token);
  for (BoardRow& row : rows.rows) {
    BoardView& view = page.rows.emplace_back();
    std::copy_if(
        shared.experiences.begin(), shared.experiences.end(), std::back_inserter(view.experiences),
        [&](const SharedExperience& experience) { return experience.enrolment == row.enrolment; });
    std::copy_if(shared.sessions.begin(), shared.sessions.end(), std::back_inserter(view.sessions),
                 [&](const CohortSession& session) { return session.cohort == row.cohort; });
    view.row = std::move(row);
  }
  return page;
}

}  // namespace dap::activity
