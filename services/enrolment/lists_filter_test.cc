// Filters of lists: each finds what it says, page by page, whatever is asked for.
#include "absl/strings/escaping.h"
#include "libs/db/transaction.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ListsFilterTest : public ServiceTest {
 protected:
  id::Uuid AddTeam(absl::string_view name, const std::optional<id::Uuid>& parent) {
    const id::Uuid team = world().ids().Next();
    EXPECT_THAT(db::Transaction(world().pool(), Soon(),
                                [&](db::Connection& tx) {
                                  return tx.Execute(
                                      "INSERT INTO team (organisation, team, display_name, parent, "
                                      "version) VALUES (?, ?, ?, ?, 1)",
                                      {organisation_, team, name, parent});
                                }),
                IsOk());
    return team;
  }
  std::string Team(const id::Uuid& team) const {
    return absl::StrCat(organisation_name_, "/teams/", team.ToString());
  }
  id::Uuid AddTo(const id::Uuid& team, absl::string_view name) {
    const id::Uuid staff = AddStaff(name);
    Set(staff, "UPDATE staff_member SET team = ? WHERE organisation = ? AND staff_member = ?",
        team);
    return staff;
  }
  void SetEmail(const id::Uuid& staff, const char* email) {
    Set(staff, "UPDATE staff_member SET email = ? WHERE organisation = ? AND staff_member = ?",
        email);
  }
  v1::ListStaffRequest Staffs() {
    v1::ListStaffRequest request;
    request.set_parent(organisation_name_);
    return request;
  }
  std::vector<std::string> Found(const v1::ListStaffRequest& request) {
    return InPages<v1::ListStaffResponse>("ListStaff", request, Admin(), [](const auto& page) {
      std::vector<std::string> names;
      for (const auto& member : page.staff()) names.push_back(member.display_name());
      return names;
    });
  }
  std::vector<std::string> Found(const v1::ListEnrolmentsRequest& request) {
    return InPages<v1::ListEnrolmentsResponse>("ListEnrolments", request, Coach(),
                                               [](const auto& page) {
                                                 std::vector<std::string> names;
                                                 for (const auto& e : page.enrolments())
                                                   names.push_back(e.participant_display_name());
                                                 return names;
                                               });
  }
  std::vector<std::string> Found(const v1::ListCohortsRequest& request) {
    return InPages<v1::ListCohortsResponse>("ListCohorts", request, Coach(), [](const auto& page) {
      std::vector<std::string> titles;
      for (const auto& cohort : page.cohorts()) titles.push_back(cohort.title());
      return titles;
    });
  }
  std::vector<std::string> Found(const v1::ListTeamsRequest& request) {
    return InPages<v1::ListTeamsResponse>("ListTeams", request, Admin(), [](const auto& page) {
      std::vector<std::string> names;
      for (const auto& team : page.teams()) names.push_back(team.display_name());
      return names;
    });
  }
  v1::Cohort Titled(const char* title) {
    v1::UpdateCohortRequest request;
    *request.mutable_cohort() = MakeCohort(5);
    request.mutable_cohort()->set_title(title);
    request.mutable_update_mask()->add_paths("title");
    request.set_request_id(RequestId());
    auto updated = Call<v1::UpdateCohortResponse>("UpdateCohort", request, Coach());
    EXPECT_THAT(updated, IsOk());
    return updated.ok() ? updated->cohort() : v1::Cohort();
  }

 private:
  void Set(const id::Uuid& staff, const char* sql, const db::Value& value) {
    EXPECT_THAT(db::Transaction(world().pool(), Soon(),
                                [&](db::Connection& tx) {
                                  return tx.Execute(sql, {value, organisation_, staff});
                                }),
                IsOk());
  }
};

TEST_F(ListsFilterTest, StaffByStateInOneOrderByName) {
  AddStaff("Dora");
  SetStaffState(AddStaff("Bob"), v1::STAFF_STATE_SUSPENDED);
  SetStaffState(AddStaff("Eve"), v1::STAFF_STATE_LEFT);
  EXPECT_THAT(Found(Staffs()), ElementsAre("Admin", "Bob", "Coach", "Dora"));
  v1::ListStaffRequest request = Staffs();
  request.add_states(v1::STAFF_STATE_LEFT);
  EXPECT_THAT(Found(request), ElementsAre("Eve"));
  request.add_states(v1::STAFF_STATE_SUSPENDED);
  EXPECT_THAT(Found(request), ElementsAre("Bob", "Eve"));
  request.add_states(v1::STAFF_STATE_ACTIVE);
  EXPECT_THAT(Found(request), ElementsAre("Admin", "Bob", "Coach", "Dora", "Eve"));
  request.add_states(static_cast<v1::StaffState>(9));
  EXPECT_THAT(Call<v1::ListStaffResponse>("ListStaff", request, Admin()),
              AllOf(HasReason("STATE_UNKNOWN"), NamesField("states[3]")));
}

