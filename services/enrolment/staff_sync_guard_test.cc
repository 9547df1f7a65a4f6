// The guard, approvals, and the life of a plan, on the real database.
#include "services/enrolment/operations/sync_approve.h"
#include "services/enrolment/staff_sync_fixture.h"

namespace dap::enrolment {
namespace {

TEST_F(SyncTest, TheGuardRefusesAndNothingChanges) {
  Full(People(0, 100));
  Written();
  const auto run = Plan(SyncMode::kFull, People(6, 100));
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->state, SyncState::kRefused);
  EXPECT_EQ(run->refusals, kTooManySuspensions);
  EXPECT_EQ(run->counts.suspended, 6);
  EXPECT_THAT(Apply(*run), HasReason("SYNC_RUN_STATE"));
  EXPECT_EQ(Written(), 0);
  EXPECT_EQ(Full(People(5, 100)).counts.suspended, 5);
  EXPECT_EQ(Plan(SyncMode::kFull, {TeamRecord("t1")})->refusals,
            kEmptySnapshot | kTooManySuspensions);
  EXPECT_EQ(Plan(SyncMode::kDelta, {})->refusals, 0);
}

TEST_F(SyncTest, TheGuardCountsLeaversWhoWereActive) {
  Full(People(0, 100));
  Full(People(2, 100));  // p0 and p1 are suspended
  std::vector<SyncRecord> leavers = People(0, 8);
  for (SyncRecord& record : leavers) record.left = true;
  Written();
  const auto refused = Plan(SyncMode::kDelta, leavers);
  ASSERT_THAT(refused, IsOk());
  EXPECT_EQ(refused->refusals, kTooManySuspensions);
  EXPECT_EQ(refused->counts.left, 8);
  EXPECT_EQ(refused->counts.left_active, 6);
  EXPECT_THAT(Apply(*refused), HasReason("SYNC_RUN_STATE"));
  EXPECT_EQ(Written(), 0);
  // With those who are missing as well.
  std::vector<SyncRecord> snapshot = People(5, 100);
  for (size_t i = 0; i < 2; ++i) snapshot[i].left = true;
  EXPECT_EQ(Plan(SyncMode::kFull, snapshot)->refusals, kTooManySuspensions);
  // Those who were suspended already leave without being counted.
  leavers.resize(6);
  EXPECT_EQ(Sync(SyncMode::kDelta, leavers).counts.left_active, 4);
}

TEST_F(SyncTest, CountsAndChecksumMustAgree) {
  const std::vector<SyncRecord> records = People(0, 3);
  struct Case {
    int64_t expected;
    int64_t count;
    std::string checksum;
    int refusals;
  };
  const std::string right = ChecksumOf(records);
  for (const Case& one : std::vector<Case>{{3, 3, right, 0},
                                           {4, 3, right, kCountMismatch},
                                           {3, 2, right, kCountMismatch},
                                           {3, 3, ChecksumOf(People(1, 4)), kChecksumMismatch},
                                           {3, 3, "short", kChecksumMismatch}}) {
    auto receiver = SyncReceiver::Begin(parts(), StartOf(SyncMode::kDelta, one.expected), Soon());
    ASSERT_THAT(receiver, IsOk());
    for (const SyncRecord& record : records) (*receiver)->Add(record.external_id, record);
    ASSERT_THAT((*receiver)->Flush(Soon()), IsOk());
    const auto run = PlanSyncRun(parts(), (*receiver)->key(), {one.count, one.checksum}, Soon());
    ASSERT_THAT(run, IsOk());
    EXPECT_EQ(run->refusals, one.refusals);
  }
}

TEST_F(SyncTest, AnApprovedRunIsAppliedOnceAndOnlyForSuspensions) {
  Full(People(0, 100));
  const auto refused = Plan(SyncMode::kFull, People(50, 100));
  const auto broken = Plan(SyncMode::kFull, {TeamRecord("t1")});
  const auto approve = [&](const store::SyncRun& run) {
    return db::Transaction(pool(), Soon(), [&](db::Connection& tx) {
      return ApproveSyncRun(tx, {organisation_, run.id}, "organisations/o/staff/s", "Site closed",
                            world().clock.Now());
    });
  };
  EXPECT_THAT(approve(*broken), HasReason("SYNC_RUN_REFUSED"));
  ASSERT_THAT(approve(*refused), IsOk());
  EXPECT_THAT(approve(*refused), HasReason("SYNC_RUN_STATE"));
  const auto applied = Apply(*refused);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->counts.suspended, 50);
  EXPECT_EQ(applied->approve_reason, "Site closed");
  EXPECT_EQ(applied->refusals, kTooManySuspensions);
  EXPECT_EQ(Person("p0").state, 2);
}

