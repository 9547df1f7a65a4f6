// The database's own rate: sysbench's oltp_insert, one row and one commit a statement.
#ifndef DAP_TESTS_BENCH_SYSBENCH_H_
#define DAP_TESTS_BENCH_SYSBENCH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/db/options.h"
#include "tests/bench/load.h"

namespace dap::bench {

// Makes its table in the schema. FAILED_PRECONDITION where sysbench is not installed.
absl::Status PrepareSysbench(const db::Options& database);

// Inserts for this long at 64 connections.
absl::StatusOr<Sample> RunSysbench(const db::Options& database, absl::Duration time,
                                   const std::vector<Watched>& watched);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_SYSBENCH_H_