TEST_F(ListsFilterTest, StaffByTheStartOfNameThenOfEMailEachOnce) {
  for (const char* name : {"Bea", "bert", "Ben", "Zoe", "Anna"})
    SetEmail(AddStaff(name), "x@y.org");
  SetEmail(AddStaff("Yann"), "beate@y.org");
  SetEmail(AddStaff("Xena"), "be@y.org");
  SetEmail(AddStaff("Belle"), "belle@y.org");
  v1::ListStaffRequest request = Staffs();
  request.set_query_prefix("be");
  EXPECT_THAT(Found(request), ElementsAre("Bea", "Belle", "Ben", "bert", "Xena", "Yann"));
  request.set_query_prefix("BEA");
  EXPECT_THAT(Found(request), ElementsAre("Bea", "Yann"));
}

TEST_F(ListsFilterTest, StaffOfATeamAndOfThoseBelowItTeamByTeam) {
  const id::Uuid top = AddTeam("Top", std::nullopt), left = AddTeam("Left", top),
                 right = AddTeam("Right", top), deep = AddTeam("Deep", left),
                 other = AddTeam("Other", std::nullopt);
  AddTo(top, "Tom");
  AddTo(top, "Ann");
  AddTo(left, "Lea");
  AddTo(right, "Rob");
  AddTo(deep, "Dan");
  AddTo(deep, "Cleo");
  AddTo(other, "Olga");
  v1::ListStaffRequest request = Staffs();
  request.set_team(Team(top));
  EXPECT_THAT(Found(request), ElementsAre("Ann", "Tom"));
  request.set_include_subteams(true);
  EXPECT_THAT(Found(request), ElementsAre("Ann", "Tom", "Lea", "Rob", "Cleo", "Dan"));
  request.set_query_prefix("d");
  EXPECT_THAT(Found(request), ElementsAre("Dan"));
  request.set_team(Team(world().ids().Next()));
  EXPECT_THAT(Found(request), IsEmpty());
  request.clear_team();
  EXPECT_THAT(Call<v1::ListStaffResponse>("ListStaff", request, Admin()), NamesField("team"));
  // A tree that is none ends all the same.
  EXPECT_THAT(
      db::Transaction(world().pool(), Soon(),
                      [&](db::Connection& tx) {
                        return tx.Execute(
                            "UPDATE team SET parent = ? WHERE organisation = ? AND team = ?",
                            {deep, organisation_, top});
                      }),
      IsOk());
  request.clear_query_prefix();
  request.set_team(Team(left));
  EXPECT_EQ(Found(request).size(), 6u);
}

TEST_F(ListsFilterTest, StaffOfMoreTeamsThanAreAskedForAtOnce) {
  const id::Uuid top = AddTeam("Top", std::nullopt);
  std::vector<std::string> names;
  for (int i = 0; i < 150; ++i) {
    const id::Uuid team = AddTeam("Below", top);
    if (i % 10 == 0) AddTo(team, names.emplace_back(absl::StrCat("Person ", i)));
  }
  v1::ListStaffRequest request = Staffs();
  request.set_team(Team(top));
  request.set_include_subteams(true);
  EXPECT_EQ(Found(request), names);
}

TEST_F(ListsFilterTest, OfVeryManyTeamsAPageMayBeShortAndNobodyIsLeftOut) {
  const id::Uuid top = AddTeam("Top", std::nullopt);
  Execute(
      absl::StrCat("INSERT INTO team (organisation, team, display_name, parent, version) "
                   "SELECT ?, UNHEX(CONCAT('FF', LPAD(HEX(seq), 30, '0'))), 'Below', 0x",
                   absl::BytesToHexString(std::string(top.bytes())), ", 1 FROM seq_1_to_1200"));
  const id::Uuid last = *id::Uuid::Parse("ff000000-0000-0000-0000-0000000004b0");
  AddTo(last, "Zoe");
  SetEmail(AddTo(last, "Yan"), "abc@example.org");
  AddTo(last, "Abe");
  AddTo(AddTeam("Other", std::nullopt), "Abigail");
  v1::ListStaffRequest request = Staffs();
  request.set_team(Team(top));
  request.set_include_subteams(true);
  const auto first = Call<v1::ListStaffResponse>("ListStaff", request, Admin());
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->staff_size(), 0) << "that would take 19 statements";
  EXPECT_NE(first->next_page_token(), "");
  EXPECT_THAT(Found(request), ElementsAre("Abe", "Yan", "Zoe"));
  request.set_query_prefix("ab");
  EXPECT_THAT(Found(request), ElementsAre("Abe", "Yan"));
}