TEST_F(SyncTest, APlanIsAppliedOnceWithinADayAndOnlyToWhatItWasMadeFor) {
  const auto first = Plan(SyncMode::kFull, People(0, 3));
  const auto second = Plan(SyncMode::kFull, People(0, 4));
  const auto late = Plan(SyncMode::kFull, People(0, 5), "late");
  ASSERT_THAT(Apply(*first), IsOk());
  Written();
  EXPECT_EQ(Apply(*first)->state, SyncState::kApplied);
  EXPECT_EQ(Written(), 0);
  EXPECT_THAT(Apply(*second), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Apply(*second), HasReason("STAFF_CHANGED"));
  world().clock.Advance(absl::Hours(24));
  EXPECT_THAT(Apply(*late), HasReason("SYNC_RUN_STATE"));
  EXPECT_EQ(Written(), 0);
}

TEST_F(SyncTest, WhatIsOverKeepsNoPersonalData) {
  const auto run = Plan(SyncMode::kFull, People(0, 2500));
  ASSERT_THAT(Apply(*run), IsOk());
  const auto planned = Plan(SyncMode::kFull, People(0, 2500));
  ASSERT_THAT(TidySyncRuns(parts(), Soon()), IsOk());
  const auto records = [&] {
    return Query("SELECT COUNT(*) FROM sync_record WHERE organisation = ?", {organisation_})[0].Int(
        0);
  };
  EXPECT_EQ(records(), 2500);  // of the plan that can still be applied
  world().clock.Advance(absl::Hours(24));
  ASSERT_THAT(TidySyncRuns(parts(), Soon()), IsOk());
  EXPECT_EQ(records(), 0);
  EXPECT_THAT(Apply(*planned), HasReason("SYNC_RUN_STATE"));
}

TEST_F(SyncTest, AnAddressTakenBetweenPlanAndApplyLeavesThatPersonOut) {
  Full({PersonRecord("p1", "a@x"), PersonRecord("p2", "b@x")});
  const auto run =
      Plan(SyncMode::kDelta, {PersonRecord("p1", "new@x"), PersonRecord("p3", "taken@x"),
                              PersonRecord("p4", "", "", "p3"), PersonRecord("p2", "a@x")});
  Execute(
      "INSERT INTO staff_member (organisation, staff_member, display_name, email, "
      "active_email, state, state_since, version) VALUES (?, ?, 'X', 'taken@x', 'taken@x', 1, "
      "?, 1), (?, ?, 'Y', 'new@x', 'new@x', 1, ?, 1)",
      {organisation_, world().ids.Next(), world().clock.Now(), organisation_, world().ids.Next(),
       world().clock.Now()});
  const auto applied = Apply(*run);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->counts.created, 1);
  EXPECT_THAT(Rejections(*applied), testing::IsSupersetOf(std::vector<std::string>{
                                        "1 EMAIL_TAKEN email", "2 EMAIL_TAKEN email"}));
  EXPECT_EQ(Person("p4").manager, "");
  EXPECT_EQ(Person("p1").email, "a@x");
  EXPECT_EQ(Everyone().count("hr/p3"), 0u);
}

}  // namespace
}  // namespace dap::enrolment
