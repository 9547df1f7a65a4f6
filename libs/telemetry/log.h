// Structured log: one JSON object a line, on stderr.
//
//   telemetry::Log(Severity::kWarning, "pool_exhausted", {{"waited_ms", 250}, {"size", size}});
//   {"time":"2026-11-24T08:00:00.123456Z","severity":"WARNING","event":"pool_exhausted",
//    "trace":"4bf9...","span":"00f0...","waited_ms":250,"size":8}
//
// No personal data: no names, no texts people wrote, no tokens, no addresses; ids of rows are fine.
#ifndef DAP_LIBS_TELEMETRY_LOG_H_
#define DAP_LIBS_TELEMETRY_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/types/variant.h"
#include "libs/time/clock.h"

namespace dap::telemetry {

enum class Severity { kDebug, kInfo, kWarning, kError };

// What a field holds. Refers to a string that it is made from, so it lives no longer than the call
// it is written in.
class Value {
 public:
  template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Value(T number) {  // NOLINT(google-explicit-constructor): call sites write {"key", value}
    if constexpr (std::is_same_v<T, bool>) {
      value_ = number;
    } else if constexpr (std::is_floating_point_v<T>) {
      value_ = static_cast<double>(number);
    } else if constexpr (std::is_unsigned_v<T>) {
      value_ = static_cast<uint64_t>(number);
    } else {
      value_ = static_cast<int64_t>(number);
    }
  }
  Value(const char* text) : value_(absl::string_view(text)) {}         // NOLINT
  Value(absl::string_view text) : value_(text) {}                      // NOLINT
  Value(const std::string& text) : value_(absl::string_view(text)) {}  // NOLINT

  // Appends it as JSON; a string is cut to its first 1,024 bytes.
  void AppendTo(std::string& out) const;

 private:
  absl::variant<absl::string_view, bool, int64_t, uint64_t, double> value_;
};

// `key` is snake_case and none of time, severity, event, trace, span, cut.
struct Field {
  absl::string_view key;
  Value value;
};

// Writes one line to stderr, with the machine's time and the thread's trace (CurrentTrace).
// `event` is snake_case and constant: the varying parts are fields. Thread-safe. Costs one write(2)
// and blocks where stderr does; lines below the minimum severity cost a comparison. A line is at
// most 4,096 bytes, which a pipe takes whole: fields that do not fit are left out and "cut":true
// says so. A line that cannot be written is lost.
void Log(Severity severity, absl::string_view event, std::initializer_list<Field> fields = {});

// The least severity that Log writes; kInfo at first. Thread-safe.
void SetMinimumSeverity(Severity minimum);

// The same to any file descriptor, which it does not own. Thread-safe.
class Logger {
 public:
  Logger(int fd, const time::Clock& clock) : fd_(fd), clock_(clock) {}
  void Log(Severity severity, absl::string_view event,
           std::initializer_list<Field> fields = {}) const;

 private:
  const int fd_;
  const time::Clock& clock_;
};

}  // namespace dap::telemetry

#endif  // DAP_LIBS_TELEMETRY_LOG_H_
