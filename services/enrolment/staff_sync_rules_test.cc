// What a sync does, on the real database.
#include "services/enrolment/staff_sync_fixture.h"
#include "services/enrolment/store/teams.h"

namespace dap::enrolment {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(SyncTest, TheFirstLoadMakesTeamsAndPeopleInAnyOrder) {
  const store::SyncRun run =
      Full({PersonRecord("p1", "", "child", "p2"), TeamRecord("child", "root"),
            PersonRecord("p2", "", "root"), TeamRecord("root")});
  EXPECT_EQ(run.state, SyncState::kApplied);
  EXPECT_EQ(run.counts.created, 4);
  EXPECT_EQ(Person("p1"), (Kept{"Name of p1", "p1@example.org", "child", "p2"}));
  EXPECT_EQ(Teams()["hr/child"].above, "root");
  EXPECT_THAT(NewEvents(), SizeIs(2));
}

TEST_F(SyncTest, AnUnchangedResyncWritesNothing) {
  std::vector<SyncRecord> records = People(0, 30);
  records.push_back(TeamRecord("t1"));
  records[3].above = "t1";
  records[4].manager = "p3";
  Full(records);
  Written();
  NewEvents();
  const store::SyncRun run = Full(records);
  EXPECT_EQ(run.counts.unchanged, 31);
  EXPECT_EQ(run.state, SyncState::kApplied);
  EXPECT_EQ(Written(), 0);
  EXPECT_THAT(NewEvents(), IsEmpty());
}

TEST_F(SyncTest, AChangeWritesOnlyWhatChanged) {
  std::vector<SyncRecord> records = People(0, 300);
  Full(records);
  Written();
  NewEvents();
  for (int i : {7, 100, 299}) records[i].display_name = "Changed";
  const store::SyncRun run = Full(records);
  EXPECT_EQ(run.counts.updated, 3);
  EXPECT_EQ(Written(), 3);
  const auto events = NewEvents();
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].display_name(), "Changed");
  EXPECT_EQ(events[0].version(), 2);
  EXPECT_EQ(events[0].state(), v1::STAFF_STATE_ACTIVE);
  EXPECT_EQ(Person("p7").version, 2);
  EXPECT_EQ(Person("p8").version, 1);
}

TEST_F(SyncTest, ADeltaLeavesWhoIsMissingAlone) {
  Full(People(0, 10));
  const store::SyncRun run = Delta({PersonRecord("p3", "new@example.org")});
  EXPECT_EQ(run.counts.suspended, 0);
  EXPECT_EQ(run.counts.updated, 1);
  EXPECT_EQ(Person("p3").email, "new@example.org");
  EXPECT_EQ(Person("p4").state, 1);
}

TEST_F(SyncTest, AbsentFieldsKeepAndEmptyOnesClear) {
  Full({TeamRecord("t1"), PersonRecord("p1", "", "t1", "p2"), PersonRecord("p2")});
  SyncRecord change;
  change.external_id = "p1";
  change.manager = "";
  EXPECT_EQ(Delta({change}).counts.updated, 1);
  EXPECT_EQ(Person("p1"), (Kept{"Name of p1", "p1@example.org", "t1", "", 1, 2}));
  change.manager.reset();
  change.above = "";
  EXPECT_EQ(Delta({change}).counts.updated, 1);
  EXPECT_EQ(Person("p1").above, "");
}

