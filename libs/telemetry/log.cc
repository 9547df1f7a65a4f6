#include "libs/telemetry/log.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/telemetry/json.h"
#include "libs/telemetry/trace.h"

namespace dap::telemetry {
namespace {

// PIPE_BUF of Linux: a write of no more is never mixed with another.
constexpr size_t kMaxLine = 4096;
constexpr absl::string_view kCutEnd = ",\"cut\":true}\n";
constexpr size_t kMaxString = 1024;
constexpr size_t kMaxEvent = 128;

std::atomic<Severity> minimum_severity{Severity::kInfo};

absl::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      break;
  }
  return "ERROR";
}

std::string Head(Severity severity, absl::string_view event, absl::Time now) {
  std::string line = absl::StrCat(
      "{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", now, absl::UTCTimeZone()),
      "\",\"severity\":\"", Name(severity), "\",\"event\":");
  AppendJsonString(event.substr(0, kMaxEvent), line);
  const TraceContext& trace = CurrentTrace();
  if (trace.valid()) {
    absl::StrAppend(&line, ",\"trace\":\"", trace.trace_id(), "\",\"span\":\"", trace.span_id(),
                    "\"");
  }
  return line;
}

void WriteLine(int fd, absl::string_view line) {
  ssize_t written = 0;
  do {
    written = ::write(fd, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
}

}  // namespace

void Value::AppendTo(std::string& out) const {
  if (const auto* text = absl::get_if<absl::string_view>(&value_)) {
    AppendJsonString(text->substr(0, kMaxString), out);
  } else if (const auto* truth = absl::get_if<bool>(&value_)) {
    out += *truth ? "true" : "false";
  } else if (const auto* number = absl::get_if<double>(&value_)) {
    AppendJsonNumber(*number, out);
  } else if (const auto* natural = absl::get_if<uint64_t>(&value_)) {
    absl::StrAppend(&out, *natural);
  } else {
    absl::StrAppend(&out, absl::get<int64_t>(value_));
  }
}

void Logger::Log(Severity severity, absl::string_view event,
                 std::initializer_list<Field> fields) const {
  std::string line = Head(severity, event, clock_.Now());
  std::string text;
  bool cut = false;
  for (const Field& field : fields) {
    text.assign(1, ',');
    AppendJsonString(field.key, text);
    text += ':';
    field.value.AppendTo(text);
    if (line.size() + text.size() + kCutEnd.size() > kMaxLine) {
      cut = true;
    } else {
      line += text;
    }
  }
  absl::StrAppend(&line, cut ? kCutEnd : "}\n");
  WriteLine(fd_, line);
}

void Log(Severity severity, absl::string_view event, std::initializer_list<Field> fields) {
  if (severity < minimum_severity.load(std::memory_order_relaxed)) return;
  static const time::SystemClock* const clock = new time::SystemClock();
  Logger(STDERR_FILENO, *clock).Log(severity, event, fields);
}

void SetMinimumSeverity(Severity minimum) {
  minimum_severity.store(minimum, std::memory_order_relaxed);
}

}  // namespace dap::telemetry
