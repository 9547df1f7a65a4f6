// What is one person's, and what is a patron's: every method against everybody somebody can be to
// them.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using options::v1::ROLE_COACH;
using options::v1::ROLE_HR_SYSTEM;
using options::v1::ROLE_OPERATOR;
using options::v1::ROLE_PARTICIPANT;
using options::v1::ROLE_PATRON;

class AccessPeopleTest : public ServiceTest {
 protected:
  using Ask = std::function<absl::Status(const auth::Principal&)>;

  void SetUp() override {
    ServiceTest::SetUp();
    self_ = AddStaff("Self");
    manager_ = AddStaff("Manager");
    Execute(absl::StrCat("UPDATE staff_member SET line_manager = X'", Hex(manager_),
                         "' WHERE organisation = ? AND staff_member = X'", Hex(self_), "'"));
    cohort_ = MakeOpenCohort(5);
    enrolment_ = Apply(cohort_, self_)->name();
    other_ = AddStaff("Other");
    EXPECT_THAT(Apply(cohort_, other_), IsOk());
    patron_ = AgreedPatron(cohort_);
    stand_in_ = AgreedPatron(cohort_);
    v1::Enrolment named;
    named.set_name(enrolment_);
    EXPECT_THAT(Accept(named, self_), IsOk());
    EXPECT_THAT(Assign(named, patron_), IsOk());
  }
  static std::string Hex(const id::Uuid& id) {
    std::string hex = id.ToString();
    hex.erase(std::remove(hex.begin(), hex.end(), '-'), hex.end());
    return hex;
  }
  // Everybody, by what they are to the participant and to the patron.
  std::map<std::string, auth::Principal> Everybody() {
    auth::Principal hr = As(id::Uuid(), {ROLE_HR_SYSTEM});
    hr.subject = "hr";
    auth::Principal operations = As(id::Uuid(), {ROLE_OPERATOR});
    operations.subject = "operations";
    operations.organisation = id::Uuid();
    return {{"self", Participant(self_)},
            {"other participant", Participant(other_)},
            {"patron", As(patron_, {ROLE_PATRON, ROLE_PARTICIPANT})},
            {"other patron", As(stand_in_, {ROLE_PATRON, ROLE_PARTICIPANT})},
            {"coach", Coach()},
            {"other coach", As(AddStaff("Other coach"), {ROLE_COACH, ROLE_PARTICIPANT})},
            {"line manager", As(manager_, {ROLE_PARTICIPANT, ROLE_PATRON})},
            {"administrator", Admin()},
            {"HR system", hr},
            {"operator", operations}};
  }
  void ExpectOnly(const std::set<std::string>& allowed, absl::string_view method, const Ask& ask) {
    for (const auto& [who, principal] : Everybody()) {
      SCOPED_TRACE(absl::StrCat(method, " by ", who));
      const absl::Status asked = ask(principal);
      if (allowed.count(who) > 0) {
        EXPECT_NE(asked.code(), absl::StatusCode::kPermissionDenied) << asked;
        EXPECT_NE(asked.code(), absl::StatusCode::kInvalidArgument) << asked;
      } else {
        EXPECT_EQ(asked.code(), absl::StatusCode::kPermissionDenied) << asked;
      }
    }
  }
  // A call with a new request id each time, where it has one.
  template <typename Resp, typename Req>
  Ask Change(absl::string_view method, Req request) {
    return [=, this](const auth::Principal& principal) mutable {
      request.set_request_id(RequestId());
      return Call<Resp>(method, request, principal).status();
    };
  }
  template <typename Resp, typename Req>
  Ask Look(absl::string_view method, const Req& request) {
    return [=, this](const auth::Principal& principal) {
      return Call<Resp>(method, request, principal).status();
    };
  }

  id::Uuid self_, other_, manager_, patron_, stand_in_;
  v1::Cohort cohort_;
  std::string enrolment_;
};

const std::set<std::string> kSelf = {"self"};
const std::set<std::string> kSelfAndCoach = {"self", "coach"};
const std::set<std::string> kPatronAndCoach = {"patron", "coach"};
const std::set<std::string> kCoachAlone = {"coach"};

