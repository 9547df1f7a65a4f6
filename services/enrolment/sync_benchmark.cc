// How fast a sync of many people is, against the mariadb client loading the same rows. Not a test:
// run it alone on an idle machine.
//
//   sync_benchmark [people]
//
// The client inserts 1,000 rows a statement into the same table with the same indexes, each
// statement a transaction. The sync goes through a real server and channel on loopback, with its
// feed events, 250 records a message. One line a figure, with its ratio and what it must reach.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dap/enrolment/v1/staff_sync_service.pb.h"
#include "enrolment_migrations.h"
#include "libs/db/testing/private_server.h"
#include "libs/db/testing/schema.h"
#include "libs/db/testing/server_folder.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/requests/requests.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/server.h"
#include "services/enrolment/domain/staff_sync_checksum.h"
#include "services/enrolment/staff_sync_service.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {
namespace {

using Stopwatch = std::chrono::steady_clock;

// Records a message.
constexpr int kMessage = 250;

double Seconds(const std::function<void()>& work) {
  const auto start = Stopwatch::now();
  work();
  return std::chrono::duration<double>(Stopwatch::now() - start).count();
}

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "sync_benchmark: %s\n", what.c_str());
  std::exit(1);
}

absl::Time Soon() { return time::SystemClock().Now() + absl::Minutes(10); }

// Resident memory of this process, in MB; "VmRSS" now, "VmHWM" at most.
double Resident(absl::string_view which) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (absl::string_view(line).substr(0, which.size()) == which) {
      return std::atof(line.c_str() + which.size() + 1) / 1024;
    }
  }
  return 0;
}

