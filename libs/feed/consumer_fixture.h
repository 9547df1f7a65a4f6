// A consuming service on a real server, whose handler keeps what it applied in a table. For tests.
#ifndef DAP_LIBS_FEED_CONSUMER_FIXTURE_H_
#define DAP_LIBS_FEED_CONSUMER_FIXTURE_H_

#include <memory>
#include <utility>
#include <vector>

#include "libs/db/connection.h"
#include "libs/feed/consumer.h"
#include "libs/feed/feed_fixture.h"

namespace dap::feed {

// `sequence` rises as rows are put in, so it tells the order within an organisation.
inline constexpr char kMakeApplied[] =
    "CREATE TABLE IF NOT EXISTS applied (sequence BIGINT NOT NULL AUTO_INCREMENT, "
    "organisation BINARY(16) NOT NULL, step INT NOT NULL, PRIMARY KEY (sequence))";
inline constexpr char kApplied[] = "INSERT INTO applied (organisation, step) VALUES (?, ?)";

inline absl::Status KeepStep(db::Connection& tx, Outbox&, const events::v1::Event& event) {
  return tx
      .Execute(kApplied, {id::Uuid::FromBytes(event.organisation()), event.goal_step_done().step()})
      .status();
}

inline ConsumerOptions FastOptions(std::shared_ptr<rpc::Channel> channel, db::Pool& pool,
                                   Feed& feed) {
  ConsumerOptions options;
  options.producer = "goals";
  options.consumer = "tests";
  options.channel = std::move(channel);
  options.pool = &pool;
  options.feed = &feed;
  options.lease = absl::Milliseconds(600);
  options.first_backoff = absl::Milliseconds(5);
  options.last_backoff = absl::Milliseconds(50);
  options.stopped_retry = absl::Milliseconds(100);
  return options;
}

struct ConsumingService {
  ConsumingService() {
    if (!Migrate(schema.pool()).ok()) std::abort();
    schema.Run(kMakeApplied);
    feed = std::make_unique<Feed>(schema.pool(), clock);
  }

  ConsumerOptions Options(const Producer& producer) {
    return FastOptions(producer.channel, schema.pool(), *feed);
  }

  // The steps applied for an organisation, in order.
  std::vector<int> Applied(const id::Uuid& organisation) {
    std::vector<int> steps;
    const auto rows = db::Read(schema.pool(), Soon(), [&](db::Connection& connection) {
      return connection.Query("SELECT step FROM applied WHERE organisation = ? ORDER BY sequence",
                              {organisation});
    });
    for (const db::Row& row : *rows) steps.push_back(static_cast<int>(row.Int(0)));
    return steps;
  }

  db::testing::Schema schema;
  time::SystemClock clock;
  std::unique_ptr<Feed> feed;
};

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_CONSUMER_FIXTURE_H_
