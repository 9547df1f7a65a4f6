#include "tests/system/system.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::tests {
namespace {

constexpr char kIssuer[] = "https://dap.internal";
constexpr char kAudience[] = "dap";

int Run(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.push_back(const_cast<char*>(program.c_str()));
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

rpc::CallContext Client::Context(absl::Duration patience) const {
  rpc::CallContext context;
  context.deadline = time::SystemClock().Now() + patience;
  context.bearer = token_;
  return context;
}

absl::StatusOr<std::unique_ptr<System>> System::Start() {
  std::unique_ptr<System> system(new System);
  std::string folder = testing::TempDir() + "dap-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return status::Internal("can't make a folder");
  system->folder_ = folder;
  system->clock_ = std::make_unique<time::ShiftedClock>(folder + "/clock");
  RETURN_IF_ERROR(system->Stand({"up"}));
  RETURN_IF_ERROR(system->ReadPorts());
  ASSIGN_OR_RETURN(auth::TokenMinter minter,
                   auth::TokenMinter::FromPem(ReadFile(folder + "/secrets/token.key.pem")));
  system->minter_ = std::make_unique<auth::TokenMinter>(std::move(minter));
  rpc::ChannelOptions to_gateway;
  to_gateway.target = system->gateway();
  to_gateway.service = "gateway";
  to_gateway.tls_ca_file = system->ca_file();
  ASSIGN_OR_RETURN(system->gateway_, rpc::Channel::Open(to_gateway));
  return system;
}

System::~System() {
  (void)Stand({"down"});
  if (testing::UnitTest::GetInstance()->Failed()) {
    std::fprintf(stderr, "what the processes wrote is in %s/log\n", folder_.c_str());
  } else {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
}

absl::StatusOr<Client> System::As(options::v1::Role role, absl::string_view subject,
                                  absl::string_view organisation) const {
  const absl::Time now = time::SystemClock().Now();
  auth::TokenClaims claims;
  claims.issuer = kIssuer;
  claims.audience = kAudience;
  claims.subject = std::string(subject);
  claims.organisation = std::string(organisation);
  claims.roles = {role};
  claims.issued = now;
  claims.expires = now + absl::Hours(1);
  ASSIGN_OR_RETURN(std::string token, minter_->Mint(claims));
  return Client(gateway_, std::move(token));
}

void System::MoveClockTo(absl::Time to) {
  const int64_t ahead = absl::ToInt64Seconds(to - time::SystemClock().Now());
  std::ofstream(folder_ + "/clock.new") << ahead << "\n";
  std::filesystem::rename(folder_ + "/clock.new", folder_ + "/clock");
  // A ShiftedClock that is asked later than this has looked at the file again, however busy the
  // machine.
  absl::Notification never;
  never.WaitForNotificationWithTimeout(2 * time::ShiftedClock::kLookAgain);
}

bool System::RunProgram(absl::string_view name, const std::vector<std::string>& arguments) const {
  return Run(absl::StrCat(DAP_TEST_BIN, "/", name), arguments) == 0;
}

std::string System::Address(absl::string_view port_name) const {
  return absl::StrCat("127.0.0.1:", ports_.at(absl::StrCat("DAP_PORT_", port_name)));
}

std::vector<std::string> System::Mail() const {
  std::vector<std::string> mail;
  for (const auto& file : std::filesystem::directory_iterator(folder_ + "/mail")) {
    if (file.path().extension() == ".eml") mail.push_back(ReadFile(file.path()));
  }
  return mail;
}

absl::Status System::Stand(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {DAP_TEST_BIN, folder_};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const int code = Run(DAP_TEST_STAND, all);
  if (code == 0) return absl::OkStatus();
  return status::Internal(absl::StrCat("stand.sh ", arguments.front(), " ended with ", code));
}

absl::Status System::ReadPorts() {
  for (absl::string_view line : absl::StrSplit(ReadFile(folder_ + "/ports.env"), '\n')) {
    const std::pair<std::string, absl::string_view> entry =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    if (!entry.first.empty() && !absl::SimpleAtoi(entry.second, &ports_[entry.first])) {
      return status::Internal(absl::StrCat("ports.env: ", line));
    }
  }
  return absl::OkStatus();
}

bool Eventually(const std::function<bool()>& done) {
  const time::SystemClock machine;
  const absl::Time until = machine.Now() + absl::Minutes(2);
  absl::Notification never;  // what is waited for is in other processes: they are asked again
  while (!done()) {
    if (machine.Now() > until) return false;
    never.WaitForNotificationWithTimeout(absl::Milliseconds(20));
  }
  return true;
}

}  // namespace dap::tests
