#include "services/activity/experience_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/requests/requests.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/experience_convert.h"
#include "services/activity/operations/change_experience.h"
#include "services/activity/operations/comment_experience.h"
#include "services/activity/operations/experience_access.h"
#include "services/activity/operations/experience_lists.h"
#include "services/activity/operations/share_experience.h"
#include "services/activity/store/comments.h"

namespace dap::activity {
namespace {

using Ids = std::vector<id::Uuid>;

absl::StatusOr<Ids> ExperienceIds(absl::string_view name) {
  return id::Ids(name, {"organisations", "cohorts", "experiences"});
}
absl::StatusOr<Ids> CommentIds(absl::string_view name) {
  return id::Ids(name, {"organisations", "cohorts", "experiences", "comments"});
}

template <typename Resp>
concept HasExperience = requires(Resp& response) {
  response.mutable_experience();
};
template <typename Resp>
concept HasComment = requires(Resp& response) {
  response.mutable_comment();
};

// The words that no request's record may hold: their author can edit, hide or delete them.
template <typename Resp>
void Forget(Resp& response) {
  if constexpr (HasExperience<Resp>) {
    response.mutable_experience()->clear_text();
    response.mutable_experience()->clear_link();
    response.mutable_experience()->clear_removal_reason();
  } else if constexpr (HasComment<Resp>) {
    response.mutable_comment()->clear_text();
  }
}

// What is gone, or not the caller's to read any more, is no error of a request sent again.
absl::Status UnlessGone(const absl::Status& status) {
  if (absl::IsNotFound(status) || absl::IsPermissionDenied(status)) return absl::OkStatus();
  return status;
}

template <typename Resp>
Resp Answer(const ExperienceRow& row) {
  Resp response;
  *response.mutable_experience() = ToProto(row);
  return response;
}

}  // namespace

ExperienceService::ExperienceService(const Context& context, CohortWatch& watch)
    : context_(context), watch_(watch), service_("dap.activity.v1.ExperienceService") {
  using Face = ExperienceService;
  rpc::Bind(service_, "ShareExperience", this, &Face::ShareExperience);
  rpc::Bind(service_, "RecordMoment", this, &Face::RecordMoment);
  rpc::Bind(service_, "ConfirmExperience", this, &Face::ConfirmExperience);
  rpc::Bind(service_, "DeclineExperience", this, &Face::DeclineExperience);
  rpc::Bind(service_, "GetExperience", this, &Face::GetExperience);
  rpc::Bind(service_, "ListExperiences", this, &Face::ListExperiences);
  rpc::Bind(service_, "UpdateExperience", this, &Face::UpdateExperience);
  rpc::Bind(service_, "HideExperience", this, &Face::HideExperience);
  rpc::Bind(service_, "UnhideExperience", this, &Face::UnhideExperience);
  rpc::Bind(service_, "CheerExperience", this, &Face::CheerExperience);
  rpc::Bind(service_, "UncheerExperience", this, &Face::UncheerExperience);
  rpc::Bind(service_, "CreateComment", this, &Face::CreateComment);
  rpc::Bind(service_, "UpdateComment", this, &Face::UpdateComment);
  rpc::Bind(service_, "DeleteComment", this, &Face::DeleteComment);
  rpc::Bind(service_, "ListComments", this, &Face::ListComments);
  rpc::Bind(service_, "ReportExperience", this, &Face::ReportExperience);
  rpc::Bind(service_, "ListReportedExperiences", this, &Face::ListReportedExperiences);
  rpc::Bind(service_, "ModerateExperience", this, &Face::ModerateExperience);
  rpc::Bind(service_, "GetContributionFigures", this, &Face::GetContributionFigures);
  rpc::Bind(service_, "WatchCohort", this, &Face::WatchCohort);
}

template <typename Resp>
absl::Status ExperienceService::Recall(Call call, Resp& response) {
  if constexpr (HasExperience<Resp>) {
    v1::Experience& experience = *response.mutable_experience();
    ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(experience.name()));
    const absl::StatusOr<ExperienceRow> row = Seen(call, ids);
    if (!row.ok()) return UnlessGone(row.status());
    experience.set_text(row->text);
    experience.set_link(row->link);
    experience.set_removal_reason(row->removal_reason);
  } else if constexpr (HasComment<Resp>) {
    v1::Comment& comment = *response.mutable_comment();
    ASSIGN_OR_RETURN(const Ids ids, CommentIds(comment.name()));
    const absl::StatusOr<ExperienceRow> row = Seen(call, ids);
    if (!row.ok()) return UnlessGone(row.status());
    ASSIGN_OR_RETURN(const std::optional<CommentRow> found,
                     db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                       return FindComment(db, ids[0], ids[2], ids[3]);
                     }));
    if (found) comment.set_text(found->text);
  }
  return absl::OkStatus();
}

