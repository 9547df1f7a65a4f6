#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "dap/enrolment/v1/enrolment.pb.h"
#include "libs/auth/principal.h"
#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/activity_load.h"
#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/interrupt.h"
#include "tests/bench/running.h"

namespace dap::bench {
namespace {

constexpr int kWatchers = 2000;
constexpr int kPosts = 100;
// HTTP/2 connections they share, as behind a few gateways.
constexpr int kConnections = 8;
constexpr absl::Duration kRest = absl::Seconds(5);
constexpr double kGoalMegabytes = 200;
// Noise of the pollers that are there anyway.
constexpr double kGoalStatements = 1.2;

constexpr absl::string_view kInsertEntry =
    "INSERT INTO roster_entry (organisation, enrolment, cohort, participant,"
    " participant_display_name, coaches, state, minutes_per_week, sessions_per_week,"
    " balance_target, balance_tolerance, time_zone, version, cohort_title, pause_reason, way_in)"
    " VALUES";
constexpr absl::string_view kStatements =
    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'QUESTIONS'";

using Stream =
    rpc::ClientStream<activity::v1::WatchCohortRequest, activity::v1::WatchCohortResponse>;

struct Cohort {
  id::Uuid organisation;
  id::Uuid cohort;
  std::vector<std::pair<id::Uuid, id::Uuid>> members;  // enrolment, staff
  std::string name() const {
    return id::Name({{"organisations", organisation}, {"cohorts", cohort}});
  }
};

// As the events of their enrolments would have made them.
absl::StatusOr<Cohort> Enrol(db::Pool& pool, id::Generator& ids, absl::Time deadline) {
  Cohort cohort = {ids.Next(), ids.Next(), {}};
  std::vector<db::Values> rows;
  for (int i = 0; i < kWatchers; ++i) {
    const auto& [enrolment, staff] = cohort.members.emplace_back(ids.Next(), ids.Next());
    rows.push_back({cohort.organisation, enrolment, cohort.cohort, staff, "Somebody", "",
                    static_cast<int>(enrolment::v1::ENROLMENT_STATE_ACTIVE), 60, 2, 0.5, 0.15,
                    "Europe/Berlin", 1, "Everybody", 0, 0});
  }
  RETURN_IF_ERROR(db::Transaction(pool, deadline, [&](db::Connection& tx) {
    return tx.InsertRows(kInsertEntry, rows).status();
  }));
  return cohort;
}

rpc::CallContext As(const Cohort& cohort, int member, absl::Time now) {
  auth::Principal principal;
  principal.staff = cohort.members[member].second;
  principal.subject = principal.staff.ToString();
  principal.organisation = cohort.organisation;
  principal.roles = {options::v1::ROLE_PARTICIPANT};
  principal.expires = now + absl::Hours(2);
  rpc::CallContext context;
  context.principal = principal;
  context.deadline = now + absl::Minutes(10);
  return context;
}

absl::StatusOr<std::vector<std::shared_ptr<rpc::Channel>>> Connect(const tests::System& system) {
  std::vector<std::shared_ptr<rpc::Channel>> channels;
  for (int i = 0; i < kConnections; ++i) {
    rpc::ChannelOptions options;
    options.target = system.Address("ACTIVITY");
    options.service = "activity";
    options.tls_ca_file = system.ca_file();
    options.tls_cert_file = absl::StrCat(system.folder(), "/tls/gateway.pem");
    options.tls_key_file = absl::StrCat(system.folder(), "/tls/gateway.key");
    ASSIGN_OR_RETURN(channels.emplace_back(), rpc::Channel::Open(options));
  }
  return channels;
}

absl::Status Answered(Stream& stream, activity::v1::WatchCohortResponse& response) {
  if (stream.Read(&response)) return absl::OkStatus();
  const absl::Status ended = stream.Finish();
  return ended.ok() ? status::Internal("a watch ended") : ended;
}

// Streams of members from `first` on, each begun.
absl::Status Watch(const Cohort& cohort, const std::vector<std::shared_ptr<rpc::Channel>>& channels,
                   int first, int last, absl::Time now, std::vector<Stream>& streams) {
  activity::v1::WatchCohortRequest request;
  request.set_parent(cohort.name());
  for (int i = first; i < last; ++i) {
    streams.push_back(
        channels[i % kConnections]
            ->OpenStream<activity::v1::WatchCohortRequest, activity::v1::WatchCohortResponse>(
                "dap.activity.v1.ExperienceService/WatchCohort", As(cohort, i, now)));
    streams.back().Write(request);
    streams.back().WritesDone();
  }
  activity::v1::WatchCohortResponse begun;
  for (int i = first; i < last; ++i) RETURN_IF_ERROR(Answered(streams[i], begun));
  return absl::OkStatus();
}

// Statements a second that the database was asked, over a rest.
absl::StatusOr<double> StatementsAtRest(db::Pool& pool) {
  const time::SystemClock clock;
  const auto count = [&]() -> absl::StatusOr<double> {
    ASSIGN_OR_RETURN(auto row,
                     db::Read(pool, clock.Now() + absl::Seconds(10),
                              [&](db::Connection& db) { return db.QueryOne(kStatements); }));
    double statements = 0;
    (void)absl::SimpleAtod(row->String(0), &statements);
    return statements;
  };
  ASSIGN_OR_RETURN(const double before, count());
  const absl::Time began = clock.Now();
  RETURN_IF_ERROR(Pause(kRest));
  ASSIGN_OR_RETURN(const double after, count());
  return (after - before) / absl::ToDoubleSeconds(clock.Now() - began);
}

// A hundred posts, all read by all; the most memory meanwhile, and how long it took.
absl::StatusOr<std::pair<double, absl::Duration>> FanOut(const Cohort& cohort,
                                                         rpc::Channel& channel, id::Generator& ids,
                                                         pid_t activity,
                                                         std::vector<Stream>& streams) {
  const time::SystemClock clock;
  const absl::Time began = clock.Now();
  double most = 0;
  for (int i = 0; i < kPosts; ++i) {
    activity::v1::ShareExperienceRequest share;
    share.set_parent(cohort.name());
    share.mutable_experience()->set_enrolment(id::Name({{"organisations", cohort.organisation},
                                                        {"cohorts", cohort.cohort},
                                                        {"enrolments", cohort.members[i].first}}));
    share.mutable_experience()->set_text("I asked a question, and five people answered.");
    share.set_request_id(ids.Next().ToString());
    RETURN_IF_ERROR(
        channel
            .Call<activity::v1::ShareExperienceResponse>(
                "dap.activity.v1.ExperienceService/ShareExperience", share, As(cohort, i, began))
            .status());
    most = std::max(most, ResidentMegabytes(activity));
  }
  for (size_t i = 0; i < streams.size(); ++i) {
    activity::v1::WatchCohortResponse response;
    for (int told = 0; told < kPosts; told += response.changes_size()) {
      RETURN_IF_ERROR(Answered(streams[i], response));
    }
    if (i % 100 == 0) most = std::max(most, ResidentMegabytes(activity));
  }
  return std::make_pair(most, clock.Now() - began);
}

}  // namespace

absl::StatusOr<Result> WatchCase(const Settings&, tests::System& system) {
  const time::SystemClock clock;
  id::Generator ids(clock);
  ASSIGN_OR_RETURN(const db::Options database, DatabaseOf(system, "activity"));
  ASSIGN_OR_RETURN(const auto pool, db::Pool::Create(database));
  ASSIGN_OR_RETURN(const Cohort cohort, Enrol(*pool, ids, clock.Now() + absl::Seconds(30)));
  ASSIGN_OR_RETURN(const auto channels, Connect(system));
  ASSIGN_OR_RETURN(const pid_t activity, PidOf(system, "activity"));
  std::vector<Stream> streams;
  RETURN_IF_ERROR(Watch(cohort, channels, 0, 1, clock.Now(), streams));
  ASSIGN_OR_RETURN(const double of_one, StatementsAtRest(*pool));
  RETURN_IF_ERROR(Watch(cohort, channels, 1, kWatchers, clock.Now(), streams));
  ASSIGN_OR_RETURN(const double of_all, StatementsAtRest(*pool));
  const double idle = ResidentMegabytes(activity);
  ASSIGN_OR_RETURN(const auto busy, FanOut(cohort, *channels[0], ids, activity, streams));
  Result result = {.name = "watch", .title = "WatchCohort: 2,000 streams of one cohort"};
  result.figures = {
      {.name = "idle, MB", .value = idle, .goal = kGoalMegabytes, .at_most = true},
      {.name = "100 posts to all, MB",
       .value = busy.first,
       .goal = kGoalMegabytes,
       .at_most = true},
      {.name = "100 posts to all, s", .value = absl::ToDoubleSeconds(busy.second)},
      {.name = "statements a second, 1 watcher", .value = of_one},
      {.name = "statements a second, 2,000", .value = of_all},
      {.name = "2,000 / 1", .value = of_all / of_one, .goal = kGoalStatements, .at_most = true}};
  return result;
}

}  // namespace dap::bench
