#include "services/notification/smtp/testing/sink.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dap::notification::testing {
namespace {

[[noreturn]] void Give(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

Sink::Sink() {
  std::string folder = (std::filesystem::temp_directory_path() / "dap-mail-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) Give("mkdtemp");
  folder_ = folder;
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) Give("pipe2");
  const std::string into = absl::StrCat("--folder=", folder_);
  pid_ = fork();
  if (pid_ < 0) Give("fork");
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    execl("/usr/bin/python3", "python3", DAP_SMTP_SINK, "--listen=127.0.0.1:0", into.c_str(),
          nullptr);
    _exit(127);
  }
  close(out[1]);
  std::string line;
  for (char c; read(out[0], &c, 1) == 1 && c != '\n';) line.push_back(c);
  close(out[0]);
  const size_t at = line.rfind(' ');
  if (!absl::StartsWith(line, "listening on ") || at == std::string::npos) {
    Give("tools/smtp_sink.py did not start");
  }
  url_ = absl::StrCat("smtp://", line.substr(at + 1));
}

Sink::~Sink() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  std::filesystem::remove_all(folder_);
}

std::vector<std::string> Sink::mails() const {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    if (file.path().extension() == ".eml") files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> mails;
  for (const std::filesystem::path& path : files) {
    std::ifstream in(path, std::ios::binary);
    mails.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return mails;
}

}  // namespace dap::notification::testing
