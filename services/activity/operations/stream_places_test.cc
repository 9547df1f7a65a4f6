#include "services/activity/operations/stream_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/status/matchers.h"
#include "libs/telemetry/metrics.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::StatusIs;

auth::Principal Person(const std::string& subject) {
  auth::Principal principal;
  principal.subject = subject;
  return principal;
}

TEST(StreamPlacesTest, OnePersonGetsTheirShareAndAllTogetherTheServers) {
  prometheus::Registry registry;
  prometheus::Gauge& open = telemetry::Gauges(registry, "open", "Open.").Add({});
  StreamPlaces places({.a_process = 3, .a_person = 2, .open = &open});
  std::vector<StreamPlaces::Place> held;
  for (const char* who : {"ann", "ann", "bob"}) {
    auto place = places.Take(Person(who));
    ASSERT_THAT(place, IsOk());
    held.push_back(*std::move(place));
  }
  EXPECT_EQ(open.Value(), 3);
  EXPECT_THAT(places.Take(Person("ann")).status(), HasReason("STREAMS_OF_PERSON"));
  const auto full = places.Take(Person("cleo"));
  EXPECT_THAT(full.status(), HasReason("STREAMS_OF_SERVER"));
  EXPECT_THAT(full.status(), StatusIs(absl::StatusCode::kResourceExhausted));
  held.erase(held.begin());
  EXPECT_EQ(open.Value(), 2);
  auto cleo = places.Take(Person("cleo"));
  EXPECT_THAT(cleo, IsOk());
  EXPECT_THAT(places.Take(Person("ann")).status(), HasReason("STREAMS_OF_SERVER"));
}

TEST(StreamPlacesTest, APlaceMayOutliveThem) {
  StreamPlaces::Place place;
  {
    StreamPlaces places({.a_process = 1, .a_person = 1});
    place = *places.Take(Person("ann"));
  }
  place.reset();
}

}  // namespace
}  // namespace dap::activity
