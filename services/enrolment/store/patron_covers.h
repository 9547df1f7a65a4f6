// Who stands in for patrons who are away. Every change of one is made under its cohort's lock.
#ifndef DAP_SERVICES_ENROLMENT_STORE_PATRON_COVERS_H_
#define DAP_SERVICES_ENROLMENT_STORE_PATRON_COVERS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/patron_cover.h"

namespace dap::enrolment::store {

// A cover with the name of who stands in.
struct PatronCoverView {
  PatronCover cover;
  std::string covering_display_name;
};

absl::Status InsertPatronCover(db::Connection& tx, const PatronCover& cover);
// Writes its state and whether it lapsed, counts a change and sets the version.
absl::Status SavePatronCover(db::Connection& tx, PatronCover& cover);
absl::StatusOr<std::optional<PatronCoverView>> FindPatronCover(db::Connection& connection,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& cover);
// Those of a cohort that are planned or on.
absl::StatusOr<std::vector<PatronCover>> ListOpenPatronCovers(db::Connection& connection,
                                                              const id::Uuid& organisation,
                                                              const id::Uuid& cohort);

// Where a page begins: before this start and id.
struct PatronCoverPosition {
  absl::Time from;
  id::Uuid cover;
};
// A patron's, by start, newest first.
absl::StatusOr<std::vector<PatronCoverView>> ListPatronCovers(
    db::Connection& connection, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& patron, const std::optional<PatronCoverPosition>& after, int limit);

// A cover by its ids.
struct PatronCoverKey {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid cover;
};
// What is to begin or to end by `now`, over all organisations; `limit` of each.
absl::StatusOr<std::vector<PatronCoverKey>> ListPatronCoversDue(db::Connection& connection,
                                                                absl::Time now, int limit);
// By which somebody stands in now.
absl::StatusOr<std::vector<PatronCoverKey>> ListPatronCoversBy(db::Connection& connection,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& covering);

// The statements of lists, for the test that each goes by its index.
extern const char kListOpenPatronCoversSql[];
extern const char kListPatronCoversFirstSql[];
extern const char kListPatronCoversAfterSql[];
extern const char kListPatronCoversDueSql[];
extern const char kListCoversBySql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_PATRON_COVERS_H_
