#include "services/activity/experience_convert.h"

#include "absl/strings/str_cat.h"
#include "libs/id/resource_name.h"
#include "services/activity/convert.h"
#include "services/activity/operations/change_experience.h"

namespace dap::activity {
namespace {

// Adds them; gives their sum.
int AddCheers(const ExperienceRow& row,
              google::protobuf::RepeatedPtrField<v1::CheerCount>* counts) {
  int all = 0;
  for (int kind = 0; kind < kCheerKinds; ++kind) {
    if (row.cheers[kind] == 0) continue;
    v1::CheerCount& count = *counts->Add();
    count.set_kind(static_cast<v1::CheerKind>(kind + 1));
    count.set_count(row.cheers[kind]);
    all += row.cheers[kind];
  }
  return all;
}

}  // namespace

std::string ExperienceName(const id::Uuid& organisation, const id::Uuid& cohort,
                           const id::Uuid& experience) {
  return id::Name(
      {{"organisations", organisation}, {"cohorts", cohort}, {"experiences", experience}});
}

std::string CommentName(const id::Uuid& cohort, const CommentRow& row) {
  return absl::StrCat(ExperienceName(row.organisation, cohort, row.experience), "/comments/",
                      row.comment.ToString());
}

v1::Experience ToProto(const ExperienceRow& row) {
  v1::Experience proto;
  proto.set_name(ExperienceName(row.organisation, row.cohort, row.experience));
  proto.set_enrolment(EnrolmentName(row.organisation, row.cohort, row.enrolment));
  proto.set_author_display_name(row.author_display_name);
  proto.set_text(row.text);
  proto.set_link(row.link);
  proto.set_moment(static_cast<v1::FirstTimeMoment>(row.moment));
  *proto.mutable_create_time() = ToProto(row.create_time);
  proto.set_cheers(AddCheers(row, proto.mutable_cheer_counts()));
  proto.set_cheered_by_me(row.my_cheer != CheerKind::kNone);
  proto.set_audience(static_cast<v1::Audience>(row.audience));
  proto.set_state(static_cast<v1::ExperienceState>(row.state));
  if (row.edit_time) *proto.mutable_edit_time() = ToProto(*row.edit_time);
  proto.set_my_cheer(static_cast<v1::CheerKind>(row.my_cheer));
  proto.set_comments(row.comments);
  proto.set_etag(EtagOf(row.revision));
  proto.set_removal_reason(row.removal_reason);
  proto.set_recorded_by_coach(!row.recorded_by.is_nil());
  return proto;
}

v1::Comment ToProto(const CommentRow& row, const id::Uuid& cohort) {
  v1::Comment proto;
  proto.set_name(CommentName(cohort, row));
  proto.set_author(id::Name({{"organisations", row.organisation}, {"staff", row.staff}}));
  proto.set_author_display_name(row.author_display_name);
  proto.set_text(row.text);
  *proto.mutable_create_time() = ToProto(row.create_time);
  if (row.edit_time) *proto.mutable_edit_time() = ToProto(*row.edit_time);
  proto.set_etag(EtagOf(row.revision));
  return proto;
}

v1::ExperienceCheers CheersToProto(const ExperienceRow& row) {
  v1::ExperienceCheers proto;
  proto.set_experience(ExperienceName(row.organisation, row.cohort, row.experience));
  AddCheers(row, proto.mutable_counts());
  return proto;
}

}  // namespace dap::activity
