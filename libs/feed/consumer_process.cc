// A consuming process for consumer_test to kill: applies a feed's events until the handler has run
// `kill_at` times, then kills itself between applying and moving the cursor.
//   consumer_process <producer port> <db port> <user> <password> <schema> <kill_at>
#include <csignal>
#include <cstdlib>

#include "libs/feed/consumer_fixture.h"

int main(int argc, char** argv) {
  using namespace dap;  // NOLINT(google-build-using-namespace): a program of one function
  if (argc != 7) return 2;
  db::Options database;
  database.port = std::atoi(argv[2]);
  database.user = argv[3];
  database.password = argv[4];
  database.schema = argv[5];
  auto pool = db::Pool::Create(database);
  if (!pool.ok()) return 3;
  const time::SystemClock clock;
  feed::Feed own_feed(**pool, clock);
  feed::ConsumerOptions options =
      feed::FastOptions(feed::OpenChannel(std::atoi(argv[1])), **pool, own_feed);
  options.batch = 4;
  options.lease = absl::Milliseconds(150);
  int left = std::atoi(argv[6]);
  feed::Consumer consumer(
      options, [&](db::Connection& tx, feed::Outbox& outbox, const events::v1::Event& event) {
        absl::Status applied = feed::KeepStep(tx, outbox, event);
        outbox.Add(id::Uuid::FromBytes(event.organisation()),
                   feed::StepEvent(event.goal_step_done().step()));
        if (--left == 0) raise(SIGKILL);
        return applied;
      });
  consumer.Start();
  absl::Notification never;
  never.WaitForNotificationWithTimeout(absl::Minutes(2));
  return 4;
}
