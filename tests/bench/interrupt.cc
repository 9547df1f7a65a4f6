#include "tests/bench/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace dap::bench {
namespace {

// A byte in it, never taken out, says that a signal came.
int came[2];

void OnSignal(int) {
  const int saved = errno;
  (void)!write(came[1], "!", 1);
  errno = saved;
}

}  // namespace

void CatchInterrupts() {
  (void)!pipe2(came, O_CLOEXEC | O_NONBLOCK);
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

absl::Status Pause(absl::Duration time) {
  using std::chrono::steady_clock;
  const auto until = steady_clock::now() + absl::ToChronoNanoseconds(time);
  pollfd fd = {.fd = came[0], .events = POLLIN, .revents = 0};
  while (true) {
    const timespec left = absl::ToTimespec(
        std::max(absl::FromChrono(until - steady_clock::now()), absl::ZeroDuration()));
    const int ready = ppoll(&fd, 1, &left, nullptr);
    if (ready > 0) return absl::CancelledError("interrupted");
    if (ready == 0) return absl::OkStatus();
  }
}

}  // namespace dap::bench
