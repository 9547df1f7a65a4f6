#include "tests/faults/team.h"

#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/process/options.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "tests/faults/child.h"

namespace dap::tests {
namespace {

constexpr int kPeople = 12;

constexpr char kTables[] =
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
    " AND table_name NOT IN ('feed_consumer', 'feed_cursor', 'feed_lease', 'feed_member')"
    " AND table_name NOT LIKE 'job%'";

absl::Time Patience() { return time::SystemClock().Now() + absl::Seconds(30); }

// Ends the shared team with the program.
class TeamHolder : public testing::Environment {
 public:
  void TearDown() override { team_.reset(); }
  Team* Get() {
    if (team_ != nullptr || tried_) return team_.get();
    tried_ = true;
    auto started = Team::Start();
    EXPECT_THAT(started, status::IsOk());
    if (started.ok()) team_ = *std::move(started);
    return team_.get();
  }

 private:
  bool tried_ = false;
  std::unique_ptr<Team> team_;
};

// GoogleTest owns it.
TeamHolder* const holder =
    static_cast<TeamHolder*>(testing::AddGlobalTestEnvironment(new TeamHolder));

}  // namespace

enrolment::v1::CreateCohortRequest NewCohort(Team& team) {
  enrolment::v1::CreateCohortRequest request;
  request.set_parent(team.journey().organisation());
  request.mutable_cohort()->set_title("Spring");
  request.mutable_cohort()->set_capacity(5);
  request.mutable_cohort()->mutable_start_date()->set_year(2040);
  request.mutable_cohort()->mutable_start_date()->set_month(2);
  request.mutable_cohort()->mutable_start_date()->set_day(1);
  *request.mutable_cohort()->mutable_end_date() = request.cohort().start_date();
  request.mutable_cohort()->mutable_end_date()->set_month(5);
  request.set_request_id(team.journey().NewRequestId());
  return request;
}

Team* SharedTeam() { return holder->Get(); }

absl::StatusOr<std::unique_ptr<Team>> Team::Start() {
  std::unique_ptr<Team> team(new Team);
  ASSIGN_OR_RETURN(team->system_, System::Start());
  team->journey_ = std::make_unique<Journey>(*team->system_);
  RETURN_IF_ERROR(team->Fill());
  return team;
}

absl::Status Team::Fill() {
  RETURN_IF_ERROR(journey_->MakeOrganisation());
  RETURN_IF_ERROR(journey_->SyncStaff(kPeople, 2));
  ASSIGN_OR_RETURN(people_, journey_->ListStaff(kPeople));
  if (people_.size() != kPeople) return status::Internal("the staff did not come whole");
  ASSIGN_OR_RETURN(cohort_, journey_->OpenCohort(coach(), 10));
  for (int i = 0; i < 2; ++i) {
    ASSIGN_OR_RETURN(const std::string enrolment, journey_->Apply(participant(i), cohort_));
    RETURN_IF_ERROR(journey_->Accept(participant(i), enrolment));
    enrolments_.push_back(enrolment);
  }
  RETURN_IF_ERROR(journey_->GivePatron(coach(), patron(), cohort_, enrolments_));
  return AwaitEvents();
}

// The activity service has heard of what was done last.
absl::Status Team::AwaitEvents() {
  activity::v1::ListPatronBoardRequest request;
  request.set_parent(journey_->organisation());
  const Client asking = As(options::v1::ROLE_PATRON, patron());
  const bool arrived = Eventually([&] {
    auto board = asking.Call<activity::v1::ListPatronBoardResponse>(
        absl::StrCat(kActivityService, "ListPatronBoard"), request);
    return board.ok() && board->rows_size() == 2;
  });
  return arrived ? absl::OkStatus() : status::Internal("the patron's board stays without people");
}

std::string Team::organisation_id() const {
  const std::string& name = journey_->organisation();
  return name.substr(name.rfind('/') + 1);
}

Client Team::As(options::v1::Role role, const Person& person) const {
  return *system_->As(role, person.id, organisation_id());
}

absl::StatusOr<std::shared_ptr<rpc::Channel>> Team::Direct(absl::string_view service,
                                                           absl::string_view certificate,
                                                           std::string address) {
  const std::string tls = system_->folder() + "/tls/";
  rpc::ChannelOptions options;
  options.target =
      address.empty() ? system_->Address(absl::AsciiStrToUpper(service)) : std::move(address);
  options.service = std::string(service);
  options.tls_ca_file = system_->ca_file();
  if (!certificate.empty()) {
    options.tls_cert_file = absl::StrCat(tls, certificate, ".pem");
    options.tls_key_file = absl::StrCat(tls, certificate, ".key");
  }
  options.max_attempts = 1;
  return rpc::Channel::Open(options);
}

absl::StatusOr<std::unique_ptr<db::Pool>> Team::Database(absl::string_view service) {
  const std::string address = system_->Address("MARIADB");
  db::Options options;
  options.user = options.schema = absl::StrCat("dap_", service);
  options.connections = 2;
  ASSIGN_OR_RETURN(options.password,
                   process::ReadSecret("password", absl::StrCat(system_->folder(), "/secrets/",
                                                                options.user, ".password")));
  if (!absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &options.port)) {
    return status::Internal(absl::StrCat("MariaDB's address is ", address));
  }
  return db::Pool::Create(options);
}

std::vector<std::string> Team::Command(absl::string_view service) const {
  const std::string folder = system_->folder();
  const std::string database = system_->Address("MARIADB");
  return {Program(absl::StrCat("dap-", service)),
          "--listen=127.0.0.1:0",
          "--metrics_listen=127.0.0.1:0",
          absl::StrCat("--tls_ca=", folder, "/tls/ca.pem"),
          absl::StrCat("--tls_cert=", folder, "/tls/", service, ".pem"),
          absl::StrCat("--tls_key=", folder, "/tls/", service, ".key"),
          absl::StrCat("--page_token_key_file=", folder, "/secrets/page-token.key"),
          absl::StrCat("--enrolment=", system_->Address("ENROLMENT")),
          absl::StrCat("--goals=", system_->Address("GOALS")),
          absl::StrCat("--activity=", system_->Address("ACTIVITY")),
          absl::StrCat("--notification=", system_->Address("NOTIFICATION")),
          absl::StrCat("--db_port=", database.substr(database.rfind(':') + 1)),
          absl::StrCat("--db_user=dap_", service),
          absl::StrCat("--db_password_file=", folder, "/secrets/dap_", service, ".password"),
          absl::StrCat("--db_schema=dap_", service),
          absl::StrCat("--clock_file=", folder, "/clock")};
}

absl::StatusOr<int64_t> Team::CountRows(absl::string_view service) {
  ASSIGN_OR_RETURN(const std::unique_ptr<db::Pool> pool, Database(service));
  return db::Read(*pool, Patience(), [](db::Connection& connection) -> absl::StatusOr<int64_t> {
    int64_t count = 0;
    ASSIGN_OR_RETURN(const db::Rows tables, connection.Query(kTables));
    for (const db::Row& table : tables) {
      ASSIGN_OR_RETURN(const db::Rows rows,
                       connection.Query(absl::StrCat("SELECT COUNT(*) FROM ", table.String(0))));
      count += rows[0].Int(0);
    }
    return count;
  });
}

}  // namespace dap::tests