v1::StaffRecord Record(int i, int teams, absl::string_view suffix = "") {
  v1::StaffRecord record;
  if (i < teams) {
    record.mutable_team()->set_external_id(absl::StrCat("T", i));
    record.mutable_team()->set_display_name(absl::StrCat("Team ", i));
    if (i > 0) record.mutable_team()->set_parent_external_id(absl::StrCat("T", i / 4));
    return record;
  }
  v1::PersonRecord* person = record.mutable_person();
  // Not in the order of the ids, as real systems send them.
  const uint64_t id = (uint64_t{static_cast<uint32_t>(i)} * 2654435761u) % 100000007u;
  person->set_external_id(absl::StrCat("E", id));
  person->set_display_name(absl::StrCat("Firstname Lastname ", id, suffix));
  person->set_email(absl::StrCat("firstname.lastname.", id, "@council.example.org"));
  person->set_team_external_id(absl::StrCat("T", i % teams));
  if (i >= teams + 10) {
    const uint64_t manager =
        (uint64_t{static_cast<uint32_t>(teams + i % 10)} * 2654435761u) % 100000007u;
    person->set_manager_external_id(absl::StrCat("E", manager));
  }
  person->mutable_update_time()->set_seconds(1'790'000'000);
  return record;
}

// Processor time of a process so far, in seconds.
double Processor(const std::string& pid) {
  std::ifstream stat(absl::StrCat("/proc/", pid, "/stat"));
  std::string line;
  std::getline(stat, line);
  const std::vector<std::string> fields = absl::StrSplit(line.substr(line.rfind(')') + 2), ' ');
  if (fields.size() < 13) return 0;
  return (std::atof(fields[11].c_str()) + std::atof(fields[12].c_str())) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

class Bench {
 public:
  explicit Bench(int people) : people_(people), teams_(std::max(1, people / 50)) {
    schema_.Migrate("enrolment", Migrations());
    if (!feed::Migrate(schema_.pool()).ok() || !requests::Migrate(schema_.pool()).ok()) {
      Die("no tables");
    }
    feed_ = std::make_unique<feed::Feed>(schema_.pool(), clock_);
    tokens_ = std::make_unique<rpc::PageTokens>(*rpc::PageTokens::Create(std::string(32, 'k')));
    face_ =
        std::make_unique<StaffSyncFace>(SyncParts{schema_.pool(), *feed_, clock_, ids_}, *tokens_);
    rpc::ServerOptions options;
    options.security = rpc::Security::kInsecureForTests;
    server_ = *rpc::Server::Start(options, {&face_->service()});
    rpc::ChannelOptions channel;
    channel.target = absl::StrCat("127.0.0.1:", server_->port());
    channel.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(channel);
    organisation_ = ids_.Next();
    const Organisation organisation{organisation_, "Bench", "Europe/London", clock_.Now()};
    if (!db::Transaction(schema_.pool(), Soon(), [&](db::Connection& tx) {
           return store::InsertOrganisation(tx, organisation);
         }).ok()) {
      Die("no organisation");
    }
  }

  int records() const { return people_ + teams_; }

  // A full sync, applied; every `change`th person has changed.
  double Sync(int change, v1::SyncRun* run) {
    return Seconds([&] {
      rpc::CallContext context;
      context.deadline = Soon();
      context.principal = auth::Principal{
          "hr", id::Uuid(), organisation_, {options::v1::ROLE_HR_SYSTEM}, absl::InfiniteFuture()};
      auto stream = channel_->OpenStream<v1::SyncStaffRequest, v1::SyncStaffResponse>(
          "dap.enrolment.v1.StaffSyncService/SyncStaff", context);
      std::thread writer([&] { WriteAll(stream, change); });
      v1::SyncStaffResponse response;
      while (stream.Read(&response)) {
        if (response.has_sync_run()) *run = response.sync_run();
      }
      writer.join();
      const absl::Status status = stream.Finish();
      if (!status.ok()) Die(std::string(status.message()));
    });
  }

  // The same rows by the mariadb client.
  double Client() {
    schema_.Run("CREATE TABLE loaded LIKE staff_member");
    const std::string file = absl::StrCat("sync_benchmark.", people_, ".sql");
    WriteSql(file);
    const db::Options root = schema_.root_options();
    const std::string command =
        absl::StrCat(db::testing::MariadbProgram("mariadb"), " -h ", root.host, " -P ", root.port,
                     " -u ", root.user, " ", root.schema, " < ", file);
    const double seconds = Seconds([&] {
      if (std::system(command.c_str()) != 0) Die("the client failed");
    });
    std::remove(file.c_str());
    schema_.Run("DROP TABLE loaded");
    return seconds;
  }

  // Of the database server.
  double ServerProcessor() const {
    std::ifstream file(mariadb_->folder() + "/server.pid");
    std::string pid;
    file >> pid;
    return Processor(pid);
  }

  int64_t Number(absl::string_view sql) {
    auto rows = db::Read(schema_.pool(), Soon(),
                         [&](db::Connection& connection) { return connection.Query(sql); });
    return rows.ok() && !rows->empty() ? (*rows)[0].Int(0) : -1;
  }

 private:
  void WriteAll(rpc::ClientStream<v1::SyncStaffRequest, v1::SyncStaffResponse>& stream,
                int change) {
    v1::SyncStaffRequest request;
    v1::SyncBegin* begin = request.mutable_begin();
    begin->set_parent(absl::StrCat("organisations/", organisation_.ToString()));
    begin->set_source("hr");
    begin->set_mode(v1::SYNC_MODE_FULL);
    begin->set_expected_count(records());
    begin->set_apply(true);
    stream.Write(request);
    SyncChecksum checksum;
    for (int i = 0; i < records(); ++i) {
      const bool changed = change > 0 && i >= teams_ && i % change == 0;
      v1::StaffRecord& record = *request.mutable_records()->add_records();
      record = Record(i, teams_, changed ? " Changed" : "");
      checksum.AddId(record.has_team() ? record.team().external_id()
                                       : record.person().external_id());
      if (request.records().records_size() < kMessage && i + 1 < records()) continue;
      if (!stream.Write(request)) break;
      request.mutable_records()->Clear();
    }
    request.mutable_end()->set_count(records());
    request.mutable_end()->set_checksum(checksum.Digest());
    stream.Write(request);
    stream.WritesDone();
  }

  void WriteSql(const std::string& file) {
    std::ofstream sql(file);
    const auto hex = [](const id::Uuid& uuid) {
      std::string text = "x'";
      for (unsigned char byte : uuid.bytes())
        absl::StrAppend(&text, absl::Hex(byte, absl::kZeroPad2));
      return text + "'";
    };
    const std::string organisation = hex(organisation_);
    for (int i = teams_; i < records(); ++i) {
      const v1::StaffRecord record = Record(i, teams_);
      const v1::PersonRecord& person = record.person();
      const int place = (i - teams_) % 1000;
      sql << (place == 0 ? "INSERT INTO loaded (organisation, staff_member, source, external_id, "
                           "display_name, email, active_email, team, line_manager, state, "
                           "state_since, hr_update_time, version, hr_digest) VALUES\n"
                         : ",\n");
      const std::string id = hex(ids_.Next());
      sql << "(" << organisation << "," << id << ",'hr','" << person.external_id() << "','"
          << person.display_name() << "','" << person.email() << "','" << person.email() << "',"
          << id << "," << id << ",1,'2026-11-24 10:00:00','2026-11-24 10:00:00',1," << id << ")";
      if (place == 999 || i + 1 == records()) sql << ";\n";
    }
  }

  const int people_;
  const int teams_;
  // A server with room for the data, as a real one has.
  const std::unique_ptr<db::testing::PrivateServer> mariadb_ = *db::testing::PrivateServer::Start(
      {"--innodb-buffer-pool-size=512M", "--innodb-log-file-size=256M"});
  db::testing::Schema schema_{*mariadb_};
  time::SystemClock clock_;
  id::Generator ids_{clock_};
  std::unique_ptr<feed::Feed> feed_;
  std::unique_ptr<rpc::PageTokens> tokens_;
  std::unique_ptr<StaffSyncFace> face_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
  id::Uuid organisation_;
};

// Tells what a part has cost in processor time, which other work on the machine changes less than
// its duration.
class Cost {
 public:
  explicit Cost(const Bench& bench) : bench_(bench) { Tell(""); }
  void Tell(const char* part) {
    const double server = bench_.ServerProcessor();
    const double self = Processor("self");
    if (*part != 0) {
      std::printf("%-28s %8.1f s of the database's processor, %.1f s of ours\n", part,
                  server - server_, self - self_);
    }
    server_ = server;
    self_ = self;
  }

 private:
  const Bench& bench_;
  double server_ = 0;
  double self_ = 0;
};

void Main(int people) {
  Bench bench(people);
  Cost cost(bench);
  const double rss = Resident("VmRSS");
  const auto rate = [people](double seconds) { return people / seconds; };
  const double client = bench.Client();
  cost.Tell("mariadb client");
  v1::SyncRun run;
  const double first = bench.Sync(0, &run);
  cost.Tell("first load");
  const double again = bench.Sync(0, &run);
  cost.Tell("unchanged re-sync");
  const int64_t events = bench.Number("SELECT SUM(last_position) FROM feed_partition");
  const double changed = bench.Sync(100, &run);
  cost.Tell("1 % changed");
  const int64_t written = bench.Number("SELECT COUNT(*) FROM staff_member WHERE version > 1");
  const int64_t told = bench.Number("SELECT SUM(last_position) FROM feed_partition") - events;
  std::printf("people                       %d\n", people);
  std::printf("mariadb client               %8.0f a second\n", rate(client));
  std::printf("first load                   %8.0f a second, ratio %.2f (at least 0.5)\n",
              rate(first), client / first);
  std::printf(
      "unchanged re-sync            %8.0f a second, ratio to first load %.2f (at least 3)\n",
      rate(again), first / again);
  std::printf("1 %% changed                  %8.0f a second; %lld people written, %lld events\n",
              rate(changed), static_cast<long long>(written), static_cast<long long>(told));
  std::printf("resident (server and client) %8.0f MB before, %.0f MB at most\n", rss,
              Resident("VmHWM"));
}

}  // namespace
}  // namespace dap::enrolment

int main(int argc, char** argv) {
  int people = 100'000;
  if (argc > 1 && !absl::SimpleAtoi(argv[1], &people)) return 2;
  dap::enrolment::Main(people);
}
