// Writes on the test server: `build/<preset>/bin/db_benchmark`. Each iteration commits; the figure
// to look at is items_per_second, which counts rows.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/id/uuid.h"
#include "libs/time/clock.h"

namespace dap::db {
namespace {

constexpr absl::string_view kInsert =
    "INSERT INTO activity (organisation, id, kind, minutes, note, happened_at) VALUES";

class Activities {
 public:
  Activities() {
    schema_.Run(
        "CREATE TABLE activity (organisation BINARY(16) NOT NULL, id BINARY(16) NOT NULL,"
        " kind INT NOT NULL, minutes INT NOT NULL, note VARCHAR(200) NOT NULL,"
        " happened_at DATETIME(6) NOT NULL, PRIMARY KEY (organisation, id))");
  }

  std::vector<Values> Rows(int count) {
    std::vector<Values> rows;
    rows.reserve(count);
    for (int i = 0; i < count; ++i) {
      rows.push_back(
          {organisation_, ids_.Next(), 3, 45, "read a chapter and tried it", clock_.Now()});
    }
    return rows;
  }

  bool Write(int count) {
    const std::vector<Values> rows = Rows(count);
    return Transaction(schema_.pool(), absl::InfiniteFuture(),
                       [&](Connection& tx) { return tx.InsertRows(kInsert, rows).status(); })
        .ok();
  }

 private:
  testing::Schema schema_;
  time::SystemClock clock_;
  id::Generator ids_{clock_};
  const id::Uuid organisation_ = ids_.Next();
};

// One commit for so many rows.
void BM_InsertRows(benchmark::State& state) {
  Activities activities;
  const int rows = static_cast<int>(state.range(0));
  for (auto _ : state) {
    if (!activities.Write(rows)) state.SkipWithError("a transaction failed");
  }
  state.SetItemsProcessed(state.iterations() * rows);
}
BENCHMARK(BM_InsertRows)->Arg(1)->Arg(16)->Arg(64)->Arg(256)->Arg(1024)->UseRealTime();

// What making the values alone costs.
void BM_MakeRows(benchmark::State& state) {
  Activities activities;
  for (auto _ : state) benchmark::DoNotOptimize(activities.Rows(256));
  state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(BM_MakeRows);

}  // namespace
}  // namespace dap::db

BENCHMARK_MAIN();