TEST_F(AccessPeopleTest, WhatIsPrivateIsForThemselvesAndTheirCoach) {
  v1::GetArrangementRequest arrangement;
  arrangement.set_name(absl::StrCat(enrolment_, "/arrangement"));
  ExpectOnly(kSelfAndCoach, "GetArrangement",
             Look<v1::GetArrangementResponse>("GetArrangement", arrangement));
  v1::ListArrangementChangesRequest changes;
  changes.set_parent(arrangement.name());
  ExpectOnly(kSelfAndCoach, "ListArrangementChanges",
             Look<v1::ListArrangementChangesResponse>("ListArrangementChanges", changes));
  v1::UpdateArrangementRequest arrange;
  arrange.mutable_arrangement()->set_name(arrangement.name());
  arrange.mutable_arrangement()->mutable_balance_target()->set_target(0.3);
  ExpectOnly(kSelfAndCoach, "UpdateArrangement",
             Change<v1::UpdateArrangementResponse>("UpdateArrangement", arrange));
  v1::GetListeningNoteRequest note;
  note.set_name(absl::StrCat(enrolment_, "/listeningNote"));
  ExpectOnly(kSelfAndCoach, "GetListeningNote",
             Look<v1::GetListeningNoteResponse>("GetListeningNote", note));
  v1::ListListeningNoteRevisionsRequest revisions;
  revisions.set_parent(note.name());
  ExpectOnly(kSelfAndCoach, "ListListeningNoteRevisions",
             Look<v1::ListListeningNoteRevisionsResponse>("ListListeningNoteRevisions", revisions));
  v1::UpdateListeningNoteRequest write;
  write.mutable_listening_note()->set_name(note.name());
  write.mutable_listening_note()->set_worry("Spelling");
  ExpectOnly(kSelfAndCoach, "UpdateListeningNote",
             Change<v1::UpdateListeningNoteResponse>("UpdateListeningNote", write));
  v1::GetEnrolmentRequest get;
  get.set_name(enrolment_);
  ExpectOnly(kSelfAndCoach, "GetEnrolment", Look<v1::GetEnrolmentResponse>("GetEnrolment", get));
}

TEST_F(AccessPeopleTest, TheirOwnWordIsTheirs) {
  v1::SetWayInRequest way_in;
  way_in.set_name(enrolment_);
  way_in.set_way_in(v1::WAY_IN_TOLD_TO);
  ExpectOnly(kSelf, "SetWayIn", Change<v1::SetWayInResponse>("SetWayIn", way_in));
  v1::CompleteEnrolmentRequest complete;
  complete.set_name(enrolment_);
  complete.set_reflection("Done");
  ExpectOnly(kSelf, "CompleteEnrolment",
             Change<v1::CompleteEnrolmentResponse>("CompleteEnrolment", complete));
  v1::WriteReflectionRequest reflect;
  reflect.set_name(enrolment_);
  reflect.set_reflection("Done");
  ExpectOnly(kSelf, "WriteReflection",
             Change<v1::WriteReflectionResponse>("WriteReflection", reflect));
  v1::ListPrivateReadsRequest reads;
  reads.set_parent(enrolment_);
  ExpectOnly(kSelf, "ListPrivateReads",
             Look<v1::ListPrivateReadsResponse>("ListPrivateReads", reads));
}

