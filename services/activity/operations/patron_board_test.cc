// A patron's board: what it tells of their participants, and nothing more.
#include "services/activity/operations/patron_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "services/activity/testing/experience_test_base.h"

namespace dap::activity {
namespace {

using status::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PatronBoardTest : public ExperienceTest {
 protected:
  // By enrolment.
  std::map<std::string, v1::PatronBoardRow> Board(const auth::Principal& who, int page_size = 0) {
    v1::ListPatronBoardRequest request;
    request.set_parent(OrganisationName());
    request.set_page_size(page_size);
    std::map<std::string, v1::PatronBoardRow> rows;
    do {
      const auto page = Call<v1::ListPatronBoardResponse>("ListPatronBoard", request, who);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const v1::PatronBoardRow& row : page->rows()) rows[row.enrolment()] = row;
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return rows;
  }
  v1::PatronBoardRow Mine() { return Board(Patron())[Name(me_)]; }
  static std::vector<std::string> Experiences(const v1::PatronBoardRow& row) {
    std::vector<std::string> names;
    for (const v1::BoardExperience& one : row.experiences()) names.push_back(one.name());
    return names;
  }
  static std::vector<std::string> Titles(const v1::PatronBoardRow& row) {
    std::vector<std::string> titles;
    for (const v1::BoardSession& session : row.sessions()) titles.push_back(session.title());
    return titles;
  }

  events::v1::SessionChanged Session(const std::string& title, absl::Duration from_now) {
    events::v1::SessionChanged session;
    session.set_session(Bytes(ids_.Next()));
    session.set_cohort(Bytes(cohort_));
    session.set_kind(enrolment::v1::SESSION_KIND_WORKSHOP);
    session.set_state(enrolment::v1::SESSION_STATE_PLANNED);
    session.set_title(title);
    *session.mutable_start_time() = ToProto(clock_.Now() + from_now);
    *session.mutable_end_time() = ToProto(clock_.Now() + from_now + absl::Hours(1));
    session.set_place("Room 4");
    session.set_link("https://meet.example.org/secret");
    return session;
  }
  void HearOf(const events::v1::SessionChanged& session) {
    events::v1::Event event;
    *event.mutable_session_changed() = session;
    Hear(EnrolmentHandler(*context_), std::move(event));
  }
};

TEST_F(PatronBoardTest, TellsTheNewestThreeThatAreSharedWithTheWholeCohort) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.push_back(Share().name());
  Share(v1::AUDIENCE_PATRON_AND_COACH);
  Share(v1::AUDIENCE_COACH);
  const v1::Experience removed = Share();
  const std::string hidden = Share().name();
  Record();  // waits for consent
  ASSERT_THAT(Moderate(removed, v1::MODERATION_DECISION_REMOVE), IsOk());
  ASSERT_THAT(Hide(hidden, Me()), IsOk());
  const v1::PatronBoardRow row = Mine();
  EXPECT_THAT(Experiences(row), ElementsAre(names[4], names[3], names[2]));
  EXPECT_EQ(row.experiences(0).text(), "I asked a question, and five people answered.");
  EXPECT_THAT(Experiences(Board(Patron())[Name(colleague_)]), IsEmpty());
  // What it names, its reader may cheer.
  EXPECT_THAT(Cheer(row.experiences(0).name(), v1::CHEER_KIND_HEART, Patron()), IsOk());
  ASSERT_THAT(Unhide(hidden, Me()), IsOk());
  EXPECT_THAT(Experiences(Mine()), ElementsAre(hidden, names[4], names[3]));
}

TEST_F(PatronBoardTest, TellsTheCohortsNextThreeSessionsAndNeverAOneToOne) {
  events::v1::SessionChanged one_to_one = Session("About a worry", absl::Hours(1));
  one_to_one.set_kind(enrolment::v1::SESSION_KIND_ONE_TO_ONE);
  one_to_one.set_participant(Bytes(me_.enrolment));
  events::v1::SessionChanged other_cohort = Session("Elsewhere", absl::Hours(1));
  other_cohort.set_cohort(Bytes(ids_.Next()));
  events::v1::SessionChanged cancelled = Session("Called off", absl::Hours(2));
  events::v1::SessionChanged moved = Session("Moved", absl::Hours(3));
  for (const auto& session :
       {one_to_one, other_cohort, cancelled, moved, Session("Over", absl::Hours(-2)),
        Session("On now", absl::Minutes(-30)), Session("Later", absl::Hours(24)),
        Session("Last", absl::Hours(48))}) {
    HearOf(session);
  }
  EXPECT_THAT(Titles(Mine()), ElementsAre("On now", "Called off", "Moved"));
  cancelled.set_state(enrolment::v1::SESSION_STATE_CANCELLED);
  HearOf(cancelled);
  *moved.mutable_start_time() = ToProto(clock_.Now() + absl::Hours(30));
  *moved.mutable_end_time() = ToProto(clock_.Now() + absl::Hours(31));
  HearOf(moved);
  const v1::PatronBoardRow row = Mine();
  EXPECT_THAT(Titles(row), ElementsAre("On now", "Later", "Moved"));
  EXPECT_EQ(row.sessions(2).name(), absl::StrCat(CohortName(), "/sessions/",
                                                 id::Uuid::FromBytes(moved.session()).ToString()));
  EXPECT_EQ(row.sessions(2).kind(), enrolment::v1::SESSION_KIND_WORKSHOP);
  EXPECT_EQ(row.sessions(2).place(), "Room 4");
  EXPECT_EQ(row.sessions(2).start_time().seconds(),
            absl::ToUnixSeconds(clock_.Now() + absl::Hours(30)));
  // Not even kept.
  EXPECT_EQ(Count("cohort_session"), 7);
}

TEST_F(PatronBoardTest, EachOfManyHasTheirOwnOnPagesToo) {
  std::map<std::string, std::string> shared;
  for (int i = 0; i < 70; ++i) {
    const Person person = EnrolAnother();
    v1::ShareExperienceRequest request = ShareRequest();
    request.mutable_experience()->set_enrolment(Name(person));
    const auto answer = Call<v1::ShareExperienceResponse>(
        "ShareExperience", request, As(person.staff, {options::v1::ROLE_PARTICIPANT}));
    ASSERT_THAT(answer, IsOk());
    shared[Name(person)] = answer->experience().name();
  }
  HearOf(Session("For all", absl::Hours(1)));
  for (const int page_size : {0, 7, 1000}) {
    auto board = Board(Patron(), page_size);
    EXPECT_THAT(board, SizeIs(72));
    for (const auto& [enrolment, name] : shared) {
      EXPECT_THAT(Experiences(board[enrolment]), ElementsAre(name));
      EXPECT_THAT(Titles(board[enrolment]), ElementsAre("For all"));
    }
  }
  EXPECT_THAT(Board(As(ids_.Next(), {options::v1::ROLE_PATRON})), IsEmpty());
}

}  // namespace
}  // namespace dap::activity
