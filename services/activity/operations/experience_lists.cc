#include "services/activity/operations/experience_lists.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dap::activity {
namespace {

// Where an empty position is the start.
std::optional<id::Uuid> PlaceOf(absl::string_view position) {
  if (position.empty()) return std::nullopt;
  return id::Uuid::FromBytes(position.substr(0, id::Uuid::kBytes));
}

std::string PositionOf(const ExperienceRow& row) { return std::string(row.experience.bytes()); }

}  // namespace

absl::StatusOr<Page<ExperienceRow>> ListExperiencePage(const Context& context,
                                                       const rpc::Call& call,
                                                       const v1::ListExperiencesRequest& request,
                                                       const Member& member) {
  return PageOf<ExperienceRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        return ListExperiences(db, member.organisation, member.cohort, member.AsReader(),
                               PlaceOf(after), limit);
      },
      PositionOf);
}

absl::StatusOr<Page<ExperienceRow>> ListExperienceOfPage(const Context& context,
                                                         const rpc::Call& call,
                                                         const v1::ListExperiencesRequest& request,
                                                         const Member& reader,
                                                         const id::Uuid& enrolment) {
  return PageOf<ExperienceRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        return ListExperiencesOf(db, reader.organisation, reader.cohort, enrolment,
                                 reader.AsReader(), PlaceOf(after), limit);
      },
      PositionOf);
}

absl::StatusOr<Page<ExperienceRow>> ListReportedPage(
    const Context& context, const rpc::Call& call,
    const v1::ListReportedExperiencesRequest& request, const Member& coach) {
  return PageOf<ExperienceRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        std::optional<ReportedPlace> place;
        if (const auto id = PlaceOf(after)) {
          int64_t micros = 0;
          // The token is signed: it holds what the next lambda wrote.
          (void)absl::SimpleAtoi(after.substr(id::Uuid::kBytes), &micros);
          place = ReportedPlace{absl::FromUnixMicros(micros), *id};
        }
        return ListReported(db, coach.organisation, coach.cohort, coach.staff, place, limit);
      },
      [](const ExperienceRow& row) {
        return absl::StrCat(row.experience.bytes(), absl::ToUnixMicros(*row.reported_at));
      });
}

absl::StatusOr<Page<CommentRow>> ListCommentPage(const Context& context, const rpc::Call& call,
                                                 const v1::ListCommentsRequest& request,
                                                 const ExperienceRow& experience) {
  return PageOf<CommentRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        return ListComments(db, experience.organisation, experience.experience,
                            PlaceOf(after).value_or(id::Uuid()), limit);
      },
      [](const CommentRow& row) { return std::string(row.comment.bytes()); });
}

}  // namespace dap::activity