TEST_F(SyncTest, WhoIsMissingIsSuspendedThenLeavesAndComesBackAsTheSamePerson) {
  std::vector<SyncRecord> records = People(0, 10);
  Full(records);
  NewEvents();
  SyncRecord missing = records[9];
  records.pop_back();
  EXPECT_EQ(Full(records).counts.suspended, 1);
  EXPECT_EQ(Person("p9").state, 2);
  ASSERT_THAT(NewEvents(), SizeIs(1));

  world().clock.Advance(absl::Hours(24 * 14) - absl::Seconds(1));
  ASSERT_THAT(LeaveSuspended(parts(), Soon()), IsOk());
  EXPECT_EQ(Person("p9").state, 2);
  world().clock.Advance(absl::Seconds(1));
  ASSERT_THAT(LeaveSuspended(parts(), Soon()), IsOk());
  ASSERT_THAT(LeaveSuspended(parts(), Soon()), IsOk());
  EXPECT_EQ(Person("p9").state, 3);
  EXPECT_TRUE(Person("p9").address_free);
  const auto events = NewEvents();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].state(), v1::STAFF_STATE_LEFT);

  missing.email.reset();  // a rehire keeps their address
  records.push_back(missing);
  const store::SyncRun run = Full(records);
  EXPECT_EQ(run.counts.returned, 1);
  EXPECT_EQ(run.counts.unchanged, 9);
  const auto back = NewEvents();
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].staff_member(), events[0].staff_member());
  EXPECT_EQ(Person("p9").state, 1);
  EXPECT_FALSE(Person("p9").address_free);
}

TEST_F(SyncTest, ATeamThatSnapshotsDoNotNameAnyMoreIsHiddenOnceNobodyIsInItAndComesBackTheSame) {
  const auto listed = [&] {
    std::vector<std::string> names;
    auto teams = db::Read(pool(), Soon(), [&](db::Connection& connection) {
      return store::ListTeams(connection, organisation_, std::nullopt, "", std::nullopt, 100);
    });
    EXPECT_THAT(teams, IsOk());
    for (const Team& team : *teams) names.push_back(team.display_name);
    return names;
  };
  const auto id_of = [&](const char* team) {
    return Query("SELECT team FROM team WHERE organisation = ? AND external_id = ?",
                 {organisation_, team})[0]
        .Uuid(0);
  };
  const std::vector<SyncRecord> teams = {TeamRecord("a"), TeamRecord("b", "a"),
                                         TeamRecord("c", "b"), TeamRecord("d")};
  std::vector<SyncRecord> people = People(0, 10);
  people[0].above = "c";
  const auto both = [](std::vector<SyncRecord> some, const std::vector<SyncRecord>& others) {
    some.insert(some.end(), others.begin(), others.end());
    return some;
  };
  Full(both(teams, people));
  const id::Uuid before = id_of("b");
  Full(both({TeamRecord("d")}, people));
  EXPECT_THAT(listed(), ElementsAre("Team a", "Team b", "Team c", "Team d")) << "p0 is in c";
  people[0].above = "d";
  Delta({people[0]});
  Full(people);
  EXPECT_THAT(listed(), SizeIs(4)) << "no word of teams";
  Full(both({TeamRecord("d")}, people));
  EXPECT_THAT(listed(), ElementsAre("Team d"));
  Written();
  Full(both({TeamRecord("d")}, people));
  EXPECT_EQ(Written(), 0);
  Delta({TeamRecord("b", "a")});
  EXPECT_THAT(listed(), ElementsAre("Team a", "Team b", "Team d"));
  EXPECT_EQ(id_of("b"), before);
  Full(both(teams, people));
  EXPECT_THAT(listed(), SizeIs(4));
}

TEST_F(SyncTest, OneWhoCantLeaveKeepsNobodyElse) {
  std::vector<SyncRecord> records = People(0, 10);
  Full(records);
  Full(std::vector<SyncRecord>(records.begin(), records.end() - 1));
  world().clock.Advance(absl::Seconds(1));
  Full(std::vector<SyncRecord>(records.begin(), records.end() - 2));
  // The first of them has an enrolment in a cohort that is not there.
  Execute(R"sql(
      INSERT INTO enrolment (organisation, enrolment, cohort, participant, open_participant, state,
        origin, way_in, pause_reason, ask_number, wait_number, create_time, reflection, version)
      SELECT organisation, staff_member, staff_member, staff_member, staff_member, 5, 1, 0, 0, 1, 0,
        state_since, '', 1
      FROM staff_member WHERE organisation = ? AND external_id = 'p9')sql",
          {organisation_});
  world().clock.Advance(absl::Hours(24 * 14));
  EXPECT_THAT(LeaveSuspended(parts(), Soon()), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Person("p9").state, 2);
  EXPECT_EQ(Person("p8").state, 3);
  Execute("DELETE FROM enrolment WHERE organisation = ?", {organisation_});
  EXPECT_THAT(LeaveSuspended(parts(), Soon()), IsOk());
  EXPECT_EQ(Person("p9").state, 3);
}

