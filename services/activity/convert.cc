#include "services/activity/convert.h"

#include "absl/strings/str_cat.h"
#include "libs/id/resource_name.h"
#include "libs/rpc/error_details.h"
#include "libs/status/error.h"
#include "services/activity/barrier_convert.h"
#include "services/activity/experience_convert.h"

namespace dap::activity {
namespace {

constexpr int64_t kMaxSeconds = 253'000'000'000;  // in the year 9987

}  // namespace

std::string Bytes(const id::Uuid& id) { return std::string(id.bytes()); }

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  if (time.seconds() > kMaxSeconds) return absl::InfiniteFuture();
  if (time.seconds() < 0) return absl::InfinitePast();
  return absl::FromUnixMicros(time.seconds() * 1'000'000 + time.nanos() / 1000);
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  google::protobuf::Timestamp proto;
  proto.set_seconds(micros / 1'000'000);
  proto.set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
  return proto;
}

google::type::Date ToProto(absl::CivilDay day) {
  google::type::Date proto;
  proto.set_year(static_cast<int32_t>(day.year()));
  proto.set_month(day.month());
  proto.set_day(day.day());
  return proto;
}

absl::StatusOr<absl::CivilDay> FromProto(const google::type::Date& date, absl::string_view field) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  // CivilDay makes a day of any three numbers: 30 February is 2 March.
  if (date.year() < 2000 || date.year() > 9000 || day.month() != date.month() ||
      day.day() != date.day()) {
    return status::Invalid(field, "DATE_MALFORMED", "Give a day of the calendar from 2000 on.");
  }
  return day;
}

std::string EnrolmentName(const id::Uuid& organisation, const id::Uuid& cohort,
                          const id::Uuid& enrolment) {
  return id::Name(
      {{"organisations", organisation}, {"cohorts", cohort}, {"enrolments", enrolment}});
}

v1::Activity ToProto(const ActivityRow& row, const id::Uuid& cohort, Reader reader) {
  const std::string enrolment = EnrolmentName(row.organisation, cohort, row.enrolment);
  v1::Activity proto;
  proto.set_name(absl::StrCat(enrolment, "/activities/", row.activity.ToString()));
  proto.set_kind(static_cast<v1::ActivityKind>(row.kind));
  proto.set_setting(static_cast<v1::Setting>(row.setting));
  proto.set_minutes(row.minutes);
  *proto.mutable_activity_time() = ToProto(row.activity_time);
  if (reader == Reader::kSelf || row.visibility >= v1::VISIBILITY_COACH) {
    proto.set_link(row.link);
    proto.set_note(row.note);
  }
  if (!row.goal.is_nil()) {
    proto.set_goal(absl::StrCat(enrolment, "/goals/", row.goal.ToString()));
  }
  proto.set_visibility(static_cast<v1::Visibility>(row.visibility));
  *proto.mutable_create_time() = ToProto(row.create_time);
  return proto;
}

v1::SharedActivity ToProto(const SharedActivity& shared, const Member& reader) {
  v1::SharedActivity proto;
  proto.set_enrolment(EnrolmentName(reader.organisation, reader.cohort, shared.enrolment));
  proto.set_participant_display_name(shared.participant_display_name);
  proto.set_kind(static_cast<v1::ActivityKind>(shared.kind));
  proto.set_setting(static_cast<v1::Setting>(shared.setting));
  proto.set_link(shared.link);
  proto.set_note(shared.note);
  if (reader.participant || reader.coach) *proto.mutable_activity_date() = ToProto(shared.day);
  return proto;
}

v1::ActivityRevision ToProto(const RevisionRow& row, const id::Uuid& cohort) {
  v1::ActivityRevision proto;
  *proto.mutable_activity() = ToProto(row.was, cohort, Reader::kSelf);
  proto.set_change(static_cast<v1::ActivityChange>(row.change));
  *proto.mutable_change_time() = ToProto(row.change_time);
  return proto;
}

v1::CheckIn ToProto(const CheckInRow& row, const id::Uuid& cohort) {
  v1::CheckIn proto;
  proto.set_name(absl::StrCat(EnrolmentName(row.organisation, cohort, row.enrolment), "/checkIns/",
                              row.check_in.ToString()));
  *proto.mutable_create_time() = ToProto(row.create_time);
  proto.set_answer(static_cast<v1::CheckInAnswer>(row.answer));
  if (row.answer_time) *proto.mutable_answer_time() = ToProto(*row.answer_time);
  if (row.busy_until_time) *proto.mutable_busy_until_time() = ToProto(*row.busy_until_time);
  if (!row.barrier.is_nil()) proto.set_barrier(BarrierName(row.organisation, row.barrier));
  return proto;
}

