// Over real sockets and TLS, with libcurl as the calendar app.
#include "services/gateway/door/calendar_door.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/rpc/testing/certificates.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"
#include "services/gateway/door/feed_limits.h"

namespace dap::gateway {
namespace {

using status::HasReason;
using status::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

size_t Append(char* data, size_t size, size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

struct Fetched {
  long code = 0;
  std::string headers;
  std::string body;
};

class CalendarDoorTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto files = ca_.IssueService("gateway");
    options_.listen = "127.0.0.1:0";
    options_.certificate = ReadFile(files.cert);
    options_.key = ReadFile(files.key);
    auto door = CalendarDoor::Start(
        options_,
        [this](const std::string& address, const std::string& secret, const std::string& known) {
          return limits_.Read(address, secret, known);
        },
        [this](int code) {
          std::lock_guard<std::mutex> lock(mutex_);
          counted_.push_back(code);
        });
    ASSERT_THAT(door, IsOk());
    door_ = *std::move(door);
  }

  absl::StatusOr<CalendarAnswer> Read(const std::string& secret, const std::string& known) {
    std::lock_guard<std::mutex> lock(mutex_);
    asked_.push_back(secret);
    if (secret == "down") return status::Unavailable("SERVICE_UNAVAILABLE", "10.0.0.7 is away");
    if (gone_ || !absl::StartsWith(secret, "good"))
      return status::NotFound("calendar feed", "calendarFeeds/-");
    return CalendarAnswer{known == "tag1" ? "" : "BEGIN:VCALENDAR\r\n", "tag1",
                          "text/calendar; charset=utf-8; method=PUBLISH"};
  }

  Fetched Fetch(const std::string& path, const std::string& method = "GET",
                const std::vector<std::string>& headers = {}) {
    Fetched fetched;
    CURL* curl = curl_easy_init();
    const std::string url = absl::StrCat("https://localhost:", door_->port(), path);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca_.ca_file().c_str());
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (method == "POST") curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "a body that nobody wants");
    if (method != "GET" && method != "HEAD") {
      curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
    }
    curl_slist* list = nullptr;
    for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &fetched.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, Append);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &fetched.headers);
    EXPECT_EQ(curl_easy_perform(curl), CURLE_OK) << path;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &fetched.code);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    return fetched;
  }

  rpc::testing::TestCa ca_;
  time::ManualClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  FeedLimits limits_{
      [this](const std::string& secret, const std::string& known) { return Read(secret, known); },
      {.failures = {.per_second = 0.5, .burst = 40}, .reads = {.per_second = 1, .burst = 10}},
      clock_};
  CalendarDoorOptions options_;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::vector<int> counted_;
  bool gone_ = false;
  std::unique_ptr<CalendarDoor> door_;  // last: it asks the others until it is gone
};

TEST_F(CalendarDoorTest, AnAppFetchesACalendarAndIsToldWhenItHasIt) {
  const Fetched first = Fetch("/calendars/good.ics");
  EXPECT_EQ(first.code, 200);
  EXPECT_EQ(first.body, "BEGIN:VCALENDAR\r\n");
  EXPECT_THAT(first.headers, HasSubstr("Content-Type: text/calendar; charset=utf-8"));
  EXPECT_THAT(first.headers, HasSubstr("ETag: \"tag1\"\r\n"));
  EXPECT_THAT(first.headers, HasSubstr("Cache-Control: private, max-age=900\r\n"));
  const Fetched again = Fetch("/calendars/good.ics", "GET", {"If-None-Match: W/\"tag1\""});
  EXPECT_EQ(again.code, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_THAT(again.headers, HasSubstr("ETag: \"tag1\"\r\n"));
  const Fetched head = Fetch("/calendars/good.ics", "HEAD");
  EXPECT_EQ(head.code, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(Fetch("/calendars/good.ics", "GET", {"If-None-Match: \"old\""}).code, 200);
  EXPECT_THAT(counted_, ElementsAre(200, 304, 200, 200));
}

TEST_F(CalendarDoorTest, WhateverIsNoCalendarIsNotFoundAlikeAfterTheSameQuestion) {
  const Fetched unknown = Fetch("/calendars/bad.ics");
  EXPECT_EQ(unknown.code, 404);
  EXPECT_THAT(unknown.headers, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(unknown.headers, Not(HasSubstr("ETag")));
  const std::string paths[] = {"/",
                               "/calendars/",
                               "/calendars/good",
                               "/calendars/good.ics/",
                               "/calendars/../good.ics",
                               "/calendars/%2e%2e%2fgood.ics",
                               "/calendars/a%0d%0aX-Evil:%201.ics",
                               "/calendars/%00.ics",
                               "/metrics",
                               absl::StrCat("/calendars/", std::string(4000, 'a'), ".ics")};
  for (const std::string& path : paths) {
    const Fetched fetched = Fetch(path);
    EXPECT_EQ(fetched.code, 404) << path;
    EXPECT_EQ(fetched.body, unknown.body) << path;
    EXPECT_THAT(fetched.headers, Not(HasSubstr("X-Evil"))) << path;
  }
  EXPECT_EQ(asked_.size(), std::size(paths) + 1) << "each costs what a good one costs";
}

TEST_F(CalendarDoorTest, OtherMethodsAndAServiceThatIsAwaySaySo) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const Fetched fetched = Fetch("/calendars/good.ics", method);
    EXPECT_EQ(fetched.code, 405) << method;
    EXPECT_THAT(fetched.headers, HasSubstr("Allow: GET, HEAD\r\n"));
  }
  const Fetched away = Fetch("/calendars/down.ics");
  EXPECT_EQ(away.code, 503);
  EXPECT_THAT(away.headers, HasSubstr("Retry-After: 60\r\n"));
  EXPECT_THAT(away.body, Not(HasSubstr("10.0.0.7")));
}

TEST_F(CalendarDoorTest, AnAddressThatAsksTooOftenWaitsHoweverItAsks) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < 15; ++j) Fetch(absl::StrCat("/calendars/guess", i, "-", j, ".ics"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(counted_.begin(), counted_.end(), 404), 40);
  EXPECT_EQ(std::count(counted_.begin(), counted_.end(), 429), 20);
  const Fetched refused = Fetch("/calendars/good.ics");
  EXPECT_EQ(refused.code, 429);
  EXPECT_THAT(refused.headers, HasSubstr("Retry-After: 2\r\n"));
  clock_.Advance(absl::Seconds(2));
  EXPECT_EQ(Fetch("/calendars/good.ics").code, 200);
}

