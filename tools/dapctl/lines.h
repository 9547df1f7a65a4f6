// Where requests are read from: an argument, a file or the standard input.
#ifndef DAP_TOOLS_DAPCTL_LINES_H_
#define DAP_TOOLS_DAPCTL_LINES_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dap::ctl {

// Owned by one thread, except for Stop.
class Lines {
 public:
  // `argument` is text, "-" for the descriptor `input`, or "@path". INVALID_ARGUMENT (USAGE) where
  // the file cannot be read.
  static absl::StatusOr<std::unique_ptr<Lines>> Open(absl::string_view argument, int input);
  ~Lines();

  // The next line that is not blank, without its end; false at the end, after Stop, and where
  // reading fails. Blocks.
  bool Next(std::string* line);
  // Everything that is left.
  std::string Rest();

  // Makes Next give up within a tenth of a second; from any thread.
  void Stop() { stopped_ = true; }

 private:
  Lines(std::string text, int fd, bool owned) : buffer_(std::move(text)), fd_(fd), owned_(owned) {}
  // Reads more into buffer_; false where there is no more.
  bool Fill();

  std::string buffer_;
  int fd_;  // -1: the buffer is all there is
  const bool owned_;
  std::atomic<bool> stopped_{false};
};

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_LINES_H_
