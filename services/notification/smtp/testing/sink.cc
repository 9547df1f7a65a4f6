#include "services/notification/smtp/testing/sink.h"

#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace dap::notification::testing {

Sink::Sink() {
  folder_ = (std::filesystem::temp_directory_path() / "dap-mail-XXXXXX").string();
  if (mkdtemp(folder_.data()) == nullptr) {
    std::perror("mkdtemp");
    std::abort();
  }
  server_ = std::make_unique<PythonServer>(
      DAP_SMTP_SINK,
      std::vector<std::string>{"--listen=127.0.0.1:0", absl::StrCat("--folder=", folder_)});
}

Sink::~Sink() {
  server_.reset();
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
