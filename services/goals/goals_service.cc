#include "services/goals/goals_service.h"

#include <optional>
#include <utility>
#include <vector>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/goals/convert.h"
#include "services/goals/operations/change_goal.h"
#include "services/goals/operations/create_goal.h"
#include "services/goals/operations/submit_assessment.h"
#include "services/goals/operations/suggest_goals.h"
#include "services/goals/page.h"
#include "services/goals/store/assessment_store.h"
#include "services/goals/store/barrier_block_store.h"
#include "services/goals/store/goal_store.h"

namespace dap::goals {
namespace {

constexpr char kAssessments[] = "assessments";
constexpr char kGoals[] = "goals";

// Where the library is the list: `items` are ordered by key. Gives those of the page that `wanted`
// takes to `add`, and the position of the next page; empty at the end.
template <typename Item, typename Wanted, typename Add>
std::string AddPage(const std::vector<Item>& items, const Page& page, Wanted wanted, Add add) {
  int added = 0;
  const Item* last = nullptr;
  for (const Item& item : items) {
    if (item.key <= page.after || !wanted(item)) continue;
    if (added++ == page.size) return last->key;
    add(item);
    last = &item;
  }
  return "";
}

// Where `items` are newest first and may hold one more than the page, which shows that there is a
// next one. Drops that one and gives the position of the next page; empty at the end.
template <typename Item>
std::string CutPage(std::vector<Item>& items, const Page& page) {
  if (static_cast<int>(items.size()) <= page.size) return "";
  items.resize(page.size);
  return items.back().id.ToString();
}

GoalKey KeyOf(const Place& place) { return {place.of, place.item, place.name}; }

// Answers a mutation with the goal that it gives.
template <typename Resp>
absl::StatusOr<Resp> Answer(absl::StatusOr<Goal> goal, const Place& place) {
  RETURN_IF_ERROR(goal.status());
  Resp response;
  *response.mutable_goal() = ToProto(*goal, place.enrolment);
  return response;
}

}  // namespace

GoalsService::GoalsService(const Context& context, const requests::Ledger& ledger,
                           roster::Roster& roster, const rpc::PageTokens& page_tokens)
    : context_(context),
      ledger_(ledger),
      access_(roster, ledger.pool, context.clock),
      page_tokens_(page_tokens) {}

void GoalsService::BindTo(rpc::Service& service) {
  rpc::Bind(service, "ListFrameworks", this, &GoalsService::ListFrameworks);
  rpc::Bind(service, "GetFramework", this, &GoalsService::GetFramework);
  rpc::Bind(service, "SubmitAssessment", this, &GoalsService::SubmitAssessment);
  rpc::Bind(service, "GetAssessment", this, &GoalsService::GetAssessment);
  rpc::Bind(service, "ListAssessments", this, &GoalsService::ListAssessments);
  rpc::Bind(service, "ListGoalTemplates", this, &GoalsService::ListGoalTemplates);
  rpc::Bind(service, "SuggestGoals", this, &GoalsService::SuggestGoals);
  rpc::Bind(service, "SuggestAlternatives", this, &GoalsService::SuggestAlternatives);
  rpc::Bind(service, "CreateGoal", this, &GoalsService::CreateGoal);
  rpc::Bind(service, "GetGoal", this, &GoalsService::GetGoal);
  rpc::Bind(service, "ListGoals", this, &GoalsService::ListGoals);
  rpc::Bind(service, "CompleteGoalStep", this, &GoalsService::CompleteGoalStep);
  rpc::Bind(service, "FinishGoal", this, &GoalsService::FinishGoal);
  rpc::Bind(service, "LetGoOfGoal", this, &GoalsService::LetGoOfGoal);
}

absl::StatusOr<v1::ListFrameworksResponse> GoalsService::ListFrameworks(
    const Call& call, const v1::ListFrameworksRequest& request) {
  ASSIGN_OR_RETURN(const Page page, PageOf(page_tokens_, call, request));
  v1::ListFrameworksResponse response;
  const std::string next = AddPage(
      context_.catalogue.frameworks(), page, [](const Framework&) { return true; },
      [&](const Framework& one) { *response.add_frameworks() = ToProto(one); });
  response.set_next_page_token(page_tokens_.Sign(page.fingerprint, next));
  return response;
}

absl::StatusOr<v1::GetFrameworkResponse> GoalsService::GetFramework(
    const Call&, const v1::GetFrameworkRequest& request) {
  ASSIGN_OR_RETURN(const Framework* framework,
                   context_.catalogue.FindFramework(goals::KeyOf(request.name())));
  v1::GetFrameworkResponse response;
  *response.mutable_framework() = ToProto(*framework);
  return response;
}

absl::StatusOr<v1::SubmitAssessmentResponse> GoalsService::SubmitAssessment(
    const Call& call, const v1::SubmitAssessmentRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipant(call, request.parent()));
  ASSIGN_OR_RETURN(Assessment submitted, FromProto(request.assessment()));
  submitted.of = place.of;
  return Change<v1::SubmitAssessmentResponse>(
      call, request, place,
      [&](db::Connection& tx,
          feed::Outbox& outbox) -> absl::StatusOr<v1::SubmitAssessmentResponse> {
        ASSIGN_OR_RETURN(const Assessment assessment,
                         goals::SubmitAssessment(context_, tx, outbox, submitted));
        v1::SubmitAssessmentResponse response;
        *response.mutable_assessment() = ToProto(assessment, place.enrolment);
        return response;
      });
}

