#include "services/activity/operations/share_experience.h"

#include "absl/strings/ascii.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/contribute.h"

namespace dap::activity {
namespace {

absl::Status CheckExperience(const v1::Experience& experience) {
  if (absl::StripAsciiWhitespace(experience.text()).empty()) {
    return status::Invalid("experience.text", "TEXT_BLANK", "Write something to share.");
  }
  if (!v1::FirstTimeMoment_IsValid(experience.moment())) {
    return status::Invalid("experience.moment", "MOMENT_UNKNOWN",
                           "Say CONNECTION, POST or TOOL, or leave it out.");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExperienceRow> ShareExperience(const Context& context, db::Connection& tx,
                                              feed::Outbox& outbox, const roster::Entry& entry,
                                              const v1::Experience& experience) {
  RETURN_IF_ERROR(CheckTakesPart(static_cast<EnrolmentState>(entry.state)));
  RETURN_IF_ERROR(CheckExperience(experience));
  ExperienceRow row;
  row.organisation = entry.organisation;
  row.cohort = entry.cohort;
  row.experience = context.ids.Next();
  row.enrolment = entry.enrolment;
  row.text = experience.text();
  row.link = experience.link();
  row.moment = experience.moment();
  row.create_time = context.clock.Now();
  row.author_display_name = entry.participant_display_name;
  RETURN_IF_ERROR(Contribute(tx, outbox,
                             {row.organisation, row.enrolment, row.create_time, row.experience, 0,
                              ContributionKind::kExperience},
                             row.create_time));
  RETURN_IF_ERROR(InsertExperience(tx, row));
  events::v1::Event event;
  events::v1::ExperienceShared& shared = *event.mutable_experience_shared();
  shared.set_experience(Bytes(row.experience));
  shared.set_enrolment(Bytes(row.enrolment));
  shared.set_cohort(Bytes(row.cohort));
  shared.set_moment(experience.moment());
  outbox.Add(row.organisation, std::move(event));
  return row;
}

}  // namespace dap::activity
