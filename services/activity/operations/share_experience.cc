#include "services/activity/operations/share_experience.h"

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/contribute.h"
#include "services/activity/store/cohort_changes.h"

namespace dap::activity {
namespace {

Audience AudienceOf(const v1::Experience& experience) {
  if (experience.audience() == v1::AUDIENCE_UNSPECIFIED) return Audience::kCohort;
  return static_cast<Audience>(experience.audience());
}

absl::Status CheckExperience(const v1::Experience& experience) {
  RETURN_IF_ERROR(CheckText(experience.text(), "experience.text"));
  RETURN_IF_ERROR(CheckLink(experience.link(), "experience.link"));
  RETURN_IF_ERROR(CheckAudience(AudienceOf(experience), "experience.audience"));
  if (!v1::FirstTimeMoment_IsValid(experience.moment())) {
    return status::Invalid("experience.moment", "MOMENT_UNKNOWN",
                           "Say CONNECTION, POST or TOOL, or leave it out.");
  }
  return absl::OkStatus();
}

ExperienceRow NewRow(const Context& context, const roster::Entry& entry,
                     const v1::Experience& experience) {
  ExperienceRow row;
  row.organisation = entry.organisation;
  row.cohort = entry.cohort;
  row.experience = context.ids.Next();
  row.enrolment = entry.enrolment;
  row.text = experience.text();
  row.link = experience.link();
  row.moment = experience.moment();
  row.create_time = context.clock.Now();
  row.audience = AudienceOf(experience);
  row.author_display_name = entry.participant_display_name;
  row.author = entry.participant;
  row.patron = entry.patron;
  return row;
}

// What it does to the enrolment. Before the row is made, as the participation is locked before
// everything but an experience.
absl::Status Count(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                   const ExperienceRow& row) {
  const absl::Time now = context.clock.Now();
  return Contribute(
      tx, outbox,
      {row.organisation, row.enrolment, now, row.experience, 0, ContributionKind::kExperience},
      now);
}

// Tells the cohort and the other services.
absl::Status Tell(db::Connection& tx, feed::Outbox& outbox, const ExperienceRow& row) {
  RETURN_IF_ERROR(AppendChange(tx, {row.organisation, row.cohort},
                               {.kind = ChangeKind::kExperience, .experience = row.experience}));
  events::v1::Event event;
  events::v1::ExperienceShared& shared = *event.mutable_experience_shared();
  shared.set_experience(Bytes(row.experience));
  shared.set_enrolment(Bytes(row.enrolment));
  shared.set_cohort(Bytes(row.cohort));
  shared.set_moment(static_cast<v1::FirstTimeMoment>(row.moment));
  shared.set_audience(static_cast<v1::Audience>(row.audience));
  outbox.Add(row.organisation, std::move(event));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExperienceRow> ShareExperience(const Context& context, db::Connection& tx,
                                              feed::Outbox& outbox, const roster::Entry& entry,
                                              const v1::Experience& experience) {
  RETURN_IF_ERROR(CheckTakesPart(static_cast<EnrolmentState>(entry.state)));
  RETURN_IF_ERROR(CheckExperience(experience));
  const ExperienceRow row = NewRow(context, entry, experience);
  RETURN_IF_ERROR(Count(context, tx, outbox, row));
  RETURN_IF_ERROR(InsertExperience(tx, row));
  RETURN_IF_ERROR(Tell(tx, outbox, row));
  return row;
}

absl::StatusOr<ExperienceRow> RecordMoment(const Context& context, db::Connection& tx,
                                           feed::Outbox& outbox, const roster::Entry& entry,
                                           const id::Uuid& coach,
                                           const v1::Experience& experience) {
  RETURN_IF_ERROR(CheckTakesPart(static_cast<EnrolmentState>(entry.state)));
  RETURN_IF_ERROR(CheckExperience(experience));
  if (experience.moment() == v1::FIRST_TIME_MOMENT_UNSPECIFIED) {
    return status::Invalid("experience.moment", "MOMENT_MISSING",
                           "Say which first-time moment it was: CONNECTION, POST or TOOL.");
  }
  ExperienceRow row = NewRow(context, entry, experience);
  row.state = ExperienceState::kAwaitingConsent;
  row.recorded_by = coach;
  RETURN_IF_ERROR(InsertExperience(tx, row));
  events::v1::Event event;
  events::v1::MomentRecorded& recorded = *event.mutable_moment_recorded();
  recorded.set_experience(Bytes(row.experience));
  recorded.set_enrolment(Bytes(row.enrolment));
  recorded.set_cohort(Bytes(row.cohort));
  recorded.set_moment(experience.moment());
  outbox.Add(row.organisation, std::move(event));
  return row;
}

absl::Status ConfirmExperience(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                               const roster::Entry& entry, Audience audience, ExperienceRow& row) {
  RETURN_IF_ERROR(CheckAwaitsConsent(row.state));
  RETURN_IF_ERROR(CheckTakesPart(static_cast<EnrolmentState>(entry.state)));
  RETURN_IF_ERROR(CheckAudience(audience, "audience"));
  row.audience = audience;
  row.state = ExperienceState::kShared;
  ++row.revision;
  RETURN_IF_ERROR(SaveExperience(tx, row));
  RETURN_IF_ERROR(Count(context, tx, outbox, row));
  return Tell(tx, outbox, row);
}

absl::Status DeclineExperience(db::Connection& tx, feed::Outbox& outbox,
                               const ExperienceRow& row) {
  RETURN_IF_ERROR(CheckAwaitsConsent(row.state));
  // They need not be asked any more.
  events::v1::Event event;
  events::v1::ExperienceHidden& hidden = *event.mutable_experience_hidden();
  hidden.set_experience(Bytes(row.experience));
  hidden.set_enrolment(Bytes(row.enrolment));
  hidden.set_cohort(Bytes(row.cohort));
  outbox.Add(row.organisation, std::move(event));
  return DeleteExperience(tx, row);
}

}  // namespace dap::activity
