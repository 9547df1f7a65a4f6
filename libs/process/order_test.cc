#include "libs/process/order.h"

#include <gtest/gtest.h>

#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/status/matchers.h"

namespace dap::process {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;

class OrderTest : public testing::Test {
 protected:
  OrderTest() { EXPECT_THAT(feed::Migrate(schema_.pool()), IsOk()); }

  int64_t Count(absl::string_view sql) {
    return (*db::Read(schema_.pool(), clock_.Now() + absl::Seconds(30),
                      [&](db::Connection& connection) { return connection.QueryOne(sql); }))
        ->Int(0);
  }

  time::SystemClock clock_;
  db::testing::Schema schema_;
  Options options_;
};

TEST_F(OrderTest, ParksAnEventOnceItsCursorIsBeforeIt) {
  schema_.Run("INSERT INTO feed_cursor (producer, partition_no, position) VALUES ('goals', 3, 41)");
  options_.park = "goals/3/42";
  EXPECT_THAT(CarryOut(options_, schema_.pool(), clock_), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM feed_parked WHERE producer = 'goals' AND "
                  "partition_no = 3 AND position = 42"),
            1);
  options_.park = "goals/3/41";
  EXPECT_THAT(CarryOut(options_, schema_.pool(), clock_), HasReason("EVENT_ALREADY_PASSED"));
  options_.park = "goals/4/1";
  EXPECT_THAT(CarryOut(options_, schema_.pool(), clock_), HasReason("FEED_CURSOR_NOT_FOUND"));
}

TEST_F(OrderTest, ForgetsAConsumerAndNoOther) {
  schema_.Run(
      "INSERT INTO feed_consumer (consumer, partition_no, position, seen_at) VALUES "
      "('gone', 0, 1, '2026-01-01'), ('here', 0, 1, '2026-01-01')");
  options_.forget_consumer = "gone";
  EXPECT_THAT(CarryOut(options_, schema_.pool(), clock_), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM feed_consumer"), 1);
}

TEST(ParsePlace, TakesOneFormOnly) {
  for (const char* text :
       {"", "goals", "goals/3", "/3/1", "goals/x/1", "goals/-1/1", "goals/3/0", "goals/3/1/2"}) {
    EXPECT_THAT(ParsePlace(text), NamesField("--park")) << text;
  }
  EXPECT_EQ(ParsePlace("goals/3/1042")->position, 1042);
}

}  // namespace
}  // namespace dap::process