template <typename Resp, typename Req, typename Body>
absl::StatusOr<Resp> ExperienceService::Once(Call call, const Req& r, const Body& body) {
  const requests::Words<Resp> words = {[](Resp& response) { Forget(response); },
                                       [&](Resp& response) { return Recall(call, response); }};
  absl::StatusOr<Resp> response = requests::Once<Resp>(context_.ledger(), call, r, body, words);
  if (response.ok()) watch_.Wake();
  return response;
}

template <typename Resp, typename Req>
absl::StatusOr<Resp> ExperienceService::ByAuthor(Call call, const Req& r, const std::string& name,
                                                 const Change& change) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(name));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(ExperienceRow row,
                     LockOwn(tx, ids[0], ids[1], ids[2], call.principal().staff));
    RETURN_IF_ERROR(change(tx, outbox, row));
    return Answer<Resp>(row);
  });
}

template <typename Resp, typename Req>
absl::StatusOr<Resp> ExperienceService::ByMember(Call call, const Req& r, const Change& change) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.name()));
  ASSIGN_OR_RETURN(const Member member, RequireMember(context_, call, ids[0], ids[1]));
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(ExperienceRow row, LockSeen(tx, member, ids[2]));
    RETURN_IF_ERROR(change(tx, outbox, row));
    return Answer<Resp>(row);
  });
}

absl::StatusOr<ExperienceRow> ExperienceService::Seen(Call call, const Ids& ids) {
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  const absl::StatusOr<Member> member = RequireMember(context_, call, ids[0], ids[1]);
  if (!member.ok() && !absl::IsPermissionDenied(member.status())) return member.status();
  ASSIGN_OR_RETURN(std::optional<ExperienceRow> row,
                   db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                     return FindExperience(db, ids[0], ids[1], ids[2], call.principal().staff);
                   }));
  // Their own they see also after they left.
  const bool own = row && call.principal().Has(options::v1::ROLE_PARTICIPANT) &&
                   row->author == call.principal().staff;
  if (own) return *std::move(row);
  if (!member.ok()) return member.status();
  if (row && MaySee(row->state, row->audience, member->To(*row))) return *std::move(row);
  return status::NotFound("experience", ids[2].ToString());
}

absl::StatusOr<v1::ShareExperienceResponse> ExperienceService::ShareExperience(
    Call call, const v1::ShareExperienceRequest& r) {
  ASSIGN_OR_RETURN(roster::Entry entry,
                   EntryFor(context_, call, r.parent(), r.experience().enrolment(),
                            "experience.enrolment", roster::Relation::kSelf));
  using Resp = v1::ShareExperienceResponse;
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(ExperienceRow row,
                     activity::ShareExperience(context_, tx, outbox, entry, r.experience()));
    return Answer<Resp>(row);
  });
}

absl::StatusOr<v1::RecordMomentResponse> ExperienceService::RecordMoment(
    Call call, const v1::RecordMomentRequest& r) {
  ASSIGN_OR_RETURN(roster::Entry entry,
                   EntryFor(context_, call, r.parent(), r.experience().enrolment(),
                            "experience.enrolment", roster::Relation::kCoach));
  using Resp = v1::RecordMomentResponse;
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(ExperienceRow row,
                     activity::RecordMoment(context_, tx, outbox, entry, call.principal().staff,
                                            r.experience()));
    return Answer<Resp>(row);
  });
}