TEST_F(ListsFilterTest, TeamsByNameBelowATeamAndByTheStartOfTheirName) {
  const id::Uuid top = AddTeam("Top", std::nullopt);
  AddTeam("Beta", top);
  AddTeam("Alpha", top);
  AddTeam("Back office", std::nullopt);
  v1::ListTeamsRequest request;
  request.set_parent(organisation_name_);
  EXPECT_THAT(Found(request), ElementsAre("Alpha", "Back office", "Beta", "Top"));
  request.set_name_prefix("b");
  EXPECT_THAT(Found(request), ElementsAre("Back office", "Beta"));
  request.set_parent_team(Team(top));
  EXPECT_THAT(Found(request), ElementsAre("Beta"));
  v1::GetTeamRequest get;
  get.set_name(Team(top));
  EXPECT_EQ(Call<v1::GetTeamResponse>("GetTeam", get, Coach())->team().display_name(), "Top");
  get.set_name(Team(world().ids().Next()));
  EXPECT_THAT(Call<v1::GetTeamResponse>("GetTeam", get, Coach()), HasReason("TEAM_NOT_FOUND"));
}

TEST_F(ListsFilterTest, CohortsByStatesCoachAndTitle) {
  const v1::Cohort spring = Titled("Spring"), summer = Titled("Summer"), autumn = Titled("Autumn"),
                   sprint = Titled("sprint 2");
  ASSERT_THAT(Step("OpenCohort", summer), IsOk());
  ASSERT_THAT(Step("CancelCohort", autumn), IsOk());
  v1::ListCohortsRequest request;
  request.set_parent(organisation_name_);
  EXPECT_THAT(Found(request), ElementsAre("sprint 2", "Autumn", "Summer", "Spring"));
  request.add_states(v1::COHORT_STATE_DRAFT);
  EXPECT_THAT(Found(request), ElementsAre("sprint 2", "Spring"));
  request.add_states(v1::COHORT_STATE_CANCELLED);
  EXPECT_THAT(Found(request), ElementsAre("sprint 2", "Autumn", "Spring"));
  request.set_title_prefix("SPR");
  EXPECT_THAT(Found(request), ElementsAre("Spring", "sprint 2")) << "by title";
  request.set_coach(Staff(coach_));
  EXPECT_THAT(Found(request), ElementsAre("sprint 2", "Spring")) << "newest first";
  request.set_coach(Staff(admin_));
  EXPECT_THAT(Found(request), IsEmpty());
  request.add_states(v1::COHORT_STATE_UNSPECIFIED);
  EXPECT_THAT(Call<v1::ListCohortsResponse>("ListCohorts", request, Coach()),
              AllOf(HasReason("STATE_UNKNOWN"), NamesField("states")));
}