absl::StatusOr<v1::GetAssessmentResponse> GoalsService::GetAssessment(
    const Call& call, const v1::GetAssessmentRequest& request) {
  ASSIGN_OR_RETURN(const Place place,
                   access_.ForParticipantOrCoach(call, request.name(), kAssessments));
  v1::GetAssessmentResponse response;
  RETURN_IF_ERROR(access_.Read(
      call, place, PrivateSubject::kAssessments, [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<Assessment> assessment,
                         LoadAssessment(connection, place.of, place.item));
        if (!assessment) return status::NotFound("assessment", place.name);
        *response.mutable_assessment() = ToProto(*assessment, place.enrolment);
        return absl::OkStatus();
      }));
  return response;
}

absl::StatusOr<v1::ListAssessmentsResponse> GoalsService::ListAssessments(
    const Call& call, const v1::ListAssessmentsRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipantOrCoach(call, request.parent()));
  ASSIGN_OR_RETURN(const Page page, PageOf(page_tokens_, call, request));
  std::vector<Assessment> assessments;
  RETURN_IF_ERROR(access_.Read(
      call, place, PrivateSubject::kAssessments, [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(assessments, goals::ListAssessments(connection, place.of, page.before_id(),
                                                             page.size + 1));
        return absl::OkStatus();
      }));
  v1::ListAssessmentsResponse response;
  response.set_next_page_token(page_tokens_.Sign(page.fingerprint, CutPage(assessments, page)));
  for (const Assessment& one : assessments) {
    *response.add_assessments() = ToProto(one, place.enrolment);
  }
  return response;
}

absl::StatusOr<v1::ListGoalTemplatesResponse> GoalsService::ListGoalTemplates(
    const Call& call, const v1::ListGoalTemplatesRequest& request) {
  ASSIGN_OR_RETURN(const Page page, PageOf(page_tokens_, call, request));
  v1::ListGoalTemplatesResponse response;
  const std::string next = AddPage(
      context_.catalogue.goal_templates(), page,
      [&](const GoalTemplate& one) { return request.area().empty() || one.area == request.area(); },
      [&](const GoalTemplate& one) { *response.add_goal_templates() = ToProto(one); });
  response.set_next_page_token(page_tokens_.Sign(page.fingerprint, next));
  return response;
}

absl::StatusOr<v1::SuggestGoalsResponse> GoalsService::SuggestGoals(
    const Call& call, const v1::SuggestGoalsRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipantOrCoach(call, request.parent()));
  std::vector<Suggestion> suggestions;
  RETURN_IF_ERROR(access_.Read(
      call, place, PrivateSubject::kSuggestions, [&](db::Connection& connection) -> absl::Status {
        // The balance is the activity service's; until it is told of here no side is preferred.
        ASSIGN_OR_RETURN(suggestions, goals::SuggestGoals(context_, connection, place.of,
                                                          place.zone, absl::nullopt));
        return absl::OkStatus();
      }));
  v1::SuggestGoalsResponse response;
  for (const Suggestion& one : suggestions) *response.add_suggestions() = ToProto(one);
  return response;
}

absl::StatusOr<v1::SuggestAlternativesResponse> GoalsService::SuggestAlternatives(
    const Call& call, const v1::SuggestAlternativesRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipantOrCoach(call, request.name(), kGoals));
  std::vector<Suggestion> suggestions;
  RETURN_IF_ERROR(access_.Read(
      call, place, PrivateSubject::kSuggestions, [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<Goal> goal,
                         LoadGoal(connection, place.of, place.item));
        if (!goal) return NoSuchGoal(KeyOf(place));
        ASSIGN_OR_RETURN(suggestions,
                         goals::SuggestAlternatives(context_, connection, *goal, place.zone));
        return absl::OkStatus();
      }));
  v1::SuggestAlternativesResponse response;
  for (const Suggestion& one : suggestions) *response.add_suggestions() = ToProto(one);
  return response;
}