absl::StatusOr<v1::ConfirmExperienceResponse> ExperienceService::ConfirmExperience(
    Call call, const v1::ConfirmExperienceRequest& r) {
  return ByAuthor<v1::ConfirmExperienceResponse>(
      call, r, r.name(), [&](db::Connection& tx, feed::Outbox& outbox, ExperienceRow& row) {
        const absl::StatusOr<roster::Entry> entry =
            roster::Get(tx, row.organisation, row.enrolment);
        if (!entry.ok()) return entry.status();
        return activity::ConfirmExperience(context_, tx, outbox, *entry,
                                           static_cast<Audience>(r.audience()), row);
      });
}

absl::StatusOr<v1::DeclineExperienceResponse> ExperienceService::DeclineExperience(
    Call call, const v1::DeclineExperienceRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.name()));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  using Resp = v1::DeclineExperienceResponse;
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(ExperienceRow row,
                     LockOwn(tx, ids[0], ids[1], ids[2], call.principal().staff));
    RETURN_IF_ERROR(activity::DeclineExperience(tx, outbox, row));
    return Resp();
  });
}

absl::StatusOr<v1::GetExperienceResponse> ExperienceService::GetExperience(
    Call call, const v1::GetExperienceRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.name()));
  ASSIGN_OR_RETURN(const ExperienceRow row, Seen(call, ids));
  return Answer<v1::GetExperienceResponse>(row);
}

absl::StatusOr<Page<ExperienceRow>> ExperienceService::PageFor(
    Call call, const v1::ListExperiencesRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, id::Ids(r.parent(), {"organisations", "cohorts"}));
  absl::StatusOr<Member> member = RequireMember(context_, call, ids[0], ids[1]);
  if (r.enrolment().empty()) {
    if (!member.ok()) return member.status();
    return ListExperiencePage(context_, call, r, *member);
  }
  if (!member.ok()) {
    ASSIGN_OR_RETURN(const roster::Entry own, EntryFor(context_, call, r.parent(), r.enrolment(),
                                                       "enrolment", roster::Relation::kSelf));
    member = Member{own.organisation, own.cohort, own.participant};
  }
  ASSIGN_OR_RETURN(const Ids of,
                   id::Ids(r.enrolment(), {"organisations", "cohorts", "enrolments"}));
  return ListExperienceOfPage(context_, call, r, *member, of[2]);
}

absl::StatusOr<v1::ListExperiencesResponse> ExperienceService::ListExperiences(
    Call call, const v1::ListExperiencesRequest& r) {
  ASSIGN_OR_RETURN(const Page<ExperienceRow> page, PageFor(call, r));
  v1::ListExperiencesResponse response;
  for (const ExperienceRow& row : page.rows) *response.add_experiences() = ToProto(row);
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::UpdateExperienceResponse> ExperienceService::UpdateExperience(
    Call call, const v1::UpdateExperienceRequest& r) {
  return ByAuthor<v1::UpdateExperienceResponse>(
      call, r, r.experience().name(),
      [&](db::Connection& tx, feed::Outbox& outbox, ExperienceRow& row) {
        return activity::UpdateExperience(context_, tx, outbox, r, row);
      });
}

absl::StatusOr<v1::HideExperienceResponse> ExperienceService::HideExperience(
    Call call, const v1::HideExperienceRequest& r) {
  return ByAuthor<v1::HideExperienceResponse>(
      call, r, r.name(), [&](db::Connection& tx, feed::Outbox& outbox, ExperienceRow& row) {
        return activity::HideExperience(tx, outbox, row);
      });
}

absl::StatusOr<v1::UnhideExperienceResponse> ExperienceService::UnhideExperience(
    Call call, const v1::UnhideExperienceRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.name()));
  RETURN_IF_ERROR(RequireMember(context_, call, ids[0], ids[1]).status());
  return ByAuthor<v1::UnhideExperienceResponse>(
      call, r, r.name(), [&](db::Connection& tx, feed::Outbox&, ExperienceRow& row) {
        return activity::UnhideExperience(tx, row);
      });
}

absl::StatusOr<v1::CheerExperienceResponse> ExperienceService::CheerExperience(
    Call call, const v1::CheerExperienceRequest& r) {
  const CheerKind kind = r.kind() == v1::CHEER_KIND_UNSPECIFIED ? CheerKind::kApplause
                                                                : static_cast<CheerKind>(r.kind());
  return ByMember<v1::CheerExperienceResponse>(
      call, r, [&](db::Connection& tx, feed::Outbox&, ExperienceRow& row) {
        return Cheer(context_, tx, call.principal().staff, kind, row);
      });
}