TEST_F(ListsFilterTest, EnrolmentsByStatesPatronTeamAndText) {
  const v1::Cohort cohort = MakeOpenCohort(3);
  const id::Uuid team = AddTeam("Team", std::nullopt), patron = AgreedPatron(cohort);
  std::vector<v1::Enrolment> enrolments;
  for (const char* name : {"Dora", "Ann", "Carl", "Anton", "Bea"}) {
    const id::Uuid staff = AddTo(team, name);
    SetEmail(staff, absl::StrCat(name[0] == 'B' ? "andrea" : "x", "@y.org").c_str());
    enrolments.push_back(*Apply(cohort, staff));
  }
  ASSERT_THAT(Nominate(cohort, AddStaff("Ankit")), IsOk());
  for (int i : {2, 0}) ASSERT_THAT(Assign(enrolments[i], patron), IsOk());
  v1::ListEnrolmentsRequest request;
  request.set_parent(cohort.name());
  EXPECT_THAT(Found(request), ElementsAre("Dora", "Ann", "Carl", "Anton", "Bea", "Ankit"));
  request.add_states(v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_THAT(Found(request), ElementsAre("Anton", "Bea"));
  request.set_state(v1::ENROLMENT_STATE_NOMINATED);
  EXPECT_THAT(Found(request), ElementsAre("Anton", "Bea", "Ankit"));
  request.set_query_prefix("an");
  EXPECT_THAT(Found(request), ElementsAre("Anton", "Bea", "Ankit")) << "Bea by her e-mail";
  request.set_team(Team(team));
  EXPECT_THAT(Found(request), ElementsAre("Anton", "Bea"));
  request.clear_states();
  request.clear_state();
  EXPECT_THAT(Found(request), ElementsAre("Ann", "Anton", "Bea"));
  request.clear_query_prefix();
  request.set_patron(Staff(patron));
  EXPECT_THAT(Found(request), ElementsAre("Dora", "Carl"));
  request.set_patron(Staff(admin_));
  EXPECT_THAT(Found(request), IsEmpty());
}

TEST_F(ListsFilterTest, NothingInATextIsMoreThanItself) {
  AddStaff("50% Bob");
  AddStaff("a_b");
  AddStaff("back\\slash");
  AddStaff("O'Hara");
  AddStaff("\xF0\x9F\x98\x80 Smile");
  const auto named = [this](absl::string_view prefix) {
    v1::ListStaffRequest request = Staffs();
    request.set_query_prefix(std::string(prefix));
    return Found(request);
  };
  EXPECT_THAT(named("%"), IsEmpty());
  EXPECT_THAT(named("_"), IsEmpty());
  EXPECT_THAT(named("50%"), ElementsAre("50% Bob"));
  EXPECT_THAT(named("50_"), IsEmpty());
  EXPECT_THAT(named("a_"), ElementsAre("a_b"));
  EXPECT_THAT(named("back\\"), ElementsAre("back\\slash"));
  EXPECT_THAT(named("\\"), IsEmpty());
  EXPECT_THAT(named("O'"), ElementsAre("O'Hara"));
  EXPECT_THAT(named("' OR '1'='1"), IsEmpty());
  EXPECT_THAT(named("\xF0\x9F\x98\x80"), ElementsAre("\xF0\x9F\x98\x80 Smile"));
  EXPECT_THAT(named(std::string("a\0b", 3)), IsEmpty());
  v1::ListStaffRequest request = Staffs();
  request.set_query_prefix(std::string(10'000, 'x'));
  EXPECT_THAT(Call<v1::ListStaffResponse>("ListStaff", request, Admin()),
              AllOf(HasReason("FIELD_TOO_LONG"), NamesField("query_prefix")));
  v1::ListEnrolmentsRequest enrolments;
  enrolments.set_parent(MakeOpenCohort(2).name());
  v1::ListCohortsRequest cohorts;
  cohorts.set_parent(organisation_name_);
  v1::ListTeamsRequest teams;
  teams.set_parent(organisation_name_);
  for (const char* hostile : {"%", "_", "\\", "\\%", "'", "\xF0\x9F\x98\x80"}) {
    enrolments.set_query_prefix(hostile);
    EXPECT_THAT(Found(enrolments), IsEmpty());
    cohorts.set_title_prefix(hostile);
    EXPECT_THAT(Found(cohorts), IsEmpty());
    teams.set_name_prefix(hostile);
    EXPECT_THAT(Found(teams), IsEmpty());
  }
}

TEST_F(ListsFilterTest, APageTokenBelongsToItsFilter) {
  for (int i = 0; i < 3; ++i) AddStaff("Person");
  v1::ListStaffRequest request = Staffs();
  request.set_page_size(1);
  request.set_query_prefix("P");
  const auto first = Call<v1::ListStaffResponse>("ListStaff", request, Admin());
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  EXPECT_THAT(Call<v1::ListStaffResponse>("ListStaff", request, Admin()), IsOk());
  for (const auto& change : std::vector<std::function<void(v1::ListStaffRequest&)>>{
           [](auto& r) { r.set_query_prefix("Q"); },
           [](auto& r) { r.add_states(v1::STAFF_STATE_LEFT); },
           [this](auto& r) { r.set_team(Team(admin_)); },
       }) {
    v1::ListStaffRequest other = request;
    change(other);
    EXPECT_THAT(Call<v1::ListStaffResponse>("ListStaff", other, Admin()),
                HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
  }
  request.mutable_page_token()->back() ^= 1;
  EXPECT_THAT(Call<v1::ListStaffResponse>("ListStaff", request, Admin()),
              HasReason("PAGE_TOKEN_MALFORMED"));
  v1::ListStaffRequest others = Staffs();
  others.set_team(absl::StrCat("organisations/", admin_.ToString(), "/teams/", admin_.ToString()));
  EXPECT_THAT(Call<v1::ListStaffResponse>("ListStaff", others, Admin()),
              HasReason("OTHER_ORGANISATION"));
}

}  // namespace
}  // namespace dap::enrolment