TEST_F(SyncTest, AReturnWithinTheFourteenDaysIsCounted) {
  std::vector<SyncRecord> records = People(0, 10);
  Full(records);
  Full(std::vector<SyncRecord>(records.begin(), records.end() - 1));
  EXPECT_EQ(Full(records).counts.returned, 1);
  EXPECT_EQ(Person("p9"), (Kept{"Name of p9", "p9@example.org", "", "", 1, 3}));
}

TEST_F(SyncTest, ALeaverIsToldInADeltaWhateverElseIsBlank) {
  Full(People(0, 3));
  SyncRecord left;
  left.external_id = "p1";
  left.email = "";
  left.left = true;
  EXPECT_EQ(Delta({left}).counts.left, 1);
  EXPECT_EQ(Person("p1").state, 3);
  EXPECT_EQ(Delta({left}).counts.unchanged, 1);
  // Their address is free for somebody else, and theirs no more.
  EXPECT_EQ(Delta({PersonRecord("p9", "p1@example.org")}).counts.created, 1);
  EXPECT_THAT(Rejections(Delta({PersonRecord("p1")})), ElementsAre("1 EMAIL_TAKEN email"));
}

TEST_F(SyncTest, AnOlderRecordIsIgnored) {
  SyncRecord record = PersonRecord("p1");
  record.update_time = absl::FromUnixSeconds(100);
  Full({record});
  record.display_name = "Older";
  record.update_time = absl::FromUnixSeconds(99);
  EXPECT_EQ(Full({record}).counts.unchanged, 1);
  EXPECT_EQ(Person("p1").name, "Name of p1");
  record.update_time = absl::FromUnixSeconds(101);
  EXPECT_EQ(Full({record}).counts.updated, 1);
  EXPECT_EQ(Person("p1").name, "Older");
}

TEST_F(SyncTest, ANewerTimeAloneIsKeptButIsNoChange) {
  SyncRecord record = PersonRecord("p1");
  record.update_time = absl::FromUnixSeconds(100);
  Full({record});
  NewEvents();
  record.update_time = absl::FromUnixSeconds(200);
  EXPECT_EQ(Full({record}).counts.touched, 1);
  EXPECT_EQ(Person("p1").version, 1);
  EXPECT_THAT(NewEvents(), IsEmpty());
  record.display_name = "Late";
  record.update_time = absl::FromUnixSeconds(150);
  EXPECT_EQ(Full({record}).counts.unchanged, 1);
}

TEST_F(SyncTest, AddressesAreSwappedWithinOneSync) {
  Full({PersonRecord("p1", "a@x"), PersonRecord("p2", "b@x"), PersonRecord("p3", "c@x")});
  const store::SyncRun run =
      Full({PersonRecord("p1", "b@x"), PersonRecord("p2", "c@x"), PersonRecord("p3", "a@x")});
  EXPECT_EQ(run.counts.updated, 3);
  EXPECT_THAT(Rejections(run), IsEmpty());
  EXPECT_EQ(Person("p1").email, "b@x");
  EXPECT_EQ(Person("p3").email, "a@x");
  EXPECT_FALSE(Person("p2").address_free);
}