absl::StatusOr<v1::UncheerExperienceResponse> ExperienceService::UncheerExperience(
    Call call, const v1::UncheerExperienceRequest& r) {
  return ByMember<v1::UncheerExperienceResponse>(
      call, r, [&](db::Connection& tx, feed::Outbox&, ExperienceRow& row) {
        return Cheer(context_, tx, call.principal().staff, CheerKind::kNone, row);
      });
}

absl::StatusOr<v1::CreateCommentResponse> ExperienceService::CreateComment(
    Call call, const v1::CreateCommentRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.parent()));
  ASSIGN_OR_RETURN(const Member member, RequireMember(context_, call, ids[0], ids[1]));
  using Resp = v1::CreateCommentResponse;
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox&) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(const ExperienceRow experience, LockSeen(tx, member, ids[2]));
    ASSIGN_OR_RETURN(const CommentRow row,
                     activity::CreateComment(context_, tx, member, experience, r.comment()));
    Resp response;
    *response.mutable_comment() = ToProto(row, ids[1]);
    return response;
  });
}

absl::StatusOr<v1::UpdateCommentResponse> ExperienceService::UpdateComment(
    Call call, const v1::UpdateCommentRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, CommentIds(r.comment().name()));
  ASSIGN_OR_RETURN(const Member member, RequireMember(context_, call, ids[0], ids[1]));
  using Resp = v1::UpdateCommentResponse;
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox&) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(const ExperienceRow experience, LockSeen(tx, member, ids[2]));
    ASSIGN_OR_RETURN(const CommentRow row, activity::UpdateComment(context_, tx, member, experience,
                                                                   ids[3], r.comment()));
    Resp response;
    *response.mutable_comment() = ToProto(row, ids[1]);
    return response;
  });
}

absl::StatusOr<v1::DeleteCommentResponse> ExperienceService::DeleteComment(
    Call call, const v1::DeleteCommentRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, CommentIds(r.name()));
  ASSIGN_OR_RETURN(const Member member, RequireMember(context_, call, ids[0], ids[1]));
  using Resp = v1::DeleteCommentResponse;
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox&) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(const ExperienceRow experience, LockSeen(tx, member, ids[2]));
    RETURN_IF_ERROR(activity::DeleteComment(tx, member, experience, ids[3]));
    return Resp();
  });
}

absl::StatusOr<v1::ListCommentsResponse> ExperienceService::ListComments(
    Call call, const v1::ListCommentsRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.parent()));
  ASSIGN_OR_RETURN(const ExperienceRow experience, Seen(call, ids));
  ASSIGN_OR_RETURN(const Page<CommentRow> page, ListCommentPage(context_, call, r, experience));
  v1::ListCommentsResponse response;
  for (const CommentRow& row : page.rows) *response.add_comments() = ToProto(row, ids[1]);
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::ReportExperienceResponse> ExperienceService::ReportExperience(
    Call call, const v1::ReportExperienceRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.name()));
  ASSIGN_OR_RETURN(const Member member, RequireMember(context_, call, ids[0], ids[1]));
  using Resp = v1::ReportExperienceResponse;
  return Once<Resp>(call, r, [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
    ASSIGN_OR_RETURN(ExperienceRow row, LockSeen(tx, member, ids[2]));
    RETURN_IF_ERROR(
        activity::ReportExperience(context_, tx, outbox, member.staff, r.reason(), row));
    return Resp();
  });
}

absl::StatusOr<v1::ModerateExperienceResponse> ExperienceService::ModerateExperience(
    Call call, const v1::ModerateExperienceRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, ExperienceIds(r.name()));
  RETURN_IF_ERROR(RequireCoach(context_, call, ids[0], ids[1]).status());
  return ByMember<v1::ModerateExperienceResponse>(
      call, r, [&](db::Connection& tx, feed::Outbox& outbox, ExperienceRow& row) {
        return activity::ModerateExperience(tx, outbox, r, row);
      });
}

}  // namespace dap::activity
