#include "tests/bench/report.h"

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::bench {
namespace {

using Json = nlohmann::ordered_json;

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Rate(const Sample& sample) { return sample.rate; }
double P50(const Sample& sample) { return *sample.p50_ms; }
double P99(const Sample& sample) { return sample.p99_ms; }

// The median for each process.
std::map<std::string, double> Cpu(const Series& series) {
  std::map<std::string, double> cpu;
  for (const auto& [process, us] : series.rounds.front().cpu_us) {
    cpu[process] = series.Median(
        [&process = process](const Sample& sample) { return sample.cpu_us.at(process); });
  }
  return cpu;
}

std::string CpuText(const Series& series) {
  std::string text;
  for (const auto& [process, us] : Cpu(series))
    absl::StrAppendFormat(&text, "  %s %.1f", process, us);
  return text;
}

void PrintSeries(const Series& series) {
  std::vector<double> rates;
  for (const Sample& sample : series.rounds) rates.push_back(sample.rate);
  const auto [least, most] = std::minmax_element(rates.begin(), rates.end());
  const std::string p50 =
      series.rounds.front().p50_ms ? absl::StrFormat("%.2f", series.Median(P50)) : "-";
  absl::PrintF("  %-26s %8.0f  %8.0f to %-8.0f %7s %8.2f %s\n", series.name, series.Median(Rate),
               *least, *most, p50, series.Median(P99), CpuText(series));
}

Json ToJson(const Series& series) {
  Json json = {{"name", series.name},
               {"calls_per_second", series.Median(Rate)},
               {"p99_ms", series.Median(P99)},
               {"cpu_us_per_call", Cpu(series)}};
  if (series.rounds.front().p50_ms) json["p50_ms"] = series.Median(P50);
  for (const Sample& sample : series.rounds) json["rounds"].push_back(sample.rate);
  return json;
}

Json ToJson(const Figure& figure) {
  Json json = {{"name", figure.name}, {"value", figure.value}};
  if (figure.goal) {
    json[figure.at_most ? "at_most" : "at_least"] = *figure.goal;
    json["reached"] = figure.reached();
  }
  return json;
}

Json ToJson(const Result& result) {
  Json json = {{"name", result.name}, {"title", result.title}};
  for (const Series& series : result.series) json["series"].push_back(ToJson(series));
  for (const Figure& figure : result.figures) json["figures"].push_back(ToJson(figure));
  return json;
}

}  // namespace

double Series::Median(const std::function<double(const Sample&)>& number) const {
  std::vector<double> numbers;
  for (const Sample& sample : rounds) numbers.push_back(number(sample));
  return MedianOf(std::move(numbers));
}

absl::StatusOr<std::vector<Series>> MeasureInTurns(const std::string& name, int rounds,
                                                   const std::vector<Contender>& contenders) {
  const int count = static_cast<int>(contenders.size());
  std::vector<Series> series(count);
  for (int i = 0; i < count; ++i) series[i].name = contenders[i].name;
  for (int round = 0; round < rounds; ++round) {
    for (int turn = 0; turn < count; ++turn) {
      const int i = round % 2 == 0 ? turn : count - 1 - turn;
      absl::FPrintF(stderr, "%s: round %d of %d: %s ... ", name, round + 1, rounds,
                    contenders[i].name);
      ASSIGN_OR_RETURN(Sample sample, contenders[i].measure());
      absl::FPrintF(stderr, "%.0f/s\n", sample.rate);
      series[i].rounds.push_back(std::move(sample));
    }
  }
  return series;
}

Figure RateRatio(const std::vector<Series>& series, const std::string& of, const std::string& to,
                 std::optional<double> goal) {
  const auto find = [&](const std::string& name) -> const Series& {
    return *std::find_if(series.begin(), series.end(),
                         [&](const Series& one) { return one.name == name; });
  };
  std::vector<double> ratios;
  for (size_t round = 0; round < find(of).rounds.size(); ++round) {
    ratios.push_back(find(of).rounds[round].rate / find(to).rounds[round].rate);
  }
  return {.name = absl::StrCat(of, " / ", to), .value = MedianOf(std::move(ratios)), .goal = goal};
}

void PrintTable(const Result& result) {
  absl::PrintF("\n%s: %s\n", result.name, result.title);
  if (!result.series.empty()) {
    absl::PrintF("  %-26s %8s  %-20s %7s %8s   %s\n", "", "calls/s", "least to most", "p50 ms",
                 "p99 ms", "CPU us a call");
  }
  for (const Series& series : result.series) PrintSeries(series);
  for (const Figure& figure : result.figures) {
    absl::PrintF("  %-44s %6.2f", figure.name, figure.value);
    if (figure.goal) {
      absl::PrintF("   goal at %s %.2f: %s", figure.at_most ? "most" : "least", *figure.goal,
                   figure.reached() ? "reached" : "MISSED");
    }
    std::puts("");
  }
}

absl::Status WriteJson(const std::string& file, absl::Duration time,
                       const std::vector<Result>& results) {
  Json json = {{"seconds_per_round", absl::ToDoubleSeconds(time)}};
  for (const Result& result : results) json["results"].push_back(ToJson(result));
  std::ofstream out(file);
  out << json.dump(2) << "\n";
  out.close();
  if (!out) return status::Internal(absl::StrCat("can't write ", file));
  return absl::OkStatus();
}

}  // namespace dap::bench
