#include "libs/telemetry/process_metrics.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace dap::telemetry {
namespace {

// Fields of /proc/self/stat as proc(5) numbers them, less the two before the closing parenthesis of
// the command's name and counted from 0.
constexpr size_t kUserTicks = 14 - 3;
constexpr size_t kSystemTicks = 15 - 3;
constexpr size_t kStartTicks = 22 - 3;
constexpr size_t kResidentPages = 24 - 3;

std::string ReadAll(const char* path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<double> StatFields() {
  const std::string stat = ReadAll("/proc/self/stat");
  const size_t name_end = stat.rfind(')');  // the name itself may hold anything
  std::vector<double> fields;
  if (name_end == std::string::npos) return fields;
  for (absl::string_view word :
       absl::StrSplit(stat.substr(name_end + 1), absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    double value = 0;
    if (!absl::SimpleAtod(word, &value)) value = 0;  // the state is a letter
    fields.push_back(value);
  }
  return fields;
}

// Seconds since 1970 at which the machine started.
std::optional<double> BootTime() {
  std::ifstream in("/proc/stat");
  for (std::string line; std::getline(in, line);) {
    double seconds = 0;
    if (line.rfind("btime ", 0) == 0 && absl::SimpleAtod(line.substr(6), &seconds)) return seconds;
  }
  return std::nullopt;
}

std::optional<double> OpenFds() {
  std::error_code error;
  std::filesystem::directory_iterator fds("/proc/self/fd", error);
  if (error) return std::nullopt;
  // The iterator holds one of its own.
  return static_cast<double>(std::distance(fds, std::filesystem::directory_iterator())) - 1;
}

prometheus::MetricFamily Figure(const char* name, const char* help, prometheus::MetricType type,
                                double value) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  family.metric.resize(1);
  family.metric[0].gauge.value = value;
  family.metric[0].counter.value = value;
  return family;
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> families;
  const std::vector<double> stat = StatFields();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (stat.size() > kResidentPages) {
    families.push_back(Figure("process_resident_memory_bytes",
                              "Memory of the process that is in RAM.", MetricType::Gauge,
                              stat[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE))));
    families.push_back(Figure("process_cpu_seconds_total", "CPU time used, user and system.",
                              MetricType::Counter,
                              (stat[kUserTicks] + stat[kSystemTicks]) / ticks));
    if (const std::optional<double> boot = BootTime()) {
      families.push_back(Figure("process_start_time_seconds",
                                "When the process started, in seconds since 1970.",
                                MetricType::Gauge, *boot + stat[kStartTicks] / ticks));
    }
  }
  if (const std::optional<double> fds = OpenFds()) {
    families.push_back(
        Figure("process_open_fds", "File descriptors open.", MetricType::Gauge, *fds));
  }
  return families;
}

}  // namespace dap::telemetry
