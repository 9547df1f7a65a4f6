// The gRPC face of what a cohort shares: who may, which operation, what to answer.
#ifndef DAP_SERVICES_ACTIVITY_EXPERIENCE_SERVICE_H_
#define DAP_SERVICES_ACTIVITY_EXPERIENCE_SERVICE_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/activity/operations/cohort_watch.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/page.h"
#include "services/activity/store/experiences.h"

namespace dap::activity {

// dap.activity.v1.ExperienceService. Thread-safe; blocks a worker for its queries, but for a watch.
// Must outlive the server.
class ExperienceService {
 public:
  // `watch` must outlive it.
  ExperienceService(const Context& context, CohortWatch& watch);

  rpc::Service& service() { return service_; }

  template <typename Resp>
  using Or = absl::StatusOr<Resp>;
  using Call = const rpc::Call&;

  Or<v1::ShareExperienceResponse> ShareExperience(Call call, const v1::ShareExperienceRequest& r);
  Or<v1::RecordMomentResponse> RecordMoment(Call call, const v1::RecordMomentRequest& r);
  Or<v1::ConfirmExperienceResponse> ConfirmExperience(Call call,
                                                      const v1::ConfirmExperienceRequest& r);
  Or<v1::DeclineExperienceResponse> DeclineExperience(Call call,
                                                      const v1::DeclineExperienceRequest& r);
  Or<v1::GetExperienceResponse> GetExperience(Call call, const v1::GetExperienceRequest& r);
  Or<v1::ListExperiencesResponse> ListExperiences(Call call, const v1::ListExperiencesRequest& r);
  Or<v1::UpdateExperienceResponse> UpdateExperience(Call call,
                                                    const v1::UpdateExperienceRequest& r);
  Or<v1::HideExperienceResponse> HideExperience(Call call, const v1::HideExperienceRequest& r);
  Or<v1::UnhideExperienceResponse> UnhideExperience(Call call,
                                                    const v1::UnhideExperienceRequest& r);
  Or<v1::CheerExperienceResponse> CheerExperience(Call call, const v1::CheerExperienceRequest& r);
  Or<v1::UncheerExperienceResponse> UncheerExperience(Call call,
                                                      const v1::UncheerExperienceRequest& r);
  Or<v1::CreateCommentResponse> CreateComment(Call call, const v1::CreateCommentRequest& r);
  Or<v1::UpdateCommentResponse> UpdateComment(Call call, const v1::UpdateCommentRequest& r);
  Or<v1::DeleteCommentResponse> DeleteComment(Call call, const v1::DeleteCommentRequest& r);
  Or<v1::ListCommentsResponse> ListComments(Call call, const v1::ListCommentsRequest& r);
  Or<v1::ReportExperienceResponse> ReportExperience(Call call,
                                                    const v1::ReportExperienceRequest& r);
  Or<v1::ListReportedExperiencesResponse> ListReportedExperiences(
      Call call, const v1::ListReportedExperiencesRequest& r);
  Or<v1::ModerateExperienceResponse> ModerateExperience(Call call,
                                                        const v1::ModerateExperienceRequest& r);
  Or<v1::GetContributionFiguresResponse> GetContributionFigures(
      Call call, const v1::GetContributionFiguresRequest& r);
  void WatchCohort(std::shared_ptr<rpc::Call> call, const v1::WatchCohortRequest& r,
                   rpc::Sender<v1::WatchCohortResponse> answers);

 private:
  // What a mutation does to the locked experience; it and `tx` are the transaction's.
  using Change = std::function<absl::Status(db::Connection&, feed::Outbox&, ExperienceRow&)>;
  // Once, for the author of the experience that `name` names; answers with it.
  template <typename Resp, typename Req>
  Or<Resp> ByAuthor(Call call, const Req& r, const std::string& name, const Change& change);
  // Once, for a member who sees it.
  template <typename Resp, typename Req>
  Or<Resp> ByMember(Call call, const Req& r, const Change& change);
  // The experience that a member asks about.
  Or<ExperienceRow> Seen(Call call, const std::vector<id::Uuid>& ids);
  // The page that is asked for, by a member or, of their own, by whoever was one.
  Or<Page<ExperienceRow>> PageFor(Call call, const v1::ListExperiencesRequest& r);
  // Puts the words of experience or comment, as the caller may read them now, into an answer that
  // was recorded without.
  template <typename Resp>
  absl::Status Recall(Call call, Resp& response);
  // Once, with no words in its record; and whoever watches hears of it.
  template <typename Resp, typename Req, typename Body>
  Or<Resp> Once(Call call, const Req& r, const Body& body);

  const Context context_;
  CohortWatch& watch_;
  rpc::Service service_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_EXPERIENCE_SERVICE_H_