// As behind a load balancer, or for a company that fetches for its users.
TEST_F(CalendarDoorTest, ManyFeedsAreReadFromOneAddressAndAGuesserThereIsNotInTheirWay) {
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(Fetch(absl::StrCat("/calendars/good", i, ".ics")).code, 200) << i;
  }
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(Fetch(absl::StrCat("/calendars/guess", i, ".ics")).code, 404) << i;
  }
  EXPECT_EQ(Fetch("/calendars/guess.ics").code, 429);
  EXPECT_EQ(Fetch("/calendars/good7.ics").code, 200);
}

TEST_F(CalendarDoorTest, OneFeedIsNotReadTooOftenAndAnotherIsAllTheSame) {
  for (int i = 0; i < 10; ++i) ASSERT_EQ(Fetch("/calendars/good.ics").code, 200) << i;
  const Fetched refused = Fetch("/calendars/good.ics");
  EXPECT_EQ(refused.code, 429);
  EXPECT_THAT(refused.headers, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_EQ(Fetch("/calendars/good2.ics").code, 200);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Fetch("/calendars/good.ics").code, 200);
}

TEST_F(CalendarDoorTest, AFeedThatIsRevokedIsAGuessFromThenOn) {
  ASSERT_EQ(Fetch("/calendars/good.ics").code, 200);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    gone_ = true;
  }
  for (int i = 0; i < 41; ++i) EXPECT_EQ(Fetch("/calendars/good.ics").code, 404) << i;
  EXPECT_EQ(Fetch("/calendars/good.ics").code, 429);
}

TEST_F(CalendarDoorTest, AServiceThatIsAwayCostsNobodyTheirReads) {
  for (int i = 0; i < 41; ++i) EXPECT_EQ(Fetch("/calendars/down.ics").code, 503) << i;
  EXPECT_EQ(Fetch("/calendars/good.ics").code, 200);
}

TEST_F(CalendarDoorTest, WhatCanNotBeServedIsToldAtTheStart) {
  const auto start = [this](const std::string& listen, const std::string& certificate) {
    CalendarDoorOptions options = options_;
    options.listen = listen;
    options.certificate = certificate;
    return CalendarDoor::Start(options, nullptr, nullptr).status();
  };
  EXPECT_THAT(start("nowhere", options_.certificate), HasReason("FLAG_INVALID"));
  EXPECT_THAT(start("example.org:443", options_.certificate), HasReason("FLAG_INVALID"));
  EXPECT_THAT(start("127.0.0.1:99999", options_.certificate), HasReason("FLAG_INVALID"));
  EXPECT_THAT(start("127.0.0.1:0", "no certificate"), HasReason("LISTEN_FAILED"));
  EXPECT_THAT(start(absl::StrCat("127.0.0.1:", door_->port()), options_.certificate),
              HasReason("LISTEN_FAILED"));
}

TEST(KnownTagTest, ReadsTheFirstTag) {
  EXPECT_EQ(KnownTag(nullptr), "");
  EXPECT_EQ(KnownTag("*"), "");
  EXPECT_EQ(KnownTag("\"open"), "");
  EXPECT_EQ(KnownTag("\"a\""), "a");
  EXPECT_EQ(KnownTag("W/\"a\", \"b\""), "a");
}

}  // namespace
}  // namespace dap::gateway
