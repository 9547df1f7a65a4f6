#include "libs/telemetry/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/telemetry/trace.h"

namespace dap::telemetry {
namespace {

using Json = nlohmann::json;

// A pipe whose other end is read on a thread, since a full pipe would stop the writers.
class Pipe {
 public:
  Pipe() {
    EXPECT_EQ(pipe(fds_), 0);
    reader_ = std::thread([this] {
      char buffer[65536];
      for (ssize_t n = 0; (n = read(fds_[0], buffer, sizeof(buffer))) > 0;) text_.append(buffer, n);
    });
  }
  int fd() const { return fds_[1]; }
  // Everything written, by line. Call once.
  std::vector<std::string> Lines() {
    close(fds_[1]);
    reader_.join();
    close(fds_[0]);
    EXPECT_TRUE(text_.empty() || text_.back() == '\n');
    return absl::StrSplit(text_, '\n', absl::SkipEmpty());
  }

 private:
  int fds_[2];
  std::string text_;
  std::thread reader_;
};

const time::ManualClock& Clock() {
  static const time::ManualClock clock(absl::FromUnixMicros(1800000000123456));
  return clock;
}

TEST(Log, CarriesTimeSeverityEventAndFields) {
  Pipe pipe;
  Logger(pipe.fd(), Clock())
      .Log(Severity::kWarning, "pool_exhausted",
           {{"waited", 0.5},
            {"size", 8},
            {"retry", true},
            {"why", std::string("a \"b\"\n")},
            {"most", ~uint64_t{0}},
            {"least", std::numeric_limits<int64_t>::min()}});
  const auto lines = pipe.Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(Json::parse(lines[0]), Json::parse(R"({
    "time": "2027-01-15T08:00:00.123456Z", "severity": "WARNING", "event": "pool_exhausted",
    "waited": 0.5, "size": 8, "retry": true, "why": "a \"b\"\n",
    "most": 18446744073709551615, "least": -9223372036854775808})"));
}

TEST(Log, CarriesTheTraceOfItsThread) {
  Pipe pipe;
  const TraceContext trace = TraceContext::New();
  {
    ScopedTrace scope(trace);
    Logger(pipe.fd(), Clock()).Log(Severity::kInfo, "inside");
  }
  Logger(pipe.fd(), Clock()).Log(Severity::kInfo, "outside");
  const auto lines = pipe.Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(Json::parse(lines[0])["trace"], trace.trace_id());
  EXPECT_EQ(Json::parse(lines[0])["span"], trace.span_id());
  EXPECT_FALSE(Json::parse(lines[1]).contains("trace"));
}

TEST(Log, KeepsALineShortEnoughForOneWriteAndSaysSo) {
  Pipe pipe;
  const std::string binary(5000, '\x01');  // each byte becomes six
  const std::string text(5000, 'x');
  Logger(pipe.fd(), Clock())
      .Log(Severity::kError, "big",
           {{"a", binary}, {"b", text}, {"c", text}, {"d", text}, {"e", text}, {"last", 1}});
  const auto lines = pipe.Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_LT(lines[0].size(), 4096u);
  const Json line = Json::parse(lines[0]);
  EXPECT_EQ(line["cut"], true);
  EXPECT_FALSE(line.contains("a"));
  EXPECT_EQ(line["b"], std::string(1024, 'x'));
  EXPECT_EQ(line["last"], 1);
}

TEST(Log, LinesOfManyThreadsNeverMix) {
  constexpr int kThreads = 8;
  constexpr int kLines = 500;
  Pipe pipe;
  const Logger logger(pipe.fd(), Clock());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&logger, t] {
      const std::string text(1000, static_cast<char>('a' + t));
      for (int i = 0; i < kLines; ++i) {
        logger.Log(Severity::kInfo, "line", {{"a", text}, {"b", text}, {"n", t * kLines + i}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int> seen;
  for (const std::string& text : pipe.Lines()) {
    const Json line = Json::parse(text, nullptr, false);
    ASSERT_TRUE(line.is_object()) << text;
    const int n = line["n"];
    EXPECT_EQ(line["a"], std::string(1000, static_cast<char>('a' + n / kLines)));
    seen.insert(n);
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(kThreads * kLines));
}

TEST(Log, WritesToStderrFromItsMinimumSeverityOn) {
  testing::internal::CaptureStderr();
  Log(Severity::kDebug, "debug_before");
  SetMinimumSeverity(Severity::kDebug);
  Log(Severity::kDebug, "debug_after");
  SetMinimumSeverity(Severity::kInfo);
  Log(Severity::kInfo, "info");
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("debug_before")));
  EXPECT_THAT(text, testing::HasSubstr("debug_after"));
  EXPECT_THAT(text, testing::HasSubstr("info"));
}

}  // namespace
}  // namespace dap::telemetry
