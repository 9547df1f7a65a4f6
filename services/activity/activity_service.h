// The gRPC face: who may, which operation, what to answer.
#ifndef DAP_SERVICES_ACTIVITY_ACTIVITY_SERVICE_H_
#define DAP_SERVICES_ACTIVITY_ACTIVITY_SERVICE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/activity/operations/activity_writer.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/log_stream.h"
#include "services/activity/operations/stream_places.h"

namespace dap::activity {

// dap.activity.v1.ActivityService. Thread-safe. What logs, corrects or deletes activities joins the
// writer's batches; everything else blocks a worker for its queries. Must outlive the server.
class ActivityService {
 public:
  // `writer` must outlive it.
  ActivityService(const Context& context, ActivityWriter& writer);

  rpc::Service& service() { return service_; }

  void LogActivity(std::shared_ptr<rpc::Call> call, const v1::LogActivityRequest& request,
                   rpc::Respond<v1::LogActivityResponse> respond);
  void BatchLogActivities(std::shared_ptr<rpc::Call> call,
                          const v1::BatchLogActivitiesRequest& request,
                          rpc::Respond<v1::BatchLogActivitiesResponse> respond);
  absl::Status StreamActivities(const rpc::Call& call, ActivityStream& stream);
  void CorrectActivity(std::shared_ptr<rpc::Call> call, const v1::CorrectActivityRequest& request,
                       rpc::Respond<v1::CorrectActivityResponse> respond);
  void DeleteActivity(std::shared_ptr<rpc::Call> call, const v1::DeleteActivityRequest& request,
                      rpc::Respond<v1::DeleteActivityResponse> respond);
  absl::StatusOr<v1::ListActivityRevisionsResponse> ListActivityRevisions(
      const rpc::Call& call, const v1::ListActivityRevisionsRequest& request);
  absl::StatusOr<v1::ListActivitiesResponse> ListActivities(
      const rpc::Call& call, const v1::ListActivitiesRequest& request);
  absl::StatusOr<v1::ListCohortActivitiesResponse> ListCohortActivities(
      const rpc::Call& call, const v1::ListCohortActivitiesRequest& request);
  absl::StatusOr<v1::GetProgressResponse> GetProgress(const rpc::Call& call,
                                                      const v1::GetProgressRequest& request);
  absl::StatusOr<v1::GetCheckInResponse> GetCheckIn(const rpc::Call& call,
                                                    const v1::GetCheckInRequest& request);
  absl::StatusOr<v1::AnswerCheckInResponse> AnswerCheckIn(const rpc::Call& call,
                                                          const v1::AnswerCheckInRequest& request);
  absl::StatusOr<v1::ListPatronQueueResponse> ListPatronQueue(
      const rpc::Call& call, const v1::ListPatronQueueRequest& request);
  absl::StatusOr<v1::ResolvePatronQueueEntryResponse> ResolvePatronQueueEntry(
      const rpc::Call& call, const v1::ResolvePatronQueueEntryRequest& request);
  absl::StatusOr<v1::ListPatronBoardResponse> ListPatronBoard(
      const rpc::Call& call, const v1::ListPatronBoardRequest& request);

 private:
  const Context context_;
  ActivityWriter& writer_;
  // The server holds a thread for each (64); the rest wait for nothing of one person's.
  StreamPlaces log_streams_{{.a_process = 64, .a_person = 4}};
  rpc::Service service_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_ACTIVITY_SERVICE_H_
