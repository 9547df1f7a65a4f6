// The tables experience and cheer: what participants share with their cohort.
#ifndef DAP_SERVICES_ACTIVITY_STORE_EXPERIENCES_H_
#define DAP_SERVICES_ACTIVITY_STORE_EXPERIENCES_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/experience.h"

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
  Audience audience = Audience::kCohort;
  ExperienceState state = ExperienceState::kShared;
  int64_t revision = 1;
  std::optional<absl::Time> edit_time;
  id::Uuid recorded_by;  // nil where the author wrote it
  int comments = 0;
  // By CheerKind, from the first.
  std::array<int, kCheerKinds> cheers = {};
  std::optional<absl::Time> reported_at;
  std::string removal_reason;
  // Of the roster: the author, and their patron (nil for none).
  std::string author_display_name;
  id::Uuid author;
  id::Uuid patron;
  // The reader's own.
  CheerKind my_cheer = CheerKind::kNone;
};

// Who reads a list: a member of the cohort.
struct ExperienceReader {
  id::Uuid staff;
  bool coach = false;
  // As a patron's role lets them.
  bool patron = false;
};

absl::Status InsertExperience(db::Connection& tx, const ExperienceRow& row);
// All that changes but the counts of cheers and comments.
absl::Status SaveExperience(db::Connection& tx, const ExperienceRow& row);
absl::Status DeleteExperience(db::Connection& tx, const ExperienceRow& row);
absl::Status AddToComments(db::Connection& tx, const ExperienceRow& row, int more);

// `reader` is the staff member for whom `my_cheer` is told. One query on the primary keys.
absl::StatusOr<std::optional<ExperienceRow>> FindExperience(db::Connection& db,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort,
                                                            const id::Uuid& experience,
                                                            const id::Uuid& reader);
// The same, locked until the transaction ends: everything that changes one does so first.
absl::StatusOr<std::optional<ExperienceRow>> LockExperience(db::Connection& tx,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort,
                                                            const id::Uuid& experience,
                                                            const id::Uuid& reader);

// Newest first, after that one (none: from the newest); at most `limit`. What is shared and the
// reader may see.
absl::StatusOr<std::vector<ExperienceRow>> ListExperiences(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const ExperienceReader& reader, const std::optional<id::Uuid>& after, int limit);
// The same of one enrolment; to its participant in every state.
absl::StatusOr<std::vector<ExperienceRow>> ListExperiencesOf(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& enrolment, const ExperienceReader& reader, const std::optional<id::Uuid>& after,
    int limit);

// An experience as a patron's board tells of it.
struct SharedExperience {
  id::Uuid enrolment;
  id::Uuid cohort;
  id::Uuid experience;
  std::string text;
  std::string link;
  int moment = 0;  // dap.activity.v1.FirstTimeMoment
};
// Of each of the enrolments what is shared with the whole cohort, newest first, at most `limit`.
// One query for 64 enrolments.
absl::StatusOr<std::vector<SharedExperience>> ListLatestShared(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments,
    int limit);

// Where a list of reported ones goes on.
struct ReportedPlace {
  absl::Time reported_at;
  id::Uuid experience;
};
// The longest waiting first.
absl::StatusOr<std::vector<ExperienceRow>> ListReported(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& reader, const std::optional<ReportedPlace>& after, int limit);

// Makes `kind` the person's cheer (none: takes it back) of a locked experience, and counts; `row`
// follows.
absl::Status SetCheer(db::Connection& tx, const id::Uuid& staff, CheerKind kind, absl::Time now,
                      ExperienceRow& row);

// For the test that they go by their keys.
extern const absl::string_view kListExperiencesSql;
extern const absl::string_view kListExperiencesOfSql;
extern const absl::string_view kListReportedSql;
extern const absl::string_view kListLatestSharedSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_EXPERIENCES_H_