TEST_F(SyncTest, AnAddressIsUniqueWithoutRegardToCase) {
  Full({PersonRecord("p1", "a@x"), PersonRecord("p2", "b@x")});
  EXPECT_THAT(Rejections(Delta({PersonRecord("p2", "A@X")})), ElementsAre("1 EMAIL_TAKEN email"));
  EXPECT_EQ(Delta({PersonRecord("p1", "A@x")}).counts.updated, 1);
  EXPECT_EQ(Person("p1").email, "A@x");
}

TEST_F(SyncTest, ARejectedSwapRejectsWhoWaitedForTheAddress) {
  Full({PersonRecord("p1", "a@x"), PersonRecord("p2", "b@x"), PersonRecord("p3", "c@x")});
  // p2 can't have c@x, so keeps b@x, so p1 can't have that.
  const store::SyncRun run = Delta({PersonRecord("p1", "b@x"), PersonRecord("p2", "c@x")});
  EXPECT_THAT(Rejections(run), ElementsAre("1 EMAIL_TAKEN email", "2 EMAIL_TAKEN email"));
  EXPECT_EQ(run.counts.rejected, 2);
  EXPECT_EQ(Person("p1"), (Kept{"Name of p1", "a@x"}));
}

TEST_F(SyncTest, OneBadRecordNeverStopsTheRest) {
  SyncRecord nameless;
  nameless.external_id = "p2";
  nameless.email = "p2@x";
  SyncRecord mailless;
  mailless.external_id = "p3";
  mailless.display_name = "P3";
  const store::SyncRun run =
      Full({PersonRecord("p1"), nameless, mailless, PersonRecord("", "x@x"), PersonRecord("p1"),
            PersonRecord("p4", "broken"), PersonRecord("p5", "p1@example.org"),
            PersonRecord("p6", "", "nowhere"), PersonRecord("p7", "", "", "nobody"),
            PersonRecord("p8")});
  EXPECT_EQ(run.counts.created, 2);
  EXPECT_EQ(run.counts.rejected, 8);
  EXPECT_THAT(
      Rejections(run),
      ElementsAre("2 DISPLAY_NAME_MISSING display_name", "3 EMAIL_MISSING email",
                  "4 EXTERNAL_ID_MISSING external_id", "5 DUPLICATE_RECORD external_id",
                  "6 EMAIL_MALFORMED email", "7 EMAIL_TAKEN email",
                  "8 TEAM_UNKNOWN team_external_id", "9 MANAGER_UNKNOWN manager_external_id"));
  EXPECT_THAT(Everyone(), SizeIs(2));
}

TEST_F(SyncTest, ADuplicateInALaterBatchIsFoundAndTheFirstCounts) {
  std::vector<SyncRecord> records = People(0, 2500);
  records[2400] = PersonRecord("p5", "other@example.org");
  records[2450] = PersonRecord("p6", "other@example.org");
  const store::SyncRun run = Full(records);
  EXPECT_EQ(run.counts.created, 2498);
  EXPECT_THAT(Rejections(run), ElementsAre("2401 DUPLICATE_RECORD external_id",
                                           "2451 DUPLICATE_RECORD external_id"));
  EXPECT_EQ(Person("p5").email, "p5@example.org");
}

TEST_F(SyncTest, ARejectedRecordIsNoMissingPerson) {
  std::vector<SyncRecord> records = People(0, 20);
  Full(records);
  for (int i = 0; i < 20; ++i) records[i].email = "broken";
  const store::SyncRun run = Full(records);
  EXPECT_EQ(run.counts.rejected, 20);
  EXPECT_EQ(run.counts.suspended, 0);
}

TEST_F(SyncTest, ManagersOfRejectedNewPeopleAreUnknownDownTheLine) {
  const store::SyncRun run =
      Full({PersonRecord("p1", "broken"), PersonRecord("p2", "", "", "p1"),
            PersonRecord("p3", "", "", "p2"), PersonRecord("p4", "", "", "p5"),
            PersonRecord("p5", "", "", "p4"), PersonRecord("p6", "", "", "p6")});
  EXPECT_THAT(Rejections(run),
              ElementsAre("1 EMAIL_MALFORMED email", "2 MANAGER_UNKNOWN manager_external_id",
                          "3 MANAGER_UNKNOWN manager_external_id"));
  EXPECT_EQ(Person("p4").manager, "p5");
  EXPECT_EQ(Person("p6").manager, "p6");
}

