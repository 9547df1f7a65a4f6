#include "tools/dapctl/staff_stream.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "dap/enrolment/v1/staff_sync_service.pb.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tools/dapctl/id_digest.h"

namespace dap::ctl {
namespace {

namespace v1 = enrolment::v1;
using Stream = rpc::ClientStream<v1::SyncStaffRequest, v1::SyncStaffResponse>;

constexpr char kSyncStaff[] = "dap.enrolment.v1.StaffSyncService/SyncStaff";
constexpr char kGetSyncRun[] = "dap.enrolment.v1.StaffSyncService/GetSyncRun";
constexpr char kApplySyncRun[] = "dap.enrolment.v1.StaffSyncService/ApplySyncRun";
// A message costs ten times what a record does.
constexpr int kRecordsAtOnce = 250;
constexpr absl::Duration kLongestPause = absl::Seconds(10);

bool IsBreak(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsCancelled(status) ||
         absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status) ||
         // By a stream of this very run that was thought dead.
         status::Reason(status) == "SYNC_TAKEN_OVER";
}

// What the answers of a stream have told; filled by the thread that reads them.
class Answers {
 public:
  explicit Answers(const std::function<void(int64_t)>& durable) : durable_(durable) {}

  void ReadAll(Stream& stream) {
    v1::SyncStaffResponse response;
    while (stream.Read(&response)) Take(response);
    absl::MutexLock lock(&mutex_);
    over_ = true;
  }

  // Before a stream begins.
  void Begin() {
    absl::MutexLock lock(&mutex_);
    answered_ = over_ = false;
  }

  // Waits for the first answer of a stream, or its end.
  void AwaitFirst() {
    absl::MutexLock lock(&mutex_);
    const auto told = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return answered_ || over_; };
    mutex_.Await(absl::Condition(&told));
  }

  std::string run() const {
    absl::MutexLock lock(&mutex_);
    return run_;
  }
  int64_t watermark() const {
    absl::MutexLock lock(&mutex_);
    return watermark_;
  }
  std::optional<v1::SyncRun> result() const {
    absl::MutexLock lock(&mutex_);
    return result_;
  }

 private:
  void Take(const v1::SyncStaffResponse& response) {
    {
      absl::MutexLock lock(&mutex_);
      answered_ = true;
      if (response.has_sync_run()) {
        result_ = response.sync_run();
        return;
      }
      run_ = response.acknowledgement().sync_run();
      watermark_ = response.acknowledgement().watermark();
    }
    durable_(response.acknowledgement().watermark());
  }

  const std::function<void(int64_t)>& durable_;
  mutable absl::Mutex mutex_;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::string run_ ABSL_GUARDED_BY(mutex_);
  int64_t watermark_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<v1::SyncRun> result_ ABSL_GUARDED_BY(mutex_);
};

class Sync {
 public:
  Sync(const Gateway& gateway, const StaffSyncOptions& options, const StaffSummary& summary,
       const std::function<void(int64_t)>& durable)
      : gateway_(gateway), options_(options), summary_(summary), answers_(durable) {}

  absl::StatusOr<v1::SyncRun> Run(const std::function<void(const absl::Status&)>& broke) {
    absl::Duration pause = options_.first_pause;
    for (int breaks = 0;;) {
      const int64_t before = answers_.watermark();
      absl::Status status = Once();
      if (answers_.result().has_value()) return *answers_.result();
      if (status.ok())
        status = status::Unavailable("STREAM_ENDED", "The stream ended with no plan.");
      // The service has the end of an earlier stream, whose answer was lost.
      if (end_sent_ && status::Reason(status) == "SYNC_RUN_STATE") {
        absl::StatusOr<v1::SyncRun> run = Fetch();
        if (run.ok() || !IsBreak(run.status())) return run;
        status = run.status();
      }
      const bool further = answers_.watermark() > before;
      breaks = further ? 1 : breaks + 1;
      if (!IsBreak(status) || breaks > options_.most_breaks) return status;
      broke(status);
      if (further) pause = options_.first_pause;
      absl::SleepFor(std::max(pause, status::RetryAfter(status)));
      pause = std::min(2 * pause, kLongestPause);
    }
  }

