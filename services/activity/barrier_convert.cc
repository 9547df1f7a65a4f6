#include "services/activity/barrier_convert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/operations/change_barrier.h"

namespace dap::activity {
namespace {

// The last id of a name below the enrolment; nil where it is of another enrolment.
id::Uuid IdBelow(const std::vector<id::Uuid>& ids, const std::vector<id::Uuid>& enrolment) {
  return std::equal(enrolment.begin(), enrolment.end(), ids.begin()) ? ids.back() : id::Uuid();
}

template <typename Figures>
void Tell(const Cost& cost, Figures& figures) {
  if (cost.people) figures.set_people(*cost.people);
  if (cost.minutes_lost) figures.set_minutes_lost(*cost.minutes_lost);
  if (cost.goals_blocked) figures.set_goals_blocked(*cost.goals_blocked);
}

v1::EvidenceFigures FiguresToProto(const EvidenceFigures& figures) {
  v1::EvidenceFigures proto;
  proto.set_barriers(figures.barriers);
  proto.set_open_barriers(figures.open_barriers);
  Tell(figures.cost, proto);
  proto.set_days_open(figures.days_open);
  proto.set_longest_days_open(figures.longest_days_open);
  return proto;
}

v1::EvidenceCategory CategoryToProto(const CategoryEvidence& category) {
  v1::EvidenceCategory proto;
  proto.set_category(static_cast<v1::BarrierCategory>(category.category));
  *proto.mutable_figures() = FiguresToProto(category.figures);
  for (const ToolEvidence& tool : category.tools) {
    v1::EvidenceTool& added = *proto.add_tools();
    added.set_tool(tool.tool);
    *added.mutable_figures() = FiguresToProto(tool.figures);
    added.set_state(static_cast<v1::BarrierState>(tool.state));
    added.set_ticket(tool.ticket);
  }
  return proto;
}

v1::EvidenceMonth MonthToProto(const MonthEvidence& month) {
  v1::EvidenceMonth proto;
  *proto.mutable_month() = ToProto(absl::CivilDay(month.month));
  proto.set_reported_barriers(month.reported);
  proto.set_ended_barriers(month.ended);
  proto.set_open_barriers(month.open);
  Tell(month.cost, proto);
  return proto;
}

}  // namespace

std::string BarrierName(const id::Uuid& organisation, const id::Uuid& barrier) {
  return id::Name({{"organisations", organisation}, {"barriers", barrier}});
}

v1::Barrier ToProto(const Barrier& barrier, bool reported_by_me) {
  v1::Barrier proto;
  proto.set_name(BarrierName(barrier.organisation, barrier.barrier));
  proto.set_category(static_cast<v1::BarrierCategory>(barrier.category));
  proto.set_tool(barrier.tool);
  proto.set_state(static_cast<v1::BarrierState>(barrier.state));
  proto.set_people_at_least(PeopleAtLeast(barrier.people));
  proto.set_reported_by_me(reported_by_me);
  proto.set_ticket(barrier.ticket);
  proto.set_reason(barrier.reason);
  *proto.mutable_create_time() = ToProto(barrier.create_time);
  *proto.mutable_state_time() = ToProto(barrier.state_time);
  if (!barrier.merged_into.is_nil()) {
    proto.set_merged_into(BarrierName(barrier.organisation, barrier.merged_into));
  }
  proto.set_etag(EtagOf(barrier));
  return proto;
}

v1::Barrier ToProto(const BarrierView& view) { return ToProto(view.barrier, view.reported_by_me); }

v1::BarrierReport ToProto(const BarrierReportRow& row, const id::Uuid& cohort,
                          const std::vector<BarrierGoalRow>& goals) {
  v1::BarrierReport proto;
  const std::string enrolment = EnrolmentName(row.organisation, cohort, row.enrolment);
  proto.set_enrolment(enrolment);
  proto.set_tried(row.tried);
  proto.set_minutes_lost(row.minutes_lost);
  for (const BarrierGoalRow& goal : goals) {
    if (goal.enrolment != row.enrolment) continue;
    proto.add_goals(absl::StrCat(enrolment, "/goals/", goal.goal.ToString()));
  }
  if (!row.check_in.is_nil()) {
    proto.set_check_in(absl::StrCat(enrolment, "/checkIns/", row.check_in.ToString()));
  }
  *proto.mutable_create_time() = ToProto(row.create_time);
  proto.set_reported_by_coach(row.by_coach);
  return proto;
}

v1::BarrierChange ToProto(const BarrierChangeRow& row, const id::Uuid& organisation) {
  v1::BarrierChange proto;
  proto.set_state(static_cast<v1::BarrierState>(row.state));
  *proto.mutable_change_time() = ToProto(row.change_time);
  if (!row.changed_by.is_nil()) {
    proto.set_changed_by(id::Name({{"organisations", organisation}, {"staff", row.changed_by}}));
  }
  proto.set_reason(row.reason);
  proto.set_ticket(row.ticket);
  if (!row.other_barrier.is_nil()) {
    proto.set_other_barrier(BarrierName(organisation, row.other_barrier));
  }
  return proto;
}

v1::EvidencePack ToProto(const Evidence& evidence, const id::Uuid& organisation) {
  v1::EvidencePack proto;
  proto.set_organisation(id::Name({{"organisations", organisation}}));
  *proto.mutable_make_date() = ToProto(evidence.pack.make_day);
  proto.set_time_zone(evidence.time_zone);
  proto.set_smallest_count(evidence.pack.smallest_count);
  *proto.mutable_total() = FiguresToProto(evidence.pack.total);
  for (const CategoryEvidence& category : evidence.pack.categories) {
    *proto.add_categories() = CategoryToProto(category);
  }
  for (const MonthEvidence& month : evidence.pack.months) *proto.add_months() = MonthToProto(month);
  return proto;
}

absl::StatusOr<NewReport> FromProto(const v1::BarrierReport& report,
                                    const std::vector<id::Uuid>& names) {
  NewReport made;
  made.tried = report.tried();
  made.minutes_lost = report.minutes_lost();
  std::vector<status::Violation> faults;
  for (int i = 0; i < report.goals_size(); ++i) {
    ASSIGN_OR_RETURN(const auto ids,
                     id::Ids(report.goals(i), {"organisations", "cohorts", "enrolments", "goals"}));
    made.goals.push_back(IdBelow(ids, names));
    if (!made.goals.back().is_nil()) continue;
    faults.push_back({absl::StrCat("report.goals[", i, "]"), "is not a goal of report.enrolment",
                      "GOAL_OF_ANOTHER_ENROLMENT"});
  }
  if (!report.check_in().empty()) {
    ASSIGN_OR_RETURN(const auto ids, id::Ids(report.check_in(), {"organisations", "cohorts",
                                                                 "enrolments", "checkIns"}));
    made.check_in = IdBelow(ids, names);
    if (made.check_in.is_nil()) {
      faults.push_back({"report.check_in", "is not a check-in of report.enrolment",
                        "CHECK_IN_OF_ANOTHER_ENROLMENT"});
    }
  }
  RETURN_IF_ERROR(status::InvalidAll(faults));
  return made;
}

}  // namespace dap::activity
