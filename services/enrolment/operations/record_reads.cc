#include "services/enrolment/operations/record_reads.h"

#include <optional>

#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {

namespace {

absl::Status Record(db::Connection& tx, const id::Uuid& organisation,
                    const std::vector<id::Uuid>& enrolments, const id::Uuid& reader,
                    store::PrivateSubject subject, absl::Time now) {
  ASSIGN_OR_RETURN(std::optional<Organisation> found, store::FindOrganisation(tx, organisation));
  if (!found.has_value()) return status::NotFound("organisation", OrganisationName(organisation));
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(found->time_zone));
  return store::RecordPrivateReads(tx, organisation, enrolments, reader, subject,
                                   time::DayOf(now, zone), now);
}

}  // namespace

absl::Status RecordReads(db::Pool& pool, const id::Uuid& organisation, const Caller& caller,
                         const std::vector<store::EnrolmentView>& views, absl::Time now,
                         absl::Time deadline) {
  std::vector<id::Uuid> others;
  for (const store::EnrolmentView& view : views) {
    if (view.enrolment.participant != caller.staff) others.push_back(view.enrolment.id);
  }
  if (others.empty()) return absl::OkStatus();
  return db::Transaction(pool, deadline, [&](db::Connection& tx) {
    return Record(tx, organisation, others, caller.staff, store::PrivateSubject::kEnrolment, now);
  });
}

absl::Status RecordRead(db::Pool& pool, const Enrolment& enrolment, const Caller& caller,
                        store::PrivateSubject subject, absl::Time now, absl::Time deadline) {
  if (enrolment.participant == caller.staff) return absl::OkStatus();
  return db::Transaction(pool, deadline, [&](db::Connection& tx) {
    return Record(tx, enrolment.organisation, {enrolment.id}, caller.staff, subject, now);
  });
}

absl::Status RecordRead(Work& work, const Enrolment& enrolment, const Caller& caller,
                        store::PrivateSubject subject) {
  if (enrolment.participant == caller.staff) return absl::OkStatus();
  return Record(work.tx, enrolment.organisation, {enrolment.id}, caller.staff, subject, work.now);
}

}  // namespace dap::enrolment