 private:
  // One stream, from begin to its end. OK where it ended without an error.
  absl::Status Once() {
    answers_.Begin();
    Stream stream = gateway_.channel->OpenStream<v1::SyncStaffRequest, v1::SyncStaffResponse>(
        kSyncStaff, gateway_.StreamContext());
    std::thread reader([&] { answers_.ReadAll(stream); });
    const absl::Status sent = Send(stream);
    if (sent.ok()) {
      stream.WritesDone();
    } else {
      stream.Cancel();
    }
    reader.join();
    const absl::Status finished = stream.Finish();
    return sent.ok() ? finished : sent;
  }

  // An error where sending makes no sense any more; a stream that is over is none: Finish tells
  // why.
  absl::Status Send(Stream& stream) {
    v1::SyncStaffRequest request;
    v1::SyncBegin& begin = *request.mutable_begin();
    begin.set_parent(options_.organisation);
    begin.set_source(options_.source);
    begin.set_mode(options_.mode);
    begin.set_expected_count(summary_.count);
    begin.set_sync_run(answers_.run());
    begin.set_apply(options_.apply);
    if (!stream.Write(request)) return absl::OkStatus();
    // Where to go on is known only when the service has said how far it came.
    if (!begin.sync_run().empty()) answers_.AwaitFirst();
    return SendRecords(stream, answers_.watermark());
  }

  absl::Status SendRecords(Stream& stream, int64_t after) {
    ASSIGN_OR_RETURN(const auto file, StaffFile::Open(options_.file, options_.columns));
    v1::SyncStaffRequest request;
    IdDigest digest;
    int64_t count = 0;
    v1::StaffRecord record;
    for (;; ++count) {
      ASSIGN_OR_RETURN(const bool any, file->Next(&record));
      if (!any) break;
      digest.Add(ExternalId(record));
      if (count < after) continue;
      *request.mutable_records()->add_records() = record;
      if (request.records().records_size() < kRecordsAtOnce) continue;
      if (!stream.Write(request)) return absl::OkStatus();
      request.mutable_records()->Clear();
    }
    if (request.records().records_size() > 0 && !stream.Write(request)) return absl::OkStatus();
    if (count != summary_.count || digest.Finish() != summary_.checksum) {
      return status::Aborted("FILE_CHANGED",
                             "The file changed while it was sent. Start the sync again.");
    }
    request.mutable_end()->set_count(summary_.count);
    request.mutable_end()->set_checksum(summary_.checksum);
    if (stream.Write(request)) end_sent_ = true;
    return absl::OkStatus();
  }

  // Applies it where the break came between plan and apply.
  absl::StatusOr<v1::SyncRun> Fetch() {
    v1::GetSyncRunRequest get;
    get.set_name(answers_.run());
    ASSIGN_OR_RETURN(const auto got, gateway_.Call<v1::GetSyncRunResponse>(kGetSyncRun, get));
    if (!options_.apply || got.sync_run().state() != v1::SYNC_RUN_STATE_PLANNED) {
      return got.sync_run();
    }
    v1::ApplySyncRunRequest apply;
    apply.set_name(answers_.run());
    ASSIGN_OR_RETURN(const auto applied,
                     gateway_.Call<v1::ApplySyncRunResponse>(kApplySyncRun, apply));
    return applied.sync_run();
  }

  const Gateway& gateway_;
  const StaffSyncOptions& options_;
  const StaffSummary& summary_;
  Answers answers_;
  bool end_sent_ = false;
};

}  // namespace

absl::StatusOr<v1::SyncRun> SyncStaff(const Gateway& gateway, const StaffSyncOptions& options,
                                      const StaffSummary& summary,
                                      const std::function<void(int64_t)>& durable,
                                      const std::function<void(const absl::Status&)>& broke) {
  return Sync(gateway, options, summary, durable).Run(broke);
}

}  // namespace dap::ctl
