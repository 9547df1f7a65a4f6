#include "tools/dapctl/lines.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/dapctl/arguments.h"

namespace dap::ctl {

absl::StatusOr<std::unique_ptr<Lines>> Lines::Open(absl::string_view argument, int input) {
  if (argument == "-") return std::unique_ptr<Lines>(new Lines("", input, false));
  if (argument.empty() || argument[0] != '@') {
    return std::unique_ptr<Lines>(new Lines(std::string(argument), -1, false));
  }
  const std::string path(argument.substr(1));
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return UsageError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  return std::unique_ptr<Lines>(new Lines("", fd, true));
}

Lines::~Lines() {
  if (owned_) close(fd_);
}

bool Lines::Fill() {
  if (fd_ < 0) return false;
  // No signal is needed to stop: it looks up ten times a second.
  constexpr int kLookUpMillis = 100;
  while (!stopped_) {
    pollfd ready{fd_, POLLIN, 0};
    const int polled = poll(&ready, 1, kLookUpMillis);
    if (polled == 0 || (polled < 0 && errno == EINTR)) continue;
    char bytes[64 << 10];
    const ssize_t count = read(fd_, bytes, sizeof(bytes));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    buffer_.append(bytes, count);
    return true;
  }
  return false;
}

bool Lines::Next(std::string* line) {
  size_t searched = 0;
  while (!stopped_) {
    const size_t end = buffer_.find('\n', searched);
    if (end == std::string::npos) {
      searched = buffer_.size();
      if (Fill()) continue;
      if (stopped_) return false;
    }
    *line = std::string(absl::StripAsciiWhitespace(buffer_.substr(0, end)));
    buffer_.erase(0, end == std::string::npos ? buffer_.size() : end + 1);
    searched = 0;
    if (!line->empty()) return true;
    if (end == std::string::npos) return false;
  }
  return false;
}

std::string Lines::Rest() {
  while (Fill()) {
  }
  return std::move(buffer_);
}

}  // namespace dap::ctl
