#include "services/activity/operations/log_batch.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "libs/rpc/field_rules.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"

namespace dap::activity {
namespace {

using Result = absl::StatusOr<v1::LogActivityResponse>;

// The results of a batch as they come, from any thread; each place is told once.
class Gathered {
 public:
  Gathered(std::shared_ptr<rpc::Call> call, int count,
           rpc::Respond<v1::BatchLogActivitiesResponse> respond)
      : call_(std::move(call)),
        respond_(std::move(respond)),
        results_(count, absl::UnknownError("no result")),
        missing_(count) {}

  void Tell(int place, Result result) {
    results_[place] = std::move(result);
    if (missing_.fetch_sub(1) == 1) Respond();
  }

 private:
  void Respond() {
    // Where nothing could be done the call says so itself, as whoever sends it again by code does.
    const absl::StatusCode code = results_.front().status().code();
    const bool of_the_call = code == absl::StatusCode::kPermissionDenied ||
                             code == absl::StatusCode::kResourceExhausted ||
                             code == absl::StatusCode::kUnavailable;
    if (of_the_call && std::all_of(results_.begin(), results_.end(), [code](const Result& result) {
          return result.status().code() == code;
        })) {
      return respond_(results_.front().status());
    }
    v1::BatchLogActivitiesResponse response;
    for (Result& result : results_) {
      v1::LogResult& told = *response.add_results();
      if (result.ok()) {
        *told.mutable_activity() = std::move(*result->mutable_activity());
      } else {
        *told.mutable_error() = ToProto(result.status(), *call_);
      }
    }
    respond_(std::move(response));
  }

  const std::shared_ptr<rpc::Call> call_;
  const rpc::Respond<v1::BatchLogActivitiesResponse> respond_;
  std::vector<Result> results_;
  std::atomic<int> missing_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<PendingLog>> CheckAndPrepareLog(
    const Context& context, const rpc::Call& call, const v1::LogActivityRequest& request) {
  static const auto& rules =
      *new rpc::FieldRules(rpc::FieldRules::For(v1::LogActivityRequest::descriptor()));
  RETURN_IF_ERROR(rules.Check(request));
  return PrepareLog(context, call, request);
}

void LogBatch(const Context& context, ActivityWriter& writer,
              const std::shared_ptr<rpc::Call>& call, const v1::BatchLogActivitiesRequest& request,
              rpc::Respond<v1::BatchLogActivitiesResponse> respond) {
  if (absl::Status refused = writer.Admit(); !refused.ok()) return respond(std::move(refused));
  const int count = request.requests_size();
  auto gathered = std::make_shared<Gathered>(call, count, std::move(respond));
  for (int i = 0; i < count; ++i) {
    const v1::LogActivityRequest& one = request.requests(i);
    absl::StatusOr<std::shared_ptr<PendingLog>> log = CheckAndPrepareLog(context, *call, one);
    if (log.ok() && one.parent() != request.parent()) {
      log = status::Invalid("parent", "PARENT_OF_ANOTHER_ENROLMENT",
                            "Name the same enrolment as the batch.");
    }
    if (!log.ok()) {
      gathered->Tell(i, log.status());
      continue;
    }
    writer.AddAdmitted(*std::move(log),
                       [gathered, i](Result result) { gathered->Tell(i, std::move(result)); });
  }
}

}  // namespace dap::activity
