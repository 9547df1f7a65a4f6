#include "services/enrolment/overview_convert.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/rpc/error_details.h"
#include "libs/rpc/field_rules.h"
#include "libs/status/error.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/request.h"

namespace dap::enrolment {
namespace {

void Fill(const Some<store::EnrolmentView>& some,
          google::protobuf::RepeatedPtrField<v1::EnrolmentSummary>* summaries) {
  for (const store::EnrolmentView& view : some.items) {
    const Enrolment& e = view.enrolment;
    v1::EnrolmentSummary& summary = *summaries->Add();
    summary.set_name(EnrolmentName(e.organisation, e.cohort, e.id));
    summary.set_participant(StaffName(e.organisation, e.participant));
    summary.set_participant_display_name(view.participant_display_name);
    summary.set_state(static_cast<v1::EnrolmentState>(e.state));
    SetTime(e.create_time, summary.mutable_create_time());
  }
}

v1::RecruitmentCounts ToProto(const RecruitmentTally& tally) {
  v1::RecruitmentCounts proto;
  const auto shown = [&tally](RecruitmentStep step) { return tally[static_cast<int>(step)]; };
  if (auto count = shown(RecruitmentStep::kApplied)) proto.set_applied(*count);
  if (auto count = shown(RecruitmentStep::kNominated)) proto.set_nominated(*count);
  if (auto count = shown(RecruitmentStep::kAccepted)) proto.set_accepted(*count);
  if (auto count = shown(RecruitmentStep::kWaitlisted)) proto.set_waitlisted(*count);
  if (auto count = shown(RecruitmentStep::kWithdrawn)) proto.set_withdrawn(*count);
  return proto;
}

v1::KickOffCounts ToProto(const KickOffTally& tally) {
  v1::KickOffCounts proto;
  if (tally.invited) proto.set_invited(*tally.invited);
  if (tally.attended) proto.set_attended(*tally.attended);
  if (tally.caught_up) proto.set_caught_up(*tally.caught_up);
  if (tally.absent) proto.set_absent(*tally.absent);
  return proto;
}

google::rpc::Status ToProto(const absl::Status& status, const rpc::Call& call) {
  const grpc::Status told = rpc::ToGrpc(rpc::Publishable(status, call.trace().trace_id()));
  google::rpc::Status proto;
  if (!proto.ParseFromString(told.error_details())) proto.Clear();
  proto.set_code(told.error_code());
  proto.set_message(told.error_message());
  return proto;
}

// The rules of one line, as libs/rpc has them for a request.
absl::Status CheckNominee(const v1::Nominee& nominee, const std::string& field) {
  if (nominee.who_case() == v1::Nominee::WHO_NOT_SET) {
    return status::Invalid(field, "FIELD_REQUIRED", "Say who: staff_member or email.");
  }
  std::vector<status::Violation> wrong =
      status::Violations(rpc::FieldRules::For(v1::Nominee::descriptor()).Check(nominee));
  for (status::Violation& violation : wrong) {
    violation.subject = absl::StrCat(field, ".", violation.subject);
  }
  return status::InvalidAll(wrong);
}

}  // namespace

v1::CohortOverview ToProto(const CohortOverview& overview) {
  v1::CohortOverview proto;
  const Cohort& cohort = overview.cohort;
  *proto.mutable_cohort() = ToProto(cohort, Code::kShow);
  proto.set_free_places(cohort.capacity - cohort.places_taken);
  for (const auto& [state, count] : overview.counts) {
    v1::EnrolmentCount& of_state = *proto.add_enrolment_counts();
    of_state.set_state(static_cast<v1::EnrolmentState>(state));
    of_state.set_count(count);
  }
  for (const status::Violation& violation : overview.missing) {
    v1::MissingCondition& condition = *proto.add_missing();
    condition.set_reason(violation.reason);
    condition.set_description(violation.description);
  }
  for (const PatronWithLoad& patron : overview.patrons.items) {
    v1::PatronLoad& load = *proto.add_patrons();
    *load.mutable_patron() = ToProto(patron.view);
    load.set_participants_in_cohort(patron.in_cohort);
    load.set_staff_state(static_cast<v1::StaffState>(patron.staff_state));
  }
  proto.set_patron_count(overview.patrons.count);
  Fill(overview.without_patron, proto.mutable_without_patron());
  proto.set_without_patron_count(overview.without_patron.count);
  Fill(overview.patron_away, proto.mutable_patron_away());
  proto.set_patron_away_count(overview.patron_away.count);
  Fill(overview.unanswered, proto.mutable_unanswered_nominations());
  proto.set_unanswered_nomination_count(overview.unanswered.count);
  Fill(overview.unaccepted, proto.mutable_unaccepted_applications());
  proto.set_unaccepted_application_count(overview.unaccepted.count);
  for (size_t i = 0; i < overview.next_sessions.size(); ++i) {
    const Session& session = overview.next_sessions[i];
    *proto.add_next_sessions() = ToProto(session, Code::kShow);
    v1::SessionAnswers& answers = *proto.add_next_session_answers();
    answers.set_session(SessionName(session.organisation, session.cohort, session.id));
    answers.set_yes(overview.answers[i].given.yes);
    answers.set_no(overview.answers[i].given.no);
    answers.set_maybe(overview.answers[i].given.maybe);
    answers.set_unanswered(overview.answers[i].unanswered);
  }
  return proto;
}

v1::RecruitmentReport ToProto(const RecruitmentReport& report) {
  v1::RecruitmentReport proto;
  *proto.mutable_total() = ToProto(report.total);
  for (const RecruitmentWeek& week : report.weeks) {
    v1::RecruitmentWeek& told = *proto.add_weeks();
    SetDay(week.start, told.mutable_start_date());
    *told.mutable_counts() = ToProto(week.counts);
  }
  return proto;
}

v1::KickOffReport ToProto(const id::Uuid& organisation, const std::vector<KickOffCount>& counts,
                          const KickOffReport& report, absl::TimeZone zone) {
  v1::KickOffReport proto;
  *proto.mutable_total() = ToProto(report.total);
  for (size_t i = 0; i < counts.size(); ++i) {
    v1::KickOffRow& row = *proto.add_kick_offs();
    row.set_cohort(CohortName(organisation, counts[i].cohort));
    row.set_title(counts[i].title);
    SetDay(time::DayOf(counts[i].start_time, zone), row.mutable_date());
    *row.mutable_counts() = ToProto(report.kick_offs[i]);
  }
  return proto;
}

NomineeLine FromProto(const rpc::Call& call, const v1::Nominee& nominee, int index) {
  NomineeLine line;
  line.read = CheckNominee(nominee, absl::StrCat("nominees[", index, "]"));
  if (!line.read.ok()) return line;
  if (nominee.who_case() == v1::Nominee::kEmail) {
    line.email = nominee.email();
    return line;
  }
  const absl::StatusOr<id::Uuid> staff = StaffOf(call, nominee.staff_member());
  if (staff.ok()) {
    line.staff = *staff;
  } else {
    line.read = staff.status();
  }
  return line;
}

v1::BatchNominateResponse ToProto(const NominationResults& results, bool made,
                                  const rpc::Call& call) {
  v1::BatchNominateResponse proto;
  int nominated = 0;
  for (const absl::StatusOr<store::EnrolmentView>& result : results) {
    v1::NominationResult& told = *proto.add_results();
    if (!result.ok()) {
      *told.mutable_error() = ToProto(result.status(), call);
      continue;
    }
    ++nominated;
    *told.mutable_enrolment() = ToProto(*result, Privacy::kHide);
    if (!made) told.mutable_enrolment()->clear_name();
  }
  proto.set_nominated(nominated);
  return proto;
}

}  // namespace dap::enrolment
