// The base of the tests of what a cohort shares: me, a colleague, a coach, a patron.
#ifndef DAP_SERVICES_ACTIVITY_TESTING_EXPERIENCE_TEST_BASE_H_
#define DAP_SERVICES_ACTIVITY_TESTING_EXPERIENCE_TEST_BASE_H_

#include <string>

#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {

class ExperienceTest : public ActivityTest {
 protected:
  void SetUp() override {
    ActivityTest::SetUp();
    colleague_ = EnrolAnother();
  }

  auth::Principal Colleague() { return As(colleague_.staff, {options::v1::ROLE_PARTICIPANT}); }

  v1::Experience Share(v1::Audience audience = v1::AUDIENCE_COHORT) {
    v1::ShareExperienceRequest request = ShareRequest();
    request.mutable_experience()->set_audience(audience);
    const auto shared = Call<v1::ShareExperienceResponse>("ShareExperience", request, Me());
    EXPECT_THAT(shared, status::IsOk());
    return shared.ok() ? shared->experience() : v1::Experience();
  }
  // A coach writes one down for me.
  v1::Experience Record() {
    v1::RecordMomentRequest request;
    request.set_parent(CohortName());
    *request.mutable_experience() = ShareRequest().experience();
    request.mutable_experience()->set_moment(v1::FIRST_TIME_MOMENT_CONNECTION);
    request.set_request_id(NewId());
    const auto recorded = Call<v1::RecordMomentResponse>("RecordMoment", request, Coach());
    EXPECT_THAT(recorded, status::IsOk());
    return recorded.ok() ? recorded->experience() : v1::Experience();
  }
  absl::StatusOr<v1::Experience> Get(const std::string& name, const auth::Principal& who) {
    v1::GetExperienceRequest request;
    request.set_name(name);
    const auto got = Call<v1::GetExperienceResponse>("GetExperience", request, who);
    if (!got.ok()) return got.status();
    return got->experience();
  }
  // The names in the feed, newest first.
  std::vector<std::string> Feed(const auth::Principal& who, int page_size = 0,
                                const std::string& enrolment = "") {
    v1::ListExperiencesRequest request;
    request.set_parent(CohortName());
    request.set_page_size(page_size);
    request.set_enrolment(enrolment);
    std::vector<std::string> names;
    do {
      const auto page = Call<v1::ListExperiencesResponse>("ListExperiences", request, who);
      EXPECT_THAT(page, status::IsOk());
      if (!page.ok()) break;
      for (const v1::Experience& one : page->experiences()) names.push_back(one.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  v1::UpdateExperienceRequest UpdateRequest(const v1::Experience& experience) {
    v1::UpdateExperienceRequest request;
    request.mutable_experience()->set_name(experience.name());
    request.mutable_experience()->set_etag(experience.etag());
    request.mutable_experience()->set_text("What I meant.");
    request.mutable_update_mask()->add_paths("text");
    request.set_request_id(NewId());
    return request;
  }
  // A method that takes a name and a request id: HideExperience, UncheerExperience ...
  template <typename Resp, typename Req>
  absl::StatusOr<Resp> Named(absl::string_view method, const std::string& name,
                             const auth::Principal& who) {
    Req request;
    request.set_name(name);
    request.set_request_id(NewId());
    return Call<Resp>(method, request, who);
  }
  absl::StatusOr<v1::HideExperienceResponse> Hide(const std::string& name,
                                                  const auth::Principal& who) {
    return Named<v1::HideExperienceResponse, v1::HideExperienceRequest>("HideExperience", name,
                                                                        who);
  }
  absl::StatusOr<v1::UnhideExperienceResponse> Unhide(const std::string& name,
                                                      const auth::Principal& who) {
    return Named<v1::UnhideExperienceResponse, v1::UnhideExperienceRequest>("UnhideExperience",
                                                                            name, who);
  }
  absl::StatusOr<v1::CheerExperienceResponse> Cheer(const std::string& name, v1::CheerKind kind,
                                                    const auth::Principal& who) {
    v1::CheerExperienceRequest request;
    request.set_name(name);
    request.set_kind(kind);
    request.set_request_id(NewId());
    return Call<v1::CheerExperienceResponse>("CheerExperience", request, who);
  }
  absl::StatusOr<v1::CreateCommentResponse> Comment(const std::string& experience,
                                                    const std::string& text,
                                                    const auth::Principal& who) {
    v1::CreateCommentRequest request;
    request.set_parent(experience);
    request.mutable_comment()->set_text(text);
    request.set_request_id(NewId());
    return Call<v1::CreateCommentResponse>("CreateComment", request, who);
  }
  absl::Status DeleteComment(const std::string& comment, const auth::Principal& who) {
    return Named<v1::DeleteCommentResponse, v1::DeleteCommentRequest>("DeleteComment", comment, who)
        .status();
  }
  absl::Status Report(const std::string& name, const auth::Principal& who) {
    v1::ReportExperienceRequest request;
    request.set_name(name);
    request.set_reason("It names a customer.");
    request.set_request_id(NewId());
    return Call<v1::ReportExperienceResponse>("ReportExperience", request, who).status();
  }
  v1::ModerateExperienceRequest ModerateRequest(const v1::Experience& experience,
                                                v1::ModerationDecision decision) {
    v1::ModerateExperienceRequest request;
    request.set_name(experience.name());
    request.set_decision(decision);
    if (decision == v1::MODERATION_DECISION_REMOVE) request.set_reason("It named a customer.");
    request.set_etag(experience.etag());
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::ModerateExperienceResponse> Moderate(const v1::Experience& experience,
                                                          v1::ModerationDecision decision) {
    return Call<v1::ModerateExperienceResponse>("ModerateExperience",
                                                ModerateRequest(experience, decision), Coach());
  }

  Person colleague_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_TESTING_EXPERIENCE_TEST_BASE_H_
