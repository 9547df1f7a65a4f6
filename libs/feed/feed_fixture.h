// A producer on a real server: schema, feed, rpc server and a channel to it. For tests of
// libs/feed.
#ifndef DAP_LIBS_FEED_FEED_FIXTURE_H_
#define DAP_LIBS_FEED_FEED_FIXTURE_H_

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "dap/events/v1/event.pb.h"
#include "dap/events/v1/event_feed_service.pb.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/id/uuid.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::feed {

inline absl::Time Soon() { return time::SystemClock().Now() + absl::Seconds(60); }

// Waits, up to a minute, until `condition` holds; false where it never did.
inline bool Eventually(const std::function<bool()>& condition) {
  const absl::Time deadline = Soon();
  absl::Notification never;
  while (!condition()) {
    if (time::SystemClock().Now() > deadline) return false;
    never.WaitForNotificationWithTimeout(absl::Milliseconds(5));
  }
  return true;
}

// An organisation whose events go into this partition of eight.
inline id::Uuid OrganisationIn(int partition) {
  static const time::SystemClock clock;
  static id::Generator ids(clock);
  for (;;) {
    const id::Uuid organisation = ids.Next();
    if (PartitionOf(organisation, 8) == partition) return organisation;
  }
}

inline events::v1::Event StepEvent(int step) {
  events::v1::Event event;
  event.mutable_goal_step_done()->set_step(step);
  return event;
}

inline std::shared_ptr<rpc::Channel> OpenChannel(int port) {
  rpc::ChannelOptions options;
  options.target = absl::StrCat("127.0.0.1:", port);
  options.insecure_for_tests = true;
  return *rpc::Channel::Open(options);
}

struct Producer {
  Producer() {
    if (absl::Status made = Migrate(schema.pool()); !made.ok()) std::abort();
    feed = std::make_unique<Feed>(schema.pool(), clock);
    rpc::ServerOptions options;
    options.security = rpc::Security::kInsecureForTests;
    server = *rpc::Server::Start(options, {&feed->service()});
    channel = OpenChannel(server->port());
  }
  ~Producer() { feed->Stop(); }

  // Commits one event for each step, in one transaction.
  absl::Status Emit(const id::Uuid& organisation, const std::vector<int>& steps) {
    RETURN_IF_ERROR(db::Transaction(schema.pool(), Soon(), [&](db::Connection& tx) {
      Outbox outbox;
      for (int step : steps) outbox.Add(organisation, StepEvent(step));
      return feed->Append(tx, outbox);
    }));
    feed->Notify();
    return absl::OkStatus();
  }

  absl::StatusOr<events::v1::ReadEventsResponse> Read(int partition, int64_t after,
                                                      absl::Duration wait = absl::ZeroDuration(),
                                                      int max = 0) {
    rpc::CallContext context;
    context.deadline = Soon();
    return channel->Call<events::v1::ReadEventsResponse>(
        "dap.events.v1.EventFeedService/ReadEvents", Request(partition, after, wait, max), context);
  }

  static events::v1::ReadEventsRequest Request(int partition, int64_t after, absl::Duration wait,
                                               int max = 0) {
    events::v1::ReadEventsRequest request;
    request.set_partition(partition);
    request.set_after_position(after);
    request.set_max_events(max);
    request.mutable_wait()->set_seconds(absl::ToInt64Seconds(wait));
    request.mutable_wait()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(wait % absl::Seconds(1))));
    request.set_consumer("tests");
    return request;
  }

  db::testing::Schema schema;
  time::ManualClock clock{absl::FromUnixSeconds(1800000000)};
  std::unique_ptr<Feed> feed;
  std::unique_ptr<rpc::Server> server;
  std::shared_ptr<rpc::Channel> channel;
};

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_FEED_FIXTURE_H_
