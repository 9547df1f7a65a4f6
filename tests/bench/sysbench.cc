#include "tests/bench/sysbench.h"

#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::bench {
namespace {

absl::StatusOr<std::string> Sysbench(const db::Options& database, absl::string_view what) {
  const std::string command =
      absl::StrCat("sysbench oltp_insert --db-driver=mysql --mysql-host=", database.host,
                   " --mysql-port=", database.port, " --mysql-user=", database.user,
                   " --mysql-password=", database.password, " --mysql-db=", database.schema,
                   " --percentile=99 ", what, " 2>&1");
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return status::Internal("can't start sysbench");
  std::string output;
  char buffer[4096];
  for (size_t read; (read = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, read);
  if (pclose(pipe) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("sysbench failed (tools/dap bench installs it):\n", output));
  }
  return output;
}

// The number that follows `label` in sysbench's report.
absl::StatusOr<double> NumberAfter(absl::string_view report, absl::string_view label) {
  const size_t at = report.find(label);
  if (at == absl::string_view::npos) {
    return status::Internal(absl::StrCat("sysbench told no \"", label, "\":\n", report));
  }
  return std::strtod(std::string(report.substr(at + label.size(), 40)).c_str(), nullptr);
}

}  // namespace

absl::Status PrepareSysbench(const db::Options& database) {
  return Sysbench(database, "prepare").status();
}

absl::StatusOr<Sample> RunSysbench(const db::Options& database, absl::Duration time,
                                   const std::vector<Watched>& watched) {
  const CpuMeter cpu(watched);
  ASSIGN_OR_RETURN(
      const std::string report,
      Sysbench(database,
               absl::StrCat("--threads=64 --time=",
                            absl::ToInt64Seconds(absl::Ceil(time, absl::Seconds(1))), " run")));
  Sample sample;
  ASSIGN_OR_RETURN(const double inserts, NumberAfter(report, "transactions:"));
  ASSIGN_OR_RETURN(const double seconds, NumberAfter(report, "total time:"));
  ASSIGN_OR_RETURN(sample.p99_ms, NumberAfter(report, "99th percentile:"));
  sample.rate = inserts / seconds;
  sample.cpu_us = cpu.PerCall(inserts);
  return sample;
}

}  // namespace dap::bench
