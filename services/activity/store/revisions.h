// The table activity_revision: what activities said before they were corrected or deleted.
#ifndef DAP_SERVICES_ACTIVITY_STORE_REVISIONS_H_
#define DAP_SERVICES_ACTIVITY_STORE_REVISIONS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/store/activities.h"

namespace dap::activity {

struct RevisionRow {
  ActivityRow was;
  int change = 0;  // dap.activity.v1.ActivityChange
  absl::Time change_time;
  int revision = 0;  // from 1; given by InsertRevision
};

// As the activity's newest revision; the enrolment's lock keeps others from being it too.
absl::Status InsertRevision(db::Connection& tx, const RevisionRow& row);

// Newest first, those before revision `before`; at most `limit`. Along the primary key.
absl::StatusOr<std::vector<RevisionRow>> ListRevisions(db::Connection& db,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& enrolment,
                                                       const id::Uuid& activity, int before,
                                                       int limit);

extern const absl::string_view kListRevisionsSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_REVISIONS_H_
