// A job's row: who runs it now, and when it is due again. Internal to libs/jobs.
#ifndef DAP_LIBS_JOBS_JOB_LEASE_H_
#define DAP_LIBS_JOBS_JOB_LEASE_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/id/uuid.h"

namespace dap::jobs {

// All calls are one short transaction. Thread-safe.
class JobLease {
 public:
  JobLease(db::Pool& pool, std::string job, id::Uuid holder, absl::Duration lease)
      : pool_(pool), job_(std::move(job)), holder_(holder), lease_(lease) {}

  struct Claim {
    // The job is this replica's until now + lease.
    bool mine = false;
    // Where it is not: when to ask again at the earliest.
    absl::Time ask_again;
  };
  // Takes the job where it is due and nobody has it.
  absl::StatusOr<Claim> Take(absl::Time now);
  // FAILED_PRECONDITION where it is not ours any more.
  absl::Status Renew(absl::Time now);
  // Gives it back; it is due again at `due`. Does nothing where it is not ours any more.
  absl::Status GiveBack(absl::Time now, absl::Time due);

 private:
  db::Pool& pool_;
  const std::string job_;
  const id::Uuid holder_;
  const absl::Duration lease_;
};

}  // namespace dap::jobs

#endif  // DAP_LIBS_JOBS_JOB_LEASE_H_
