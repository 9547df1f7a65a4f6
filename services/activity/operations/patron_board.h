// A patron's board: their participants as lesson 5 lets them see these.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_PATRON_BOARD_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_PATRON_BOARD_H_

#include <vector>

#include "absl/status/statusor.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/page.h"
#include "services/activity/store/cohort_sessions.h"
#include "services/activity/store/experiences.h"
#include "services/activity/store/patron_queue.h"

namespace dap::activity {

struct BoardView {
  BoardRow row;
  std::vector<SharedExperience> experiences;  // newest first
  std::vector<CohortSession> sessions;        // soonest first
};

// A page of the caller's board, by name. Three queries for 64 participants. INVALID_ARGUMENT for
// page_token: those of rpc::PageTokens::Open.
absl::StatusOr<Page<BoardView>> ListPatronBoard(const Context& context, const rpc::Call& call,
                                                const v1::ListPatronBoardRequest& request,
                                                const id::Uuid& organisation);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_PATRON_BOARD_H_
