#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/enrolment/v1/enrolment.pb.h"
#include "libs/auth/principal.h"
#include "libs/db/transaction.h"
#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/cases.h"
#include "tests/bench/load.h"
#include "tests/bench/sysbench.h"

namespace dap::bench {
namespace {

constexpr int kMostOutstanding = 512;
constexpr double kDirectGoal = 1.0;
constexpr double kGatewayGoal = 0.7;

constexpr absl::string_view kInsertParticipation =
    "INSERT INTO participation (organisation, enrolment, version, cohort, participant, state,"
    " time_zone, joined_at, activated_at, last_contribution_at, silent_since, rung, paused, "
    "blocked,"
    " welcomed) VALUES";

struct Participant {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid enrolment;
  id::Uuid staff;
};

// With the rights of dap-activity.
absl::StatusOr<db::Options> Database(const tests::System& system) {
  db::Options database;
  const std::vector<std::string> address = absl::StrSplit(system.Address("MARIADB"), ':');
  if (!absl::SimpleAtoi(address.at(1), &database.port)) return status::Internal("no port");
  database.user = database.schema = "dap_activity";
  std::getline(std::ifstream(absl::StrCat(system.folder(), "/secrets/dap_activity.password")),
               database.password);
  return database;
}

// One cohort of active participants, as the events of their enrolments would have made them.
absl::StatusOr<std::vector<Participant>> Enrol(const db::Options& database, absl::Time now) {
  const time::SystemClock clock;
  id::Generator ids(clock);
  const id::Uuid organisation = ids.Next();
  const id::Uuid cohort = ids.Next();
  std::vector<Participant> participants;
  std::vector<db::Values> rows;
  for (int i = 0; i < kMostOutstanding; ++i) {
    const Participant& one =
        participants.emplace_back(Participant{organisation, cohort, ids.Next(), ids.Next()});
    rows.push_back({organisation, one.enrolment, 1, cohort, one.staff,
                    static_cast<int>(enrolment::v1::ENROLMENT_STATE_ACTIVE), "Europe/Berlin",
                    now - absl::Hours(48), now - absl::Hours(48), now, now, 0, false, false,
                    false});
  }
  ASSIGN_OR_RETURN(auto pool, db::Pool::Create(database));
  RETURN_IF_ERROR(db::Transaction(*pool, clock.Now() + absl::Seconds(30), [&](db::Connection& tx) {
    return tx.InsertRows(kInsertParticipation, rows).status();
  }));
  return participants;
}

// Logs one activity after the other, each with a request id of its own.
std::function<std::string()> LogsOf(const Participant& participant, id::Generator& ids) {
  activity::v1::LogActivityRequest request;
  request.set_parent(absl::StrCat("organisations/", participant.organisation.ToString(),
                                  "/cohorts/", participant.cohort.ToString(), "/enrolments/",
                                  participant.enrolment.ToString()));
  activity::v1::Activity& activity = *request.mutable_activity();
  activity.set_kind(activity::v1::ACTIVITY_KIND_READ);
  activity.set_setting(activity::v1::SETTING_OFF_PLATFORM);
  activity.set_minutes(25);
  activity.set_note("Read a chapter and tried it out");
  return [request, &ids]() mutable {
    request.set_request_id(ids.Next().ToString());
    return request.SerializeAsString();
  };
}

std::string PrincipalOf(const Participant& participant, absl::Time now) {
  auth::Principal principal;
  principal.subject = participant.staff.ToString();
  principal.staff = participant.staff;
  principal.organisation = participant.organisation;
  principal.roles = {options::v1::ROLE_PARTICIPANT};
  principal.expires = now + absl::Hours(2);
  return auth::Serialize(principal);
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ToActivity(const tests::System& system) {
  rpc::ChannelOptions options;
  options.target = system.Address("ACTIVITY");
  options.service = "activity";
  options.tls_ca_file = system.ca_file();
  options.tls_cert_file = absl::StrCat(system.folder(), "/tls/gateway.pem");
  options.tls_key_file = absl::StrCat(system.folder(), "/tls/gateway.key");
  ASSIGN_OR_RETURN(auto channel, rpc::Channel::Open(options));
  return channel->grpc_channel();
}

struct Loads {
  Load direct;
  Load through_gateway;
};

// All participants on both ways.
absl::StatusOr<Loads> MakeLoads(const tests::System& system,
                                const std::vector<Participant>& participants, id::Generator& ids) {
  const absl::Time now = time::SystemClock().Now();
  const std::string method = "/dap.activity.v1.ActivityService/LogActivity";
  ASSIGN_OR_RETURN(auto to_activity, ToActivity(system));
  Loads loads = {{to_activity, method, {}}, {nullptr, method, {}}};
  for (const Participant& participant : participants) {
    const auto request = LogsOf(participant, ids);
    loads.direct.callers.push_back(
        {auth::kPrincipalMetadata, PrincipalOf(participant, now), request});
    ASSIGN_OR_RETURN(const tests::Client client,
                     system.As(options::v1::ROLE_PARTICIPANT, participant.staff.ToString(),
                               participant.organisation.ToString()));
    loads.through_gateway.channel = client.channel().grpc_channel();
    loads.through_gateway.callers.push_back(
        {"authorization", absl::StrCat("Bearer ", client.token()), request});
  }
  return loads;
}

Load First(Load load, int callers) {
  load.callers.resize(callers);
  return load;
}

}  // namespace

absl::StatusOr<Result> ActivityCase(const Settings& settings, tests::System& system) {
  // What hears of the activities later would do so in the database's own turn.
  for (const char* other : {"notification", "goals", "enrolment"}) {
    RETURN_IF_ERROR(system.StopProcess(other));
  }
  const time::SystemClock clock;
  id::Generator ids(clock);
  ASSIGN_OR_RETURN(const db::Options database, Database(system));
  ASSIGN_OR_RETURN(const auto participants, Enrol(database, clock.Now()));
  ASSIGN_OR_RETURN(const Loads loads, MakeLoads(system, participants, ids));
  RETURN_IF_ERROR(PrepareSysbench(database));
  ASSIGN_OR_RETURN(const pid_t mariadb, PidOf(system, "mariadb"));
  ASSIGN_OR_RETURN(const pid_t activity, PidOf(system, "activity"));
  ASSIGN_OR_RETURN(const pid_t gateway, PidOf(system, "gateway"));
  const std::vector<Watched> own = {{"mariadb", mariadb}};
  const std::vector<Watched> direct = {{"mariadb", mariadb}, {"activity", activity}};
  const std::vector<Watched> all = {
      {"mariadb", mariadb}, {"activity", activity}, {"gateway", gateway}};
  const auto measure = [&](const Load& load, int outstanding, const std::vector<Watched>& watched) {
    return [&, load = First(load, outstanding)] { return Run(load, settings.time, watched); };
  };
  const std::string sysbench = "sysbench, 64 connections";
  Result result = {.name = "activity",
                   .title = "durable writes: LogActivity, and sysbench oltp_insert"};
  ASSIGN_OR_RETURN(
      result.series,
      MeasureInTurns(
          "activity", settings.rounds,
          {{sysbench, [&] { return RunSysbench(database, settings.time, own); }},
           {"direct, 64", measure(loads.direct, 64, direct)},
           {"direct, 512", measure(loads.direct, kMostOutstanding, direct)},
           {"through gateway, 64", measure(loads.through_gateway, 64, all)},
           {"through gateway, 512", measure(loads.through_gateway, kMostOutstanding, all)}}));
  result.figures = {RateRatio(result.series, "direct, 64", sysbench, kDirectGoal),
                    RateRatio(result.series, "direct, 512", sysbench, kDirectGoal),
                    RateRatio(result.series, "through gateway, 64", sysbench, kGatewayGoal),
                    RateRatio(result.series, "through gateway, 512", sysbench, kGatewayGoal)};
  return result;
}

}  // namespace dap::bench
