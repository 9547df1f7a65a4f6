// The tables experience and cheer: what participants share with their cohort.
#ifndef DAP_SERVICES_ACTIVITY_STORE_EXPERIENCES_H_
#define DAP_SERVICES_ACTIVITY_STORE_EXPERIENCES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

struct ExperienceRow {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid experience;
  id::Uuid enrolment;
  std::string text;
  std::string link;
  int moment = 0;  // dap.activity.v1.FirstTimeMoment
  absl::Time create_time;
  int cheers = 0;
  // As the reader sees it.
  std::string author_display_name;
  bool cheered = false;
};

absl::Status InsertExperience(db::Connection& tx, const ExperienceRow& row);

// `reader` is the staff member for whom `cheered` is told. One query on the primary keys.
absl::StatusOr<std::optional<ExperienceRow>> FindExperience(db::Connection& db,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort,
                                                            const id::Uuid& experience,
                                                            const id::Uuid& reader);
// Newest first, after that one (none: from the newest); at most `limit`.
absl::StatusOr<std::vector<ExperienceRow>> ListExperiences(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& reader, const std::optional<id::Uuid>& after, int limit);

// One a person: again changes nothing.
absl::Status InsertCheer(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& cohort,
                         const id::Uuid& experience, const id::Uuid& staff);

// For the test that it goes by its key.
extern const absl::string_view kListExperiencesSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_EXPERIENCES_H_
