// The gRPC face of dap.goals.v1.GoalsService: who may, what to do, and how it is told.
#ifndef DAP_SERVICES_GOALS_GOALS_SERVICE_H_
#define DAP_SERVICES_GOALS_GOALS_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "libs/requests/requests.h"
#include "libs/roster/roster.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/service.h"
#include "libs/status/macros.h"
#include "services/goals/access.h"
#include "services/goals/operations/context.h"

namespace dap::goals {

// Thread-safe. Each method is one RPC; its errors are in the proto.
class GoalsService {
 public:
  // All of it outlives this.
  GoalsService(const Context& context, const requests::Ledger& ledger, roster::Roster& roster,
               const rpc::PageTokens& page_tokens);

  // Binds every method. This outlives `service`.
  void BindTo(rpc::Service& service);

 private:
  using Call = rpc::Call;

  absl::StatusOr<v1::ListFrameworksResponse> ListFrameworks(const Call& call,
                                                            const v1::ListFrameworksRequest&);
  absl::StatusOr<v1::GetFrameworkResponse> GetFramework(const Call& call,
                                                        const v1::GetFrameworkRequest&);
  absl::StatusOr<v1::SubmitAssessmentResponse> SubmitAssessment(const Call& call,
                                                                const v1::SubmitAssessmentRequest&);
  absl::StatusOr<v1::GetAssessmentResponse> GetAssessment(const Call& call,
                                                          const v1::GetAssessmentRequest&);
  absl::StatusOr<v1::ListAssessmentsResponse> ListAssessments(const Call& call,
                                                              const v1::ListAssessmentsRequest&);
  absl::StatusOr<v1::ListGoalTemplatesResponse> ListGoalTemplates(
      const Call& call, const v1::ListGoalTemplatesRequest&);
  absl::StatusOr<v1::SuggestGoalsResponse> SuggestGoals(const Call& call,
                                                        const v1::SuggestGoalsRequest&);
  absl::StatusOr<v1::SuggestAlternativesResponse> SuggestAlternatives(
      const Call& call, const v1::SuggestAlternativesRequest& request);
  absl::StatusOr<v1::CreateGoalResponse> CreateGoal(const Call& call, const v1::CreateGoalRequest&);
  absl::StatusOr<v1::GetGoalResponse> GetGoal(const Call& call, const v1::GetGoalRequest&);
  absl::StatusOr<v1::ListGoalsResponse> ListGoals(const Call& call, const v1::ListGoalsRequest&);
  absl::StatusOr<v1::CompleteGoalStepResponse> CompleteGoalStep(const Call& call,
                                                                const v1::CompleteGoalStepRequest&);
  absl::StatusOr<v1::FinishGoalResponse> FinishGoal(const Call& call, const v1::FinishGoalRequest&);
  absl::StatusOr<v1::LetGoOfGoalResponse> LetGoOfGoal(const Call& call,
                                                      const v1::LetGoOfGoalRequest&);

  // Carries out a change of what belongs to an enrolment, once for its request id.
  template <typename Resp, typename Req, typename Body>
  absl::StatusOr<Resp> Change(const Call& call, const Req& request, const Place& place, Body body) {
    return requests::Once<Resp>(
        ledger_, call, request,
        [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
          RETURN_IF_ERROR(place.RequireOngoing());
          return body(tx, outbox);
        });
  }

  const Context context_;
  const requests::Ledger ledger_;
  Access access_;
  const rpc::PageTokens& page_tokens_;
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_GOALS_SERVICE_H_
