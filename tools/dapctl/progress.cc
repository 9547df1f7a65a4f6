#include "tools/dapctl/progress.h"

#include "absl/strings/str_cat.h"

namespace dap::ctl {
namespace {

constexpr int kBarWidth = 30;

}  // namespace

Progress::~Progress() {
  if (terminal_ && shown_percent_ >= 0) out_ << std::endl;
}

void Progress::Set(int64_t done) {
  const int percent = total_ == 0 ? 100 : static_cast<int>(done * 100 / total_);
  const int step = terminal_ ? 1 : 10;
  if (percent / step == shown_percent_ / step && shown_percent_ >= 0) return;
  shown_percent_ = percent;
  const std::string text = absl::StrCat(what_, " ", done, " of ", total_, " (", percent, " %)");
  if (!terminal_) {
    out_ << text << std::endl;
    return;
  }
  const int full = kBarWidth * percent / 100;
  out_ << "\r[" << std::string(full, '#') << std::string(kBarWidth - full, ' ') << "] " << text
       << std::flush;
}

}  // namespace dap::ctl