absl::StatusOr<v1::CreateGoalResponse> GoalsService::CreateGoal(
    const Call& call, const v1::CreateGoalRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipantOrCoach(call, request.parent()));
  ASSIGN_OR_RETURN(const NewGoal new_goal, FromProto(request.goal()));
  return Change<v1::CreateGoalResponse>(
      call, request, place, [&](db::Connection& tx, feed::Outbox& outbox) {
        return Answer<v1::CreateGoalResponse>(
            goals::CreateGoal(context_, tx, outbox, place.of, place.zone, new_goal), place);
      });
}

absl::StatusOr<v1::GetGoalResponse> GoalsService::GetGoal(const Call& call,
                                                          const v1::GetGoalRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipantOrCoach(call, request.name(), kGoals));
  v1::GetGoalResponse response;
  RETURN_IF_ERROR(access_.Read(
      call, place, PrivateSubject::kGoals, [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<Goal> goal,
                         LoadGoal(connection, place.of, place.item));
        if (!goal) return NoSuchGoal(KeyOf(place));
        ASSIGN_OR_RETURN(const auto blocks, ListBlocks(connection, place.of));
        *response.mutable_goal() = ToProto(*goal, place.enrolment);
        AddBarriers(blocks, place.of, *goal, *response.mutable_goal());
        return absl::OkStatus();
      }));
  return response;
}

absl::StatusOr<v1::ListGoalsResponse> GoalsService::ListGoals(const Call& call,
                                                              const v1::ListGoalsRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipantOrCoach(call, request.parent()));
  ASSIGN_OR_RETURN(const GoalState state, FromProto(request.state()));
  ASSIGN_OR_RETURN(const Page page, PageOf(page_tokens_, call, request));
  std::vector<Goal> goals;
  std::vector<BarrierBlock> blocks;
  RETURN_IF_ERROR(access_.Read(
      call, place, PrivateSubject::kGoals, [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(
            goals, goals::ListGoals(connection, place.of, state, page.before_id(), page.size + 1));
        ASSIGN_OR_RETURN(blocks, ListBlocks(connection, place.of));
        return absl::OkStatus();
      }));
  v1::ListGoalsResponse response;
  response.set_next_page_token(page_tokens_.Sign(page.fingerprint, CutPage(goals, page)));
  for (const Goal& one : goals) {
    v1::Goal& added = *response.add_goals();
    added = ToProto(one, place.enrolment);
    AddBarriers(blocks, place.of, one, added);
  }
  return response;
}

absl::StatusOr<v1::CompleteGoalStepResponse> GoalsService::CompleteGoalStep(
    const Call& call, const v1::CompleteGoalStepRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipant(call, request.name(), kGoals));
  return Change<v1::CompleteGoalStepResponse>(
      call, request, place, [&](db::Connection& tx, feed::Outbox& outbox) {
        return Answer<v1::CompleteGoalStepResponse>(
            goals::CompleteGoalStep(context_, tx, outbox, KeyOf(place), request.step()), place);
      });
}

absl::StatusOr<v1::FinishGoalResponse> GoalsService::FinishGoal(
    const Call& call, const v1::FinishGoalRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipant(call, request.name(), kGoals));
  return Change<v1::FinishGoalResponse>(
      call, request, place, [&](db::Connection& tx, feed::Outbox& outbox) {
        return Answer<v1::FinishGoalResponse>(
            goals::FinishGoal(context_, tx, outbox, KeyOf(place), request.reflection()), place);
      });
}

absl::StatusOr<v1::LetGoOfGoalResponse> GoalsService::LetGoOfGoal(
    const Call& call, const v1::LetGoOfGoalRequest& request) {
  ASSIGN_OR_RETURN(const Place place, access_.ForParticipant(call, request.name(), kGoals));
  return Change<v1::LetGoOfGoalResponse>(
      call, request, place, [&](db::Connection& tx, feed::Outbox& outbox) {
        return Answer<v1::LetGoOfGoalResponse>(
            goals::LetGoOfGoal(context_, tx, outbox, KeyOf(place)), place);
      });
}

}  // namespace dap::goals
