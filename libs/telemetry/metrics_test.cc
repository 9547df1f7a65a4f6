#include "libs/telemetry/metrics.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::telemetry {
namespace {

using ::testing::HasSubstr;

struct Answer {
  long code = 0;  // NOLINT(google-runtime-int): libcurl's type
  std::string type;
  std::string body;
};

Answer Get(int port, const std::string& path) {
  Answer answer;
  CURL* curl = curl_easy_init();
  const std::string url = absl::StrCat("http://127.0.0.1:", port, path);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char* data, size_t size, size_t count, void* out) {
        static_cast<std::string*>(out)->append(data, size * count);
        return size * count;
      });
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  EXPECT_EQ(curl_easy_perform(curl), CURLE_OK);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.code);
  const char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.type = type;
  curl_easy_cleanup(curl);
  return answer;
}

// The figure of the line that begins with `name` and a space; -1 where there is none.
double Figure(const std::string& body, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(body, '\n')) {
    double value = 0;
    if (absl::ConsumePrefix(&line, absl::StrCat(name, " ")) && absl::SimpleAtod(line, &value)) {
      return value;
    }
  }
  return -1;
}

TEST(Metrics, AnswersAnHttpGetInPrometheusText) {
  auto metrics = Metrics::Start("127.0.0.1:0");
  ASSERT_THAT(metrics, status::IsOk());
  ASSERT_GT((*metrics)->port(), 0);
  auto& registry = (*metrics)->registry();
  Counters(registry, "dap_calls_total", "Calls.").Add({{"code", "OK"}}).Increment(3);
  Gauges(registry, "dap_pool_size", "Connections.").Add({}).Set(8);
  Histograms(registry, "dap_call_seconds", "Time.").Add({}, LatencyBuckets()).Observe(0.003);

  const Answer answer = Get((*metrics)->port(), "/metrics");
  EXPECT_EQ(answer.code, 200);
  EXPECT_THAT(answer.type, HasSubstr("text/plain"));
  EXPECT_THAT(answer.body, HasSubstr("# TYPE dap_calls_total counter\n"));
  EXPECT_EQ(Figure(answer.body, "dap_calls_total{code=\"OK\"}"), 3);
  EXPECT_EQ(Figure(answer.body, "dap_pool_size"), 8);
  EXPECT_EQ(Figure(answer.body, "dap_call_seconds_bucket{le=\"0.002\"}"), 0);
  EXPECT_EQ(Figure(answer.body, "dap_call_seconds_bucket{le=\"0.005\"}"), 1);
  EXPECT_EQ(Get((*metrics)->port(), "/other").code, 404);
}

TEST(Metrics, TellsOfTheProcess) {
  auto metrics = Metrics::Start("127.0.0.1:0");
  ASSERT_THAT(metrics, status::IsOk());
  const std::string before = Get((*metrics)->port(), "/metrics").body;
  EXPECT_GT(Figure(before, "process_resident_memory_bytes"), 1 << 20);
  EXPECT_LT(Figure(before, "process_resident_memory_bytes"), 1e12);
  EXPECT_GE(Figure(before, "process_cpu_seconds_total"), 0);
  const double started = Figure(before, "process_start_time_seconds");
  const double now = absl::ToDoubleSeconds(time::SystemClock().Now() - absl::UnixEpoch());
  // The boot time is in whole seconds.
  EXPECT_LE(started, now + 1);
  EXPECT_GE(started, now - absl::ToDoubleSeconds(absl::Hours(1)));

  const double fds = Figure(before, "process_open_fds");
  EXPECT_GT(fds, 0);
  std::ifstream ten[10];
  for (auto& file : ten) file.open("/proc/self/stat");
  // A connection of the exposer may have come or gone meanwhile.
  EXPECT_NEAR(Figure(Get((*metrics)->port(), "/metrics").body, "process_open_fds"), fds + 10, 4);
}

TEST(Metrics, GivesTheSameFamilyForTheSameName) {
  prometheus::Registry registry;
  EXPECT_EQ(&Counters(registry, "dap_calls_total", "Calls."),
            &Counters(registry, "dap_calls_total", "Calls."));
}

TEST(Metrics, RefusesWhatIsNoAddress) {
  for (const char* listen : {"", "9100", ":9100", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999"}) {
    EXPECT_THAT(Metrics::Start(listen), status::HasReason("LISTEN_INVALID")) << listen;
  }
}

TEST(Metrics, SaysWhenThePortIsTaken) {
  auto first = Metrics::Start("127.0.0.1:0");
  ASSERT_THAT(first, status::IsOk());
  EXPECT_THAT(Metrics::Start(absl::StrCat("127.0.0.1:", (*first)->port())),
              status::HasReason("LISTEN_FAILED"));
}

}  // namespace
}  // namespace dap::telemetry
