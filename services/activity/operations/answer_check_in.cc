#include "services/activity/operations/answer_check_in.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/contribute.h"
#include "services/activity/store/standstills.h"

namespace dap::activity {
namespace {

absl::Status CheckAnswer(const v1::AnswerCheckInRequest& request, absl::Time now,
                         const Settings& settings) {
  if (!v1::CheckInAnswer_IsValid(request.answer())) {
    return status::Invalid("answer", "ANSWER_UNKNOWN", "Give one of the answers of the check-in.");
  }
  if (request.answer() == v1::CHECK_IN_ANSWER_BUSY) {
    return CheckBusyUntil(
        request.has_busy_until_time() ? FromProto(request.busy_until_time()) : absl::InfinitePast(),
        now, settings);
  }
  if (request.has_busy_until_time()) {
    return status::Invalid("busy_until_time", "NOT_BUSY", "Only BUSY has a time.");
  }
  return absl::OkStatus();
}

void AddAnswered(feed::Outbox& outbox, const CheckInRow& row) {
  events::v1::Event event;
  events::v1::CheckInAnswered& answered = *event.mutable_check_in_answered();
  answered.set_enrolment(Bytes(row.enrolment));
  answered.set_check_in(Bytes(row.check_in));
  answered.set_answer(static_cast<v1::CheckInAnswer>(row.answer));
  if (row.busy_until_time) *answered.mutable_busy_until_time() = ToProto(*row.busy_until_time);
  outbox.Add(row.organisation, std::move(event));
}

bool SameAnswer(const CheckInRow& row, const v1::AnswerCheckInRequest& request) {
  if (row.answer != request.answer()) return false;
  return row.answer != v1::CHECK_IN_ANSWER_BUSY ||
         row.busy_until_time == FromProto(request.busy_until_time());
}

}  // namespace

absl::StatusOr<CheckInRow> AnswerCheckIn(const Context& context, db::Connection& tx,
                                         feed::Outbox& outbox, const roster::Entry& entry,
                                         const id::Uuid& check_in,
                                         const v1::AnswerCheckInRequest& request) {
  const absl::Time now = context.clock.Now();
  // The enrolment's lock comes first: two answers at once see each other.
  RETURN_IF_ERROR(LockOrBegin(tx, entry.organisation, entry.enrolment).status());
  ASSIGN_OR_RETURN(std::optional<CheckInRow> row,
                   FindCheckIn(tx, entry.organisation, entry.enrolment, check_in));
  if (!row) return status::NotFound("check_in", request.name());
  if (row->answer != v1::CHECK_IN_ANSWER_UNSPECIFIED) {
    if (SameAnswer(*row, request)) return *row;
    return status::Precondition("CHECK_IN_ANSWERED", "This check-in has its answer already.");
  }
  RETURN_IF_ERROR(CheckTakesPart(static_cast<EnrolmentState>(entry.state)));
  RETURN_IF_ERROR(CheckAnswer(request, now, context.settings));
  row->answer = request.answer();
  row->answer_time = now;
  if (request.has_busy_until_time()) row->busy_until_time = FromProto(request.busy_until_time());
  RETURN_IF_ERROR(SaveAnswer(tx, *row));
  AddAnswered(outbox, *row);
  RETURN_IF_ERROR(Contribute(
      tx, outbox,
      {entry.organisation, entry.enrolment, now, check_in, 0, ContributionKind::kAnswer}, now));
  return *row;
}

absl::StatusOr<std::optional<v1::BarrierReport>> DraftReport(db::Connection& tx,
                                                             const CheckInRow& row,
                                                             const id::Uuid& cohort) {
  if (row.answer != v1::CHECK_IN_ANSWER_IT_BLOCKS_ME) return std::nullopt;
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> goals,
                   ListOpenGoals(tx, row.organisation, row.enrolment));
  const std::string enrolment = EnrolmentName(row.organisation, cohort, row.enrolment);
  v1::BarrierReport draft;
  draft.set_enrolment(enrolment);
  draft.set_check_in(absl::StrCat(enrolment, "/checkIns/", row.check_in.ToString()));
  if (goals.size() == 1) {
    draft.add_goals(absl::StrCat(enrolment, "/goals/", goals.front().ToString()));
  }
  return draft;
}

}  // namespace dap::activity
