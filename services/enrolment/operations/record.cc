#include "services/enrolment/operations/record.h"

#include <optional>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/patrons.h"

namespace dap::enrolment {
namespace {

constexpr size_t kToldAtOnce = 500;

absl::Status ReadTimeZone(Work& work, const id::Uuid& organisation) {
  if (work.time_zone.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::optional<Organisation> found,
                   store::FindOrganisation(work.tx, organisation));
  if (!found.has_value()) {
    return status::NotFound("organisation", OrganisationName(organisation));
  }
  work.time_zone = found->time_zone;
  return absl::OkStatus();
}

absl::Status NoteIfWaitlisted(Work& work, const Enrolment& enrolment) {
  if (enrolment.state != EnrolmentState::kWaitlisted) return absl::OkStatus();
  return store::NoteWaitlisted(work.tx, enrolment, work.now);
}

}  // namespace

absl::Status RecordCohort(Work& work, Cohort& cohort) {
  RETURN_IF_ERROR(store::SaveCohort(work.tx, cohort));
  work.outbox.Add(cohort.organisation, CohortEvent(cohort));
  return absl::OkStatus();
}

absl::StatusOr<store::EnrolmentView> TellEnrolment(Work& work, const Cohort& cohort,
                                                   const id::Uuid& enrolment) {
  RETURN_IF_ERROR(ReadTimeZone(work, cohort.organisation));
  ASSIGN_OR_RETURN(std::optional<store::EnrolmentView> view,
                   store::FindEnrolment(work.tx, cohort.organisation, enrolment));
  if (!view.has_value()) return status::Internal("an enrolment just written is gone");
  work.outbox.Add(cohort.organisation,
                  EnrolmentEvent(ToRosterEntry(*view, cohort, *work.time_zone)));
  return *std::move(view);
}

absl::Status TellAll(Work& work, const Cohort& cohort) {
  RETURN_IF_ERROR(ReadTimeZone(work, cohort.organisation));
  RETURN_IF_ERROR(store::TouchEnrolmentsIn(work.tx, cohort.organisation, cohort.id));
  int64_t after = 0;
  while (true) {
    ASSIGN_OR_RETURN(
        std::vector<store::EnrolmentView> views,
        store::ListEnrolments(work.tx, cohort.organisation, cohort.id, {}, after, kToldAtOnce));
    for (const store::EnrolmentView& view : views) {
      work.outbox.Add(cohort.organisation,
                      EnrolmentEvent(ToRosterEntry(view, cohort, *work.time_zone)));
    }
    if (views.size() < kToldAtOnce) return absl::OkStatus();
    after = views.back().enrolment.ask_number;
  }
}

absl::StatusOr<store::EnrolmentView> RecordNewEnrolment(Work& work, const Cohort& cohort,
                                                        const Enrolment& enrolment) {
  RETURN_IF_ERROR(store::InsertEnrolment(work.tx, enrolment));
  RETURN_IF_ERROR(NoteIfWaitlisted(work, enrolment));
  return TellEnrolment(work, cohort, enrolment.id);
}

absl::Status RecordNewEnrolments(Work& work, const Cohort& cohort,
                                 const std::vector<store::EnrolmentView>& views) {
  RETURN_IF_ERROR(ReadTimeZone(work, cohort.organisation));
  std::vector<Enrolment> enrolments;
  for (const store::EnrolmentView& view : views) {
    enrolments.push_back(view.enrolment);
    work.outbox.Add(cohort.organisation,
                    EnrolmentEvent(ToRosterEntry(view, cohort, *work.time_zone)));
  }
  return store::InsertEnrolments(work.tx, enrolments);
}

absl::StatusOr<store::EnrolmentView> RecordEnrolment(Work& work, const Cohort& cohort,
                                                     Enrolment& enrolment) {
  RETURN_IF_ERROR(store::SaveEnrolment(work.tx, enrolment));
  RETURN_IF_ERROR(NoteIfWaitlisted(work, enrolment));
  return TellEnrolment(work, cohort, enrolment.id);
}

absl::Status RecordPlaces(Work& work, Cohort& cohort) {
  while (!IsOver(cohort) && cohort.HasFreePlace()) {
    ASSIGN_OR_RETURN(std::optional<Enrolment> first,
                     store::LockFirstOfWaitlist(work.tx, cohort.organisation, cohort.id));
    if (!first.has_value()) break;
    RETURN_IF_ERROR(Promote(cohort, *first, work.now));
    RETURN_IF_ERROR(RecordEnrolment(work, cohort, *first).status());
  }
  return store::SavePlaces(work.tx, cohort);
}

absl::Status ReleasePatron(Work& work, const Enrolment& enrolment) {
  if (!enrolment.patron.has_value()) return absl::OkStatus();
  return store::AddPatronLoad(work.tx, enrolment.organisation, *enrolment.patron, -1);
}

}  // namespace dap::enrolment
