#include "tests/bench/activity_load.h"

#include "absl/strings/str_cat.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/enrolment/v1/enrolment.pb.h"
#include "libs/auth/principal.h"
#include "libs/db/transaction.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::bench {
namespace {

constexpr absl::string_view kInsertParticipation =
    "INSERT INTO participation (organisation, enrolment, version, cohort, participant, state,"
    " time_zone, joined_at, activated_at, last_contribution_at, silent_since, rung, paused, "
    "blocked,"
    " welcomed) VALUES";

// Logs one activity after the other, each with a request id of its own.
std::function<std::string()> LogsOf(const Participant& participant, id::Generator& ids) {
  activity::v1::LogActivityRequest request;
  request.set_parent(NameOf(participant));
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

}  // namespace

std::string NameOf(const Participant& participant) {
  return absl::StrCat("organisations/", participant.organisation.ToString(), "/cohorts/",
                      participant.cohort.ToString(), "/enrolments/",
                      participant.enrolment.ToString());
}

absl::StatusOr<std::vector<Participant>> Enrol(const db::Options& database, int count) {
  const time::SystemClock clock;
  const absl::Time now = clock.Now();
  id::Generator ids(clock);
  const id::Uuid organisation = ids.Next();
  const id::Uuid cohort = ids.Next();
  std::vector<Participant> participants;
  std::vector<db::Values> rows;
  for (int i = 0; i < count; ++i) {
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

absl::StatusOr<ActivityLoads> LoadsOf(const tests::System& system,
                                      const std::vector<Participant>& participants,
                                      id::Generator& ids) {
  const absl::Time now = time::SystemClock().Now();
  const std::string method = "/dap.activity.v1.ActivityService/LogActivity";
  ASSIGN_OR_RETURN(auto to_activity, ToActivity(system));
  ActivityLoads loads = {{to_activity, method, {}}, {nullptr, method, {}}};
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

Load InBatches(const Load& single, const std::vector<Participant>& participants, int size) {
  Load load = {single.channel, "/dap.activity.v1.ActivityService/BatchLogActivities", {}};
  for (size_t i = 0; i < participants.size(); ++i) {
    Caller caller = single.callers[i];
    caller.request = [one = caller.request, parent = NameOf(participants[i]), size] {
      activity::v1::BatchLogActivitiesRequest batch;
      batch.set_parent(parent);
      for (int k = 0; k < size; ++k) batch.add_requests()->ParseFromString(one());
      return batch.SerializeAsString();
    };
    load.callers.push_back(std::move(caller));
  }
  return load;
}

}  // namespace dap::bench
