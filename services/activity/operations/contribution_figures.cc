#include "services/activity/operations/contribution_figures.h"

#include <algorithm>
#include <array>

#include "libs/db/transaction.h"
#include "libs/privacy/suppress.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/store/experience_figures.h"

namespace dap::activity {
namespace {

constexpr int kShown = 4;  // Shared, from kExperience; a first is one of the experiences too
using Counts = std::array<int64_t, kShown>;
using Cells = std::array<privacy::Table::Cell, kShown>;

constexpr int Place(Shared what) { return static_cast<int>(what) - 1; }

// With the experiences that are no firsts, of which nothing is shown, so that firsts and
// experiences do not tell them.
struct Line {
  Cells cells;
  privacy::Table::Cell others;
};

Line AddLine(privacy::Table& table, const Counts& counts) {
  Line line;
  for (int i = 0; i < kShown; ++i) line.cells[i] = table.Add(counts[i]);
  const int experiences = Place(Shared::kExperience), firsts = Place(Shared::kFirst);
  line.others = table.Add(counts[experiences] - counts[firsts]);
  table.AddTotal(line.cells[experiences], {line.cells[firsts], line.others});
  return line;
}

v1::ContributionCounts ToProto(const privacy::Table& table, const Line& line) {
  v1::ContributionCounts proto;
  const auto shown = [&](Shared what) { return table.Shown(line.cells[Place(what)]); };
  if (const auto count = shown(Shared::kExperience)) proto.set_experiences(*count);
  if (const auto count = shown(Shared::kFirst)) proto.set_firsts(*count);
  if (const auto count = shown(Shared::kCheer)) proto.set_cheers(*count);
  if (const auto count = shown(Shared::kComment)) proto.set_comments(*count);
  return proto;
}

int64_t Participants(const std::vector<roster::Entry>& cohort) {
  return std::count_if(cohort.begin(), cohort.end(), [](const roster::Entry& entry) {
    const auto state = static_cast<EnrolmentState>(entry.state);
    return TakesPart(state) || state == EnrolmentState::kCompleted;
  });
}

// By week; what is outside of the weeks is not among `shared`.
std::vector<Counts> CountByWeek(const std::vector<SharedAt>& shared, absl::TimeZone zone,
                                absl::CivilDay first_monday, int weeks) {
  std::vector<Counts> counts(weeks, Counts{});
  for (const SharedAt& one : shared) {
    Counts& week = counts[(time::DayOf(one.time, zone) - first_monday) / 7];
    ++week[Place(one.what)];
    if (one.what == Shared::kFirst) ++week[Place(Shared::kExperience)];
  }
  return counts;
}

// Weeks are counted one by one and nothing is summed over them but what is shown: totals of two
// stretches of weeks, one longer than the other, would tell a week that is hidden.
v1::ContributionFigures Figures(const std::vector<Counts>& counts, absl::CivilDay first_monday,
                                int64_t participants) {
  const privacy::Rules rules;
  privacy::Table table;
  std::vector<Line> weeks;
  for (const Counts& week : counts) weeks.push_back(AddLine(table, week));
  const privacy::Table::Cell people = table.Add(participants);
  table.Suppress(rules);

  v1::ContributionFigures figures;
  if (const auto shown = table.Shown(people)) figures.set_participants(*shown);
  int64_t experiences = 0;
  for (size_t i = 0; i < weeks.size(); ++i) {
    v1::ContributionWeek& week = *figures.add_weeks();
    *week.mutable_monday() = activity::ToProto(first_monday + 7 * static_cast<int>(i));
    *week.mutable_counts() = ToProto(table, weeks[i]);
    experiences += week.counts().experiences();
  }
  if (privacy::MayShowScore(participants, rules)) {
    figures.set_experiences_a_head(static_cast<double>(experiences) /
                                   static_cast<double>(participants));
  }
  return figures;
}

}  // namespace

absl::StatusOr<v1::ContributionFigures> GetContributionFigures(
    const Context& context, absl::Time deadline, const std::vector<roster::Entry>& cohort,
    std::optional<absl::CivilDay> last_day, int weeks) {
  const roster::Entry& any = cohort.front();
  ASSIGN_OR_RETURN(const absl::TimeZone zone, time::ZoneOf(any.time_zone));
  const absl::CivilDay last = last_day.value_or(time::DayOf(context.clock.Now(), zone));
  const absl::CivilDay first_monday = time::WeekOf(last) - 7 * (weeks - 1);
  const absl::Time from = absl::FromCivil(absl::CivilSecond(first_monday), zone);
  const absl::Time until = absl::FromCivil(absl::CivilSecond(time::WeekOf(last) + 7), zone);
  ASSIGN_OR_RETURN(const std::vector<SharedAt> shared,
                   db::Read(context.pool, deadline, [&](db::Connection& db) {
                     return ListShared(db, any.organisation, any.cohort, from, until);
                   }));
  return Figures(CountByWeek(shared, zone, first_monday, weeks), first_monday,
                 Participants(cohort));
}

}  // namespace dap::activity