v1::PatronQueueEntry ToProto(const QueueView& view) {
  v1::PatronQueueEntry proto;
  proto.set_name(
      id::Name({{"organisations", view.entry.organisation}, {"patronQueue", view.entry.entry}}));
  proto.set_enrolment(EnrolmentName(view.entry.organisation, view.cohort, view.entry.enrolment));
  proto.set_participant_display_name(view.participant_display_name);
  proto.set_opening(std::string(OpeningFor(PatronView::kWouldWelcomeAWord)));
  proto.set_outcome(static_cast<v1::PatronQueueOutcome>(view.entry.outcome));
  return proto;
}

v1::PatronBoardRow ToProto(const BoardView& board, const id::Uuid& organisation) {
  const BoardRow& row = board.row;
  const PatronView view = ViewOf(row.standing_still, row.rung, row.has_open_entry);
  v1::PatronBoardRow proto;
  proto.set_enrolment(EnrolmentName(organisation, row.cohort, row.enrolment));
  proto.set_participant_display_name(row.participant_display_name);
  proto.set_view(static_cast<v1::PatronView>(view));
  proto.set_opening(std::string(OpeningFor(view)));
  for (const SharedExperience& shared : board.experiences) {
    v1::BoardExperience& experience = *proto.add_experiences();
    experience.set_name(ExperienceName(organisation, shared.cohort, shared.experience));
    experience.set_text(shared.text);
    experience.set_link(shared.link);
    experience.set_moment(static_cast<v1::FirstTimeMoment>(shared.moment));
  }
  for (const CohortSession& coming : board.sessions) {
    v1::BoardSession& session = *proto.add_sessions();
    session.set_name(id::Name({{"organisations", organisation},
                               {"cohorts", coming.cohort},
                               {"sessions", coming.session}}));
    session.set_kind(static_cast<enrolment::v1::SessionKind>(coming.kind));
    session.set_title(coming.title);
    *session.mutable_start_time() = ToProto(coming.start_time);
    *session.mutable_end_time() = ToProto(coming.end_time);
    session.set_place(coming.place);
  }
  return proto;
}

namespace {

v1::MomentumFacts ToProto(const MomentumFacts& facts) {
  v1::MomentumFacts proto;
  proto.set_weeks_active(facts.weeks_active);
  proto.set_weeks_counted(facts.weeks_counted);
  proto.set_working_days_silent(facts.silent_days);
  proto.set_recent_minutes(facts.recent_minutes);
  proto.set_agreed_minutes(facts.agreed_minutes);
  if (facts.last_contribution) {
    *proto.mutable_last_contribution_date() = dap::activity::ToProto(*facts.last_contribution);
  }
  proto.set_sentence(facts.sentence);
  proto.set_rung(static_cast<v1::SilenceRung>(facts.rung));
  proto.set_standing_still(facts.standing_still);
  return proto;
}

v1::Balance ToProto(const Balance& balance, const ProgressResult& of) {
  v1::Balance proto;
  proto.set_defined(balance.share.has_value());
  if (balance.share) proto.set_share(*balance.share);
  proto.set_on_platform_minutes(balance.on_minutes);
  proto.set_off_platform_minutes(balance.off_minutes);
  proto.set_target(of.target.target);
  proto.set_tolerance(of.target.tolerance);
  proto.set_activities(balance.activities);
  proto.set_activities_needed(of.activities_for_balance);
  proto.set_side(static_cast<v1::BalanceSide>(balance.side));
  return proto;
}

v1::Week ToProto(const Week& week) {
  v1::Week proto;
  *proto.mutable_monday() = dap::activity::ToProto(week.monday);
  proto.set_on_platform_minutes(week.on_minutes);
  proto.set_off_platform_minutes(week.off_minutes);
  proto.set_gathering_minutes(week.gathering_minutes);
  proto.set_contributions(week.contributions);
  proto.set_in_one_go(week.in_one_go);
  proto.set_counted(week.counted);
  proto.set_not_counted_reason(static_cast<v1::NotCountedReason>(week.why_not));
  proto.set_active(week.contributions > 0);
  return proto;
}

}  // namespace

v1::Progress ToProto(const ProgressResult& progress) {
  v1::Progress proto;
  proto.set_enrolment(EnrolmentName(progress.organisation, progress.cohort, progress.enrolment));
  *proto.mutable_as_of_date() = ToProto(progress.as_of);
  proto.set_momentum(static_cast<v1::Momentum>(progress.momentum.momentum));
  *proto.mutable_facts() = ToProto(progress.momentum.facts);
  *proto.mutable_balance() = ToProto(progress.balance, progress);
  for (const Week& week : progress.weeks) *proto.add_weeks() = ToProto(week);
  return proto;
}

v1::ParticipantProgress ToParticipantProgress(const ProgressResult& progress,
                                              absl::string_view display_name) {
  v1::ParticipantProgress proto;
  proto.set_enrolment(EnrolmentName(progress.organisation, progress.cohort, progress.enrolment));
  proto.set_participant_display_name(std::string(display_name));
  proto.set_momentum(static_cast<v1::Momentum>(progress.momentum.momentum));
  *proto.mutable_facts() = ToProto(progress.momentum.facts);
  *proto.mutable_balance() = ToProto(progress.balance, progress);
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

}  // namespace dap::activity
