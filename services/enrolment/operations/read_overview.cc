#include "services/enrolment/operations/read_overview.h"

#include <algorithm>
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

int CountIn(const CohortOverview& overview, EnrolmentState state) {
  const auto found = overview.counts.find(state);
  return found == overview.counts.end() ? 0 : found->second;
}

absl::Status ReadInState(db::Connection& connection, const CohortKey& key, EnrolmentState state,
                         const CohortOverview& overview, Some<store::EnrolmentView>& some) {
  some.count = CountIn(overview, state);
  ASSIGN_OR_RETURN(some.items, store::ListEnrolments(connection, key.organisation, key.cohort,
                                                     {.states = {state}}, 0, kMostItems));
  return absl::OkStatus();
}

absl::Status ReadEnrolments(db::Connection& connection, const CohortKey& key, absl::Time now,
                            CohortOverview& overview) {
  ASSIGN_OR_RETURN(overview.counts, store::CountByState(connection, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(std::vector<store::EnrolmentView> without,
                   store::ListWithoutPatron(connection, key.organisation, key.cohort, now));
  for (const store::EnrolmentView& view : without) {
    Add(view, view.enrolment.patron.has_value() ? overview.patron_away : overview.without_patron);
  }
  RETURN_IF_ERROR(
      ReadInState(connection, key, EnrolmentState::kNominated, overview, overview.unanswered));
  return ReadInState(connection, key, EnrolmentState::kApplied, overview, overview.unaccepted);
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

// Invited is who holds a place and has not ended; a ONE_TO_ONE is with one.
absl::Status ReadAnswers(db::Connection& connection, const CohortKey& key,
                         CohortOverview& overview) {
  const std::vector<Session>& next = overview.next_sessions;
  if (next.empty()) return absl::OkStatus();
  using Tallies = std::map<id::Uuid, store::AnswerTally>;
  ASSIGN_OR_RETURN(Tallies tallies,
                   store::CountAnswers(connection, key.organisation, key.cohort,
                                       next.front().start_time, next.back().start_time));
  int invited = 0;
  for (const auto& [state, count] : overview.counts) {
    if (HoldsPlace(state) && !HasEnded(state)) invited += count;
  }
  for (const Session& session : next) {
    const store::AnswerTally& given = tallies[session.id];
    const int asked = session.kind == SessionKind::kOneToOne ? 1 : invited;
    overview.answers.push_back({given, std::max(asked - given.of_invited, 0)});
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
  RETURN_IF_ERROR(ReadEnrolments(connection, key, now, overview));
  RETURN_IF_ERROR(ReadPatrons(connection, key, overview.patrons));
  RETURN_IF_ERROR(ReadSessions(connection, key, now, overview.next_sessions));
  RETURN_IF_ERROR(ReadAnswers(connection, key, overview));
  return overview;
}

}  // namespace dap::enrolment