TEST_F(SyncTest, AHostileChainEndsInTime) {
  std::vector<SyncRecord> records = {PersonRecord("p0", "broken")};
  for (int i = 1; i < 400; ++i) {
    records.push_back(PersonRecord(absl::StrCat("p", i), "", "", absl::StrCat("p", i - 1)));
  }
  EXPECT_EQ(Full(records).counts.rejected, 400);
}

TEST_F(SyncTest, CyclesAreRejectedAndHealedByALaterSync) {
  const store::SyncRun run = Full({TeamRecord("a", "b"), TeamRecord("b", "a"), TeamRecord("c", "a"),
                                   TeamRecord("d"), PersonRecord("p1", "", "c")});
  EXPECT_THAT(Rejections(run),
              ElementsAre("1 TEAM_CYCLE parent_external_id", "2 TEAM_CYCLE parent_external_id",
                          "3 TEAM_UNKNOWN parent_external_id", "5 TEAM_UNKNOWN team_external_id"));
  EXPECT_THAT(Teams(), SizeIs(1));
  const store::SyncRun healed =
      Full({TeamRecord("a", "b"), TeamRecord("b", ""), TeamRecord("c", "a"), TeamRecord("d"),
            PersonRecord("p1", "", "c")});
  EXPECT_THAT(Rejections(healed), IsEmpty());
  EXPECT_EQ(Person("p1").above, "c");
  // Turned round one by one it would be a cycle; together it is not.
  EXPECT_EQ(Delta({TeamRecord("a", "")}).counts.updated, 1);
  const store::SyncRun turned = Delta({TeamRecord("b", "c")});
  EXPECT_EQ(turned.counts.updated, 1);
  EXPECT_THAT(Rejections(Delta({TeamRecord("a", "b")})),
              ElementsAre("1 TEAM_CYCLE parent_external_id"));
}

TEST_F(SyncTest, ARenameInACycleIsNotToBlame) {
  Full({TeamRecord("a", "b"), TeamRecord("b"), PersonRecord("p1")});
  SyncRecord renamed = TeamRecord("a", "b");
  renamed.display_name = "Renamed";
  const store::SyncRun run = Delta({renamed, TeamRecord("b", "a")});
  EXPECT_THAT(Rejections(run), ElementsAre("2 TEAM_CYCLE parent_external_id"));
  EXPECT_EQ(Teams()["hr/a"].name, "Renamed");
}

TEST_F(SyncTest, SourcesAndPeopleKeptByHandAreNeverTouched) {
  Execute(
      "INSERT INTO staff_member (organisation, staff_member, display_name, email, "
      "active_email, state, state_since, version) VALUES (?, ?, 'By hand', 'hand@x', "
      "'hand@x', 1, ?, 1)",
      {organisation_, world().ids.Next(), world().clock.Now()});
  Sync(SyncMode::kFull, {PersonRecord("p1", "one@x"), TeamRecord("t1")}, "other");
  const KeptById before = Everyone();
  const store::SyncRun run = Full({PersonRecord("p1", "two@x"), PersonRecord("p2", "hand@x"),
                                   PersonRecord("p3", "one@x"), PersonRecord("p4", "", "t1")});
  EXPECT_THAT(Rejections(run), ElementsAre("2 EMAIL_TAKEN email", "3 EMAIL_TAKEN email",
                                           "4 TEAM_UNKNOWN team_external_id"));
  KeptById after = Everyone();
  EXPECT_EQ(after.erase("hr/p1"), 1u);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace dap::enrolment
