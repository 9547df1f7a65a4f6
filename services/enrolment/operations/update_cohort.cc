#include "services/enrolment/operations/update_cohort.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<Cohort> LockToChange(Work& work, const CohortKey& key, const Caller& caller,
                                    const CohortFields& fields) {
  if (!caller.admin || fields != CohortFields{CohortField::kCoaches}) {
    return LockAsCoach(work, key, caller);
  }
  return LockForAll(work, key);
}

// What the other services keep of a cohort in each of its enrolments.
bool IsInRoster(const CohortFields& fields) {
  const auto holds = [&fields](CohortField field) { return fields.count(field) > 0; };
  return holds(CohortField::kTitle) || holds(CohortField::kCommitment) ||
         holds(CohortField::kBalanceTarget) || holds(CohortField::kCoaches);
}

absl::Status Write(Work& work, Cohort& cohort, const CohortFields& fields) {
  if (fields.count(CohortField::kCoaches) > 0) {
    RETURN_IF_ERROR(store::ReplaceCoaches(work.tx, cohort));
  }
  if (fields.count(CohortField::kCapacity) > 0) RETURN_IF_ERROR(RecordPlaces(work, cohort));
  RETURN_IF_ERROR(RecordCohort(work, cohort));
  return IsInRoster(fields) ? TellAll(work, cohort) : absl::OkStatus();
}

}  // namespace

absl::Status CheckCoaches(db::Connection& tx, const id::Uuid& organisation,
                          const std::vector<id::Uuid>& coaches,
                          const std::vector<id::Uuid>& known) {
  for (size_t i = 0; i < coaches.size(); ++i) {
    if (std::find(known.begin(), known.end(), coaches[i]) != known.end()) continue;
    ASSIGN_OR_RETURN(bool there, WorksThere(tx, organisation, coaches[i]));
    if (there) continue;
    return status::Invalid(absl::StrCat("cohort.coaches[", i, "]"), "STAFF_MEMBER_UNKNOWN",
                           "Must be somebody who works in the organisation.");
  }
  return absl::OkStatus();
}

absl::StatusOr<Cohort> UpdateCohort(Work& work, const CohortKey& key, const Caller& caller,
                                    const CohortChange& change) {
  ASSIGN_OR_RETURN(Cohort cohort, LockToChange(work, key, caller, change.fields));
  const std::string& etag = change.wanted.etag();
  if (!etag.empty() && etag != Etag(cohort.version)) {
    return status::Aborted("ETAG_MISMATCH", "The cohort has changed since: read it again.");
  }
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  Cohort wanted = cohort;
  RETURN_IF_ERROR(ReadFields(change.wanted, change.fields, settings, wanted));
  if (change.fields.count(CohortField::kCoaches) > 0) wanted.coaches = change.coaches;
  RETURN_IF_ERROR(CheckChange(cohort, wanted));
  RETURN_IF_ERROR(CheckCoaches(work.tx, key.organisation, wanted.coaches, cohort.coaches));
  const CohortFields fields = Differences(cohort, wanted);
  if (change.validate_only || fields.empty()) return wanted;
  RETURN_IF_ERROR(Write(work, wanted, fields));
  return wanted;
}

absl::StatusOr<Cohort> SetCohortJoinCode(Work& work, const CohortKey& key, const Caller& caller,
                                         const std::string& code) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  if (!code.empty()) RETURN_IF_ERROR(CheckNotOver(cohort));
  if (cohort.join_code == code) return cohort;
  cohort.join_code = code;
  absl::Status recorded = RecordCohort(work, cohort);
  if (db::IsDuplicateKey(recorded)) {
    return status::Aborted("JOIN_CODE_IN_USE", "Send it again, for another code.");
  }
  RETURN_IF_ERROR(recorded);
  return cohort;
}

}  // namespace dap::enrolment