TEST_F(AccessPeopleTest, APatronsDutyIsForThemselvesAndTheCoach) {
  const std::string patron = absl::StrCat(cohort_.name(), "/patrons/", patron_.ToString());
  v1::GetPatronRequest get;
  get.set_name(patron);
  ExpectOnly(kPatronAndCoach, "GetPatron", Look<v1::GetPatronResponse>("GetPatron", get));
  v1::ListPatronCoversRequest covers;
  covers.set_parent(patron);
  ExpectOnly(kPatronAndCoach, "ListPatronCovers",
             Look<v1::ListPatronCoversResponse>("ListPatronCovers", covers));
  v1::PlanPatronCoverRequest plan;
  plan.set_parent(patron);
  plan.mutable_cover()->set_covering_patron(Staff(stand_in_));
  plan.mutable_cover()->mutable_from_time()->set_seconds(absl::ToUnixSeconds(Now()));
  plan.mutable_cover()->mutable_until_time()->set_seconds(absl::ToUnixSeconds(Now()) + 3600);
  ExpectOnly(kPatronAndCoach, "PlanPatronCover",
             Change<v1::PlanPatronCoverResponse>("PlanPatronCover", plan));
  v1::EndPatronCoverRequest end;
  end.set_name(absl::StrCat(patron, "/covers/", RequestId()));
  ExpectOnly(kPatronAndCoach, "EndPatronCover",
             Change<v1::EndPatronCoverResponse>("EndPatronCover", end));
  v1::ListParticipantsToReassignRequest gone;
  gone.set_parent(cohort_.name());
  ExpectOnly(kCoachAlone, "ListParticipantsToReassign",
             Look<v1::ListParticipantsToReassignResponse>("ListParticipantsToReassign", gone));
  v1::ReassignParticipantsRequest reassign;
  reassign.set_parent(cohort_.name());
  reassign.add_reassignments()->set_enrolment(enrolment_);
  reassign.mutable_reassignments(0)->set_patron(Staff(stand_in_));
  ExpectOnly(kCoachAlone, "ReassignParticipants",
             Change<v1::ReassignParticipantsResponse>("ReassignParticipants", reassign));
}

TEST_F(AccessPeopleTest, WhatAPatronIsToldOfIsTheirOwnPatronagesAlone) {
  v1::ListMyPatronagesRequest request;
  request.set_parent(organisation_name_);
  const auto own =
      Call<v1::ListMyPatronagesResponse>("ListMyPatronages", request, PatronOf(patron_));
  ASSERT_THAT(own, IsOk());
  ASSERT_EQ(own->patrons_size(), 1);
  EXPECT_EQ(own->patrons(0).cohort_title(), "Spring");
  EXPECT_EQ(own->patrons(0).participants(), 1);
  EXPECT_EQ(own->patrons(0).participant_limit(), 20);
  const auto none =
      Call<v1::ListMyPatronagesResponse>("ListMyPatronages", request, PatronOf(manager_));
  ASSERT_THAT(none, IsOk());
  EXPECT_EQ(none->patrons_size(), 0);
}

TEST_F(AccessPeopleTest, AnotherOrganisationIsDeniedBeforeAnythingIsLookedUp) {
  const std::string cohort = absl::StrCat("organisations/", RequestId(), "/cohorts/", RequestId());
  const std::string enrolment = absl::StrCat(cohort, "/enrolments/", RequestId());
  const auto everything = As(coach_, {ROLE_PARTICIPANT, ROLE_PATRON, ROLE_COACH});
  const auto denied = [&](const Ask& ask) {
    EXPECT_THAT(ask(everything), HasReason("OTHER_ORGANISATION"));
  };
  v1::GetArrangementRequest arrangement;
  arrangement.set_name(absl::StrCat(enrolment, "/arrangement"));
  denied(Look<v1::GetArrangementResponse>("GetArrangement", arrangement));
  v1::UpdateListeningNoteRequest write;
  write.mutable_listening_note()->set_name(absl::StrCat(enrolment, "/listeningNote"));
  denied(Change<v1::UpdateListeningNoteResponse>("UpdateListeningNote", write));
  v1::ListPrivateReadsRequest reads;
  reads.set_parent(enrolment);
  denied(Look<v1::ListPrivateReadsResponse>("ListPrivateReads", reads));
  v1::CompleteEnrolmentRequest complete;
  complete.set_name(enrolment);
  complete.set_reflection("Done");
  denied(Change<v1::CompleteEnrolmentResponse>("CompleteEnrolment", complete));
  v1::GetPatronRequest patron;
  patron.set_name(absl::StrCat(cohort, "/patrons/", coach_.ToString()));
  denied(Look<v1::GetPatronResponse>("GetPatron", patron));
  v1::ListParticipantsToReassignRequest gone;
  gone.set_parent(cohort);
  denied(Look<v1::ListParticipantsToReassignResponse>("ListParticipantsToReassign", gone));
  v1::ReassignParticipantsRequest reassign;
  reassign.set_parent(cohort_.name());
  reassign.add_reassignments()->set_enrolment(enrolment);
  reassign.mutable_reassignments(0)->set_patron(Staff(coach_));
  denied(Change<v1::ReassignParticipantsResponse>("ReassignParticipants", reassign));
}

}  // namespace
}  // namespace dap::enrolment
