// What people wrote is nowhere but where they can take it back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/activity/testing/experience_test_base.h"

namespace dap::activity {
namespace {

using status::IsOk;
using ::testing::IsEmpty;

TEST_F(ExperienceTest, NoRecordOfARequestHoldsWordsThatWereTakenBack) {
  const v1::ShareExperienceRequest share = ShareRequest();
  const std::string& words = share.experience().text();
  const auto first = Call<v1::ShareExperienceResponse>("ShareExperience", share, Me());
  ASSERT_THAT(first, IsOk());
  auto again = Call<v1::ShareExperienceResponse>("ShareExperience", share, Me());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  v1::CreateCommentRequest create;
  create.set_parent(first->experience().name());
  create.mutable_comment()->set_text("In my words");
  create.set_request_id(NewId());
  const auto comment = Call<v1::CreateCommentResponse>("CreateComment", create, Colleague());
  ASSERT_THAT(comment, IsOk());
  auto comment_again = Call<v1::CreateCommentResponse>("CreateComment", create, Colleague());
  ASSERT_THAT(comment_again, IsOk());
  EXPECT_EQ(comment_again->SerializeAsString(), comment->SerializeAsString());
  v1::CheerExperienceRequest cheer;
  cheer.set_name(first->experience().name());
  cheer.set_request_id(NewId());
  ASSERT_THAT(Call<v1::CheerExperienceResponse>("CheerExperience", cheer, Colleague()), IsOk());
  EXPECT_EQ(Recorded(words), 0);
  EXPECT_EQ(Recorded("In my words"), 0);

  ASSERT_THAT(DeleteComment(comment->comment().name(), Colleague()), IsOk());
  comment_again = Call<v1::CreateCommentResponse>("CreateComment", create, Colleague());
  ASSERT_THAT(comment_again, IsOk());
  EXPECT_EQ(comment_again->comment().name(), comment->comment().name());
  EXPECT_THAT(comment_again->comment().text(), IsEmpty());
  ASSERT_THAT(Hide(first->experience().name(), Me()), IsOk());
  const auto cheered = Call<v1::CheerExperienceResponse>("CheerExperience", cheer, Colleague());
  EXPECT_TRUE(!cheered.ok() || cheered->experience().text().empty());
  again = Call<v1::ShareExperienceResponse>("ShareExperience", share, Me());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->experience().text(), words) << "still theirs to read";

  // What was declined is nowhere.
  v1::RecordMomentRequest record;
  record.set_parent(CohortName());
  *record.mutable_experience() = share.experience();
  record.mutable_experience()->set_moment(v1::FIRST_TIME_MOMENT_CONNECTION);
  record.set_request_id(NewId());
  const auto recorded = Call<v1::RecordMomentResponse>("RecordMoment", record, Coach());
  ASSERT_THAT(recorded, IsOk());
  ASSERT_THAT((Named<v1::DeclineExperienceResponse, v1::DeclineExperienceRequest>(
                  "DeclineExperience", recorded->experience().name(), Me())),
              IsOk());
  EXPECT_EQ(Recorded(words), 0);
  const auto gone = Call<v1::RecordMomentResponse>("RecordMoment", record, Coach());
  ASSERT_THAT(gone, IsOk());
  EXPECT_THAT(gone->experience().text(), IsEmpty());
}

}  // namespace
}  // namespace dap::activity
