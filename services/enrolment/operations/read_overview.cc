#include "services/enrolment/operations/read_overview.h"

#include <utility>

#include "libs/status/macros.h"
#include "services/enrolment/operations/advance_cohort.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/overview.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {
namespace {

constexpr int kMostItems = 50;
constexpr size_t kMostSessions = 10;
// No session is longer, so none that began before is still on.
constexpr absl::Duration kLongestSession = absl::Hours(12);

void Add(const store::EnrolmentView& view, Some<store::EnrolmentView>& some) {
  ++some.count;
  if (some.items.size() < kMostItems) some.items.push_back(view);
}

absl::Status ReadPatrons(db::Connection& connection, const CohortKey& key,
                         Some<PatronWithLoad>& patrons) {
  ASSIGN_OR_RETURN(auto states, store::PatronStates(connection, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(auto in_cohort, store::CountByPatron(connection, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(
      std::vector<store::PatronView> views,
      store::ListPatrons(connection, key.organisation, key.cohort, id::Uuid(), kMostItems));
  patrons.count = static_cast<int>(states.size());
  for (store::PatronView& view : views) {
    const id::Uuid staff = view.patron.staff;
    patrons.items.push_back({std::move(view), in_cohort[staff], states[staff]});
  }
  return absl::OkStatus();
}

absl::Status ReadEnrolments(db::Connection& connection, const CohortKey& key,
                            CohortOverview& overview) {
  ASSIGN_OR_RETURN(overview.counts, store::CountByState(connection, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(std::vector<store::EnrolmentView> without,
                   store::ListWithoutPatron(connection, key.organisation, key.cohort));
  for (const store::EnrolmentView& view : without) {
    Add(view, view.enrolment.patron.has_value() ? overview.patron_away : overview.without_patron);
  }
  ASSIGN_OR_RETURN(overview.unanswered.items,
                   store::ListEnrolments(connection, key.organisation, key.cohort,
                                         {.states = {EnrolmentState::kNominated}}, 0, kMostItems));
  overview.unanswered.count = overview.counts.count(EnrolmentState::kNominated) > 0
                                  ? overview.counts.at(EnrolmentState::kNominated)
                                  : 0;
  return absl::OkStatus();
}

absl::Status ReadSessions(db::Connection& connection, const CohortKey& key, absl::Time now,
                          std::vector<Session>& next) {
  const store::SessionPosition from{now - kLongestSession, id::Uuid()};
  const store::Viewer as_coach{id::Uuid(), true};
  ASSIGN_OR_RETURN(
      std::vector<Session> sessions,
      store::ListSessions(connection, key.organisation, key.cohort, as_coach, from, kMostItems));
  for (Session& session : sessions) {
    const bool on = session.state == SessionState::kPlanned && session.end_time > now;
    if (on && next.size() < kMostSessions) next.push_back(std::move(session));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CohortOverview> ReadOverview(db::Connection& connection, const CohortKey& key,
                                            const Caller& caller, absl::Time now) {
  CohortOverview overview;
  ASSIGN_OR_RETURN(overview.cohort, FindAsCoach(connection, key, caller));
  ASSIGN_OR_RETURN(Readiness readiness, ReadReadiness(connection, overview.cohort));
  overview.missing = MissingForNextStep(overview.cohort, readiness, now);
  RETURN_IF_ERROR(ReadEnrolments(connection, key, overview));
  RETURN_IF_ERROR(ReadPatrons(connection, key, overview.patrons));
  RETURN_IF_ERROR(ReadSessions(connection, key, now, overview.next_sessions));
  return overview;
}

}  // namespace dap::enrolment
