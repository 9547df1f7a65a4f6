#include "libs/feed/feed.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "feed_migrations.h"
#include "libs/db/migration.h"
#include "libs/db/transaction.h"
#include "libs/feed/tailer.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::feed {
namespace {

constexpr char kCountPartitions[] = "SELECT COUNT(*) FROM feed_partition";
constexpr char kInsertPartitions[] =
    "INSERT INTO feed_partition (partition_no, last_position) VALUES";
// Of two processes at once both may insert.
constexpr char kKeepPartitions[] = "ON DUPLICATE KEY UPDATE last_position = last_position";
constexpr absl::Duration kMigrateDeadline = absl::Seconds(30);
constexpr char kService[] = "dap.events.v1.EventFeedService";

absl::Status MakePartitions(db::Connection& tx, int partitions) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kCountPartitions));
  const int64_t have = row.has_value() ? row->Int(0) : 0;
  if (have == partitions) return absl::OkStatus();
  if (have != 0) {
    return status::Precondition("FEED_PARTITIONS_FIXED",
                                absl::StrCat("The feed of this schema has ", have,
                                             " partitions, for ever; not ", partitions));
  }
  std::vector<db::Values> rows;
  for (int partition = 0; partition < partitions; ++partition) rows.push_back({partition, 0});
  return tx.InsertRows(kInsertPartitions, rows, kKeepPartitions).status();
}

}  // namespace

absl::Status Migrate(db::Pool& pool, const FeedOptions& options) {
  const time::SystemClock machine_clock;
  RETURN_IF_ERROR(db::Migrate(pool, "feed", Migrations(), machine_clock));
  return db::Transaction(pool, machine_clock.Now() + kMigrateDeadline, [&](db::Connection& tx) {
    return MakePartitions(tx, options.partitions);
  });
}

Feed::Feed(db::Pool& pool, const time::Clock& clock, const FeedOptions& options)
    : options_(options),
      clock_(clock),
      tailer_(std::make_unique<Tailer>(pool, clock, options.partitions)),
      service_(kService) {
  using events::v1::GetFeedRequest;
  using events::v1::GetFeedResponse;
  using events::v1::ReadEventsRequest;
  using events::v1::ReadEventsResponse;
  service_.Async<ReadEventsRequest, ReadEventsResponse>(
      "ReadEvents", [this](std::shared_ptr<rpc::Call> call, const ReadEventsRequest& request,
                           rpc::Respond<ReadEventsResponse> respond) {
        tailer_->Read(std::move(call), request, std::move(respond));
      });
  service_.Async<GetFeedRequest, GetFeedResponse>(
      "GetFeed", [this](std::shared_ptr<rpc::Call>, const GetFeedRequest&,
                        rpc::Respond<GetFeedResponse> respond) {
        GetFeedResponse response;
        response.set_partitions(options_.partitions);
        respond(std::move(response));
      });
}

Feed::~Feed() = default;

absl::Status Feed::Append(db::Connection& tx, const Outbox& outbox) {
  return feed::Append(tx, options_, outbox, clock_.Now());
}

void Feed::Notify() { tailer_->Wake(); }

rpc::Service& Feed::service() { return service_; }

void Feed::Stop() { tailer_->Stop(); }

}  // namespace dap::feed
