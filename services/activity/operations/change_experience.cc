#include "services/activity/operations/change_experience.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/store/cohort_changes.h"
#include "services/activity/store/experience_reports.h"

namespace dap::activity {
namespace {

// Who could see it.
Audience SeenBy(const ExperienceRow& row) {
  return row.state == ExperienceState::kShared ? row.audience : Audience::kUnspecified;
}

// The next version, saved and told to the cohort. `before` is who saw the last one.
absl::Status Save(db::Connection& tx, Audience before, ExperienceRow& row) {
  ++row.revision;
  RETURN_IF_ERROR(SaveExperience(tx, row));
  return AppendChange(
      tx, {row.organisation, row.cohort},
      {.kind = ChangeKind::kExperience, .experience = row.experience, .audience_before = before});
}

absl::Status CheckEtag(const ExperienceRow& row, absl::string_view etag) {
  if (etag == EtagOf(row.revision)) return absl::OkStatus();
  return status::Aborted("ETAG_MISMATCH", "It was changed since you read it. Read it again.");
}

void AddHidden(feed::Outbox& outbox, const ExperienceRow& row) {
  events::v1::Event event;
  events::v1::ExperienceHidden& hidden = *event.mutable_experience_hidden();
  hidden.set_experience(Bytes(row.experience));
  hidden.set_enrolment(Bytes(row.enrolment));
  hidden.set_cohort(Bytes(row.cohort));
  hidden.set_removed_by_coach(row.state == ExperienceState::kRemoved);
  outbox.Add(row.organisation, std::move(event));
}

// What the mask names, checked and put into the row.
absl::Status Apply(const v1::UpdateExperienceRequest& request, ExperienceRow& row) {
  const v1::Experience& wanted = request.experience();
  if (request.update_mask().paths().empty()) {
    return status::Invalid("update_mask", "MASK_EMPTY", "Name text, link or audience.");
  }
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "text") {
      RETURN_IF_ERROR(CheckText(wanted.text(), "experience.text"));
      row.text = wanted.text();
    } else if (path == "link") {
      RETURN_IF_ERROR(CheckLink(wanted.link(), "experience.link"));
      row.link = wanted.link();
    } else if (path == "audience") {
      row.audience = static_cast<Audience>(wanted.audience());
      RETURN_IF_ERROR(CheckAudience(row.audience, "experience.audience"));
    } else {
      return status::Invalid("update_mask", "MASK_UNKNOWN",
                             "Only text, link and audience can be changed.");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string EtagOf(int64_t revision) { return absl::StrCat("v", revision); }

absl::StatusOr<ExperienceRow> LockOwn(db::Connection& tx, const id::Uuid& organisation,
                                      const id::Uuid& cohort, const id::Uuid& experience,
                                      const id::Uuid& staff) {
  ASSIGN_OR_RETURN(std::optional<ExperienceRow> row,
                   LockExperience(tx, organisation, cohort, experience, staff));
  if (row && row->author == staff) return *std::move(row);
  return status::Denied("NOT_YOURS", "Only its author may do that.");
}

absl::StatusOr<ExperienceRow> LockSeen(db::Connection& tx, const Member& member,
                                       const id::Uuid& experience) {
  ASSIGN_OR_RETURN(
      std::optional<ExperienceRow> row,
      LockExperience(tx, member.organisation, member.cohort, experience, member.staff));
  if (row && MaySee(row->state, row->audience, member.To(*row))) return *std::move(row);
  return status::NotFound("experience", experience.ToString());
}

absl::Status UpdateExperience(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                              const v1::UpdateExperienceRequest& request, ExperienceRow& row) {
  RETURN_IF_ERROR(CheckAuthorMayChange(row.state));
  if (request.experience().etag().empty()) {
    return status::Invalid("experience.etag", "ETAG_MISSING", "Send the etag that you read.");
  }
  RETURN_IF_ERROR(CheckEtag(row, request.experience().etag()));
  const Audience before = SeenBy(row);
  RETURN_IF_ERROR(Apply(request, row));
  row.edit_time = context.clock.Now();
  RETURN_IF_ERROR(Save(tx, before, row));
  // The patron, who may still have to be told of it, does not see it any more.
  const bool from_patron = before == Audience::kCohort || before == Audience::kPatronAndCoach;
  if (from_patron && SeenBy(row) == Audience::kCoach) AddHidden(outbox, row);
  return absl::OkStatus();
}

absl::Status HideExperience(db::Connection& tx, feed::Outbox& outbox, ExperienceRow& row) {
  RETURN_IF_ERROR(CheckAuthorMayChange(row.state));
  if (row.state == ExperienceState::kHidden) return absl::OkStatus();
  const Audience before = SeenBy(row);
  row.state = ExperienceState::kHidden;
  RETURN_IF_ERROR(Save(tx, before, row));
  AddHidden(outbox, row);
  return absl::OkStatus();
}

absl::Status UnhideExperience(db::Connection& tx, ExperienceRow& row) {
  RETURN_IF_ERROR(CheckAuthorMayChange(row.state));
  if (row.state == ExperienceState::kShared) return absl::OkStatus();
  const Audience before = SeenBy(row);
  row.state = ExperienceState::kShared;
  return Save(tx, before, row);
}

absl::Status Cheer(const Context& context, db::Connection& tx, const id::Uuid& staff,
                   CheerKind kind, ExperienceRow& row) {
  if (kind != CheerKind::kNone) RETURN_IF_ERROR(CheckCheerKind(kind));
  RETURN_IF_ERROR(CheckShared(row.state));
  if (row.my_cheer == kind) return absl::OkStatus();
  RETURN_IF_ERROR(SetCheer(tx, staff, kind, context.clock.Now(), row));
  return AppendChange(tx, {row.organisation, row.cohort},
                      {.kind = ChangeKind::kCheers, .experience = row.experience});
}

absl::Status ReportExperience(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                              const id::Uuid& staff, absl::string_view reason, ExperienceRow& row) {
  RETURN_IF_ERROR(CheckText(reason, "reason"));
  RETURN_IF_ERROR(CheckShared(row.state));
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(bool added,
                   InsertReport(tx, row.organisation, row.experience, staff, reason, now));
  if (!added || row.reported_at) return absl::OkStatus();
  row.reported_at = now;
  RETURN_IF_ERROR(SaveExperience(tx, row));
  events::v1::Event event;
  events::v1::ExperienceReported& reported = *event.mutable_experience_reported();
  reported.set_experience(Bytes(row.experience));
  reported.set_enrolment(Bytes(row.enrolment));
  reported.set_cohort(Bytes(row.cohort));
  outbox.Add(row.organisation, std::move(event));
  return absl::OkStatus();
}

absl::Status ModerateExperience(db::Connection& tx, feed::Outbox& outbox,
                                const v1::ModerateExperienceRequest& request, ExperienceRow& row) {
  RETURN_IF_ERROR(CheckShared(row.state));
  RETURN_IF_ERROR(CheckEtag(row, request.etag()));
  const bool remove = request.decision() == v1::MODERATION_DECISION_REMOVE;
  if (!remove && request.decision() != v1::MODERATION_DECISION_KEEP) {
    return status::Invalid("decision", "DECISION_UNKNOWN", "Say KEEP or REMOVE.");
  }
  if (remove && request.reason().empty()) {
    return status::Invalid("reason", "REASON_MISSING", "Say why: its author reads it.");
  }
  RETURN_IF_ERROR(SettleReports(tx, row.organisation, row.experience));
  row.reported_at = std::nullopt;
  if (!remove) return SaveExperience(tx, row);
  RETURN_IF_ERROR(CheckText(request.reason(), "reason"));
  const Audience before = SeenBy(row);
  row.state = ExperienceState::kRemoved;
  row.removal_reason = request.reason();
  RETURN_IF_ERROR(Save(tx, before, row));
  AddHidden(outbox, row);
  return absl::OkStatus();
}

}  // namespace dap::activity
