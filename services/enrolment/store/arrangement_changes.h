// How arrangements came about.
#ifndef DAP_SERVICES_ENROLMENT_STORE_ARRANGEMENT_CHANGES_H_
#define DAP_SERVICES_ENROLMENT_STORE_ARRANGEMENT_CHANGES_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/arrangement.h"

namespace dap::enrolment::store {

struct ArrangementChange {
  id::Uuid organisation;
  id::Uuid enrolment;
  // The enrolment's since then.
  int64_t version = 0;
  absl::Time change_time;
  id::Uuid changed_by;
  By changed_as = By::kParticipant;
  // Nothing where they agreed for the first time.
  std::optional<Arrangement> from;
  Arrangement to;
};

absl::Status InsertArrangementChange(db::Connection& tx, const ArrangementChange& change);
// Newest first, those below version `below`.
absl::StatusOr<std::vector<ArrangementChange>> ListArrangementChanges(db::Connection& connection,
                                                                      const id::Uuid& organisation,
                                                                      const id::Uuid& enrolment,
                                                                      int64_t below, int limit);

// The statement of lists, for the test that it goes by its index.
extern const char kListArrangementChangesSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_ARRANGEMENT_CHANGES_H_
