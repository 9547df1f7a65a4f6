// Streams that break, processes that die, several at once: the outcome is one of the two legal
// ones.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "services/enrolment/staff_sync_fixture.h"

namespace dap::enrolment {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Receiver = std::unique_ptr<SyncReceiver>;

class SyncFaultsTest : public SyncTest {
 protected:
  // Sends records after the watermark up to `to`, as far as they fill batches; the rest is lost, as
  // when the stream breaks.
  static void SendUpTo(SyncReceiver& receiver, const std::vector<SyncRecord>& records, size_t to) {
    for (size_t i = static_cast<size_t>(receiver.watermark()); i < to; ++i) {
      if (receiver.Add(records[i].external_id, records[i])) {
        ASSERT_THAT(receiver.Flush(Soon()), IsOk());
      }
    }
  }

  Receiver Begin(SyncMode mode, size_t expected, std::optional<id::Uuid> run = std::nullopt) {
    SyncStart start = StartOf(mode, expected);
    start.run = run;
    auto receiver = SyncReceiver::Begin(parts(), start, Soon());
    EXPECT_THAT(receiver, IsOk());
    return *std::move(receiver);
  }

  // Starts a process that applies the run, and kills it once `enough` of it is done.
  void KillWhileApplying(const store::SyncRun& run, const std::function<bool()>& enough) {
    const std::string program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "staff_sync_process";
    const db::Options& options = world().schema.options();
    const std::vector<std::string> words = {
        program,        absl::StrCat(options.port), options.user,     options.password,
        options.schema, organisation_.ToString(),   run.id.ToString()};
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
      execv(argv[0], argv.data());
      _exit(127);
    }
    const absl::Time deadline = Soon();
    absl::Notification never;
    while (!enough() && time::SystemClock().Now() < deadline) {
      never.WaitForNotificationWithTimeout(absl::Milliseconds(1));
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
  }

  int64_t Held() {
    return Query("SELECT COUNT(*) FROM staff_member WHERE organisation = ?", {organisation_})[0]
        .Int(0);
  }
};

TEST_F(SyncFaultsTest, ABrokenStreamGoesOnFromItsWatermarkAtEveryCut) {
  const std::vector<SyncRecord> records = ::dap::enrolment::People(0, 3500);
  const std::string checksum = ChecksumOf(records);
  for (size_t cut : {0u, 1u, 999u, 1000u, 1001u, 1999u, 2000u, 3000u, 3499u, 3500u}) {
    Receiver first = Begin(SyncMode::kFull, records.size());
    SendUpTo(*first, records, cut);
    const id::Uuid run = first->key().run;
    first.reset();
    Receiver second = Begin(SyncMode::kFull, records.size(), run);
    EXPECT_EQ(second->watermark(), static_cast<int64_t>(cut / 1000 * 1000));
    SendUpTo(*second, records, records.size());
    ASSERT_THAT(second->Flush(Soon()), IsOk());
    const auto plan = PlanSyncRun(parts(), second->key(), {3500, checksum}, Soon());
    ASSERT_THAT(plan, IsOk());
    EXPECT_EQ(plan->state, SyncState::kPlanned) << cut;
    EXPECT_EQ(plan->counts.created, 3500);
  }
}

TEST_F(SyncFaultsTest, AStreamWithoutAnEndChangesNothing) {
  Receiver receiver = Begin(SyncMode::kFull, 1000);
  SendUpTo(*receiver, ::dap::enrolment::People(0, 1000), 1000);
  EXPECT_THAT(ApplySyncRun(parts(), receiver->key(), Soon()), HasReason("SYNC_RUN_STATE"));
  EXPECT_EQ(Held(), 0);
}

TEST_F(SyncFaultsTest, TwoStreamsOfOneRunDoNotMix) {
  const std::vector<SyncRecord> records = ::dap::enrolment::People(0, 2000);
  Receiver first = Begin(SyncMode::kFull, 2000);
  Receiver second = Begin(SyncMode::kFull, 2000, first->key().run);
  SendUpTo(*second, records, 1000);
  for (size_t i = 0; i < 1000; ++i) first->Add(records[i].external_id, records[i]);
  EXPECT_THAT(first->Flush(Soon()), HasReason("SYNC_TAKEN_OVER"));
  SendUpTo(*second, records, 2000);
  EXPECT_EQ(second->watermark(), 2000);
}

TEST_F(SyncFaultsTest, ARunIsNotResumedAsAnotherSyncNorOnceItHasEnded) {
  Receiver receiver = Begin(SyncMode::kDelta, 0);
  SyncStart other = StartOf(SyncMode::kFull, 0);
  other.run = receiver->key().run;
  EXPECT_THAT(SyncReceiver::Begin(parts(), other, Soon()), HasReason("SYNC_RUN_OF_ANOTHER_SYNC"));
  ASSERT_THAT(PlanSyncRun(parts(), receiver->key(), {0, ChecksumOf({})}, Soon()), IsOk());
  other.mode = SyncMode::kDelta;
  EXPECT_THAT(SyncReceiver::Begin(parts(), other, Soon()), HasReason("SYNC_RUN_STATE"));
  other.run = world().ids.Next();
  EXPECT_THAT(SyncReceiver::Begin(parts(), other, Soon()), HasReason("SYNC_RUN_NOT_FOUND"));
}

TEST_F(SyncFaultsTest, KilledBetweenPlanAndApplyItIsAppliedLater) {
  const auto plan = Plan(SyncMode::kFull, ::dap::enrolment::People(0, 50));
  ASSERT_THAT(plan, IsOk());
  ASSERT_THAT(FinishSyncRuns(parts(), Soon()), IsOk());
  EXPECT_EQ(Held(), 0);  // nobody has said to apply it
  ASSERT_THAT(Apply(*plan), IsOk());
  EXPECT_EQ(Held(), 50);
}

TEST_F(SyncFaultsTest, KilledWhileApplyingItEndsAllTheSameAndTellsEverythingOnce) {
  std::vector<SyncRecord> records = ::dap::enrolment::People(0, 6000);
  const auto plan = Plan(SyncMode::kFull, records);
  ASSERT_THAT(plan, IsOk());
  KillWhileApplying(*plan, [&] { return Held() >= 2000; });
  // By the job, as after a restart.
  ASSERT_THAT(FinishSyncRuns(parts(), Soon()), IsOk());
  EXPECT_EQ(Held(), 6000);
  EXPECT_THAT(NewEvents(), SizeIs(6000));
  EXPECT_EQ(Apply(*plan)->state, SyncState::kApplied);

  // Everyone's address moves to the next one, most are in another transaction than the one they
  // take it from.
  for (size_t i = 0; i < records.size(); ++i) {
    records[i].email = absl::StrCat("p", (i + 1) % records.size(), "@example.org");
  }
  const auto rotation = Plan(SyncMode::kFull, records);
  ASSERT_THAT(rotation, IsOk());
  KillWhileApplying(*rotation, [&] {
    return Query("SELECT COUNT(*) FROM staff_member WHERE organisation = ? AND version = 2",
                 {organisation_})[0]
               .Int(0) >= 1000;
  });
  const auto applied = Apply(*rotation);  // by the caller's next try
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->counts.updated, 6000);
  EXPECT_THAT(Rejections(*applied), IsEmpty());
  const auto events = NewEvents();
  EXPECT_THAT(events, SizeIs(6000));
  EXPECT_THAT(events, Each(::testing::Property(&events::v1::StaffMemberChanged::version, 2)));
  EXPECT_EQ(Person("p5999").email, "p0@example.org");
}

TEST_F(SyncFaultsTest, SeveralWhoApplyTheSameRunShareIt) {
  const auto plan = Plan(SyncMode::kFull, ::dap::enrolment::People(0, 5000));
  ASSERT_THAT(plan, IsOk());
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(Apply(*plan)->state, SyncState::kApplied); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Held(), 5000);
  EXPECT_THAT(NewEvents(), SizeIs(5000));
}

TEST_F(SyncFaultsTest, TwoSourcesAreAppliedOneAfterTheOther) {
  const auto mine = Plan(SyncMode::kFull, ::dap::enrolment::People(0, 3000), "mine");
  const auto yours = Plan(SyncMode::kFull, ::dap::enrolment::People(2900, 6000), "yours");
  ASSERT_THAT(yours, IsOk());
  std::thread other([&] { EXPECT_THAT(Apply(*mine), IsOk()); });
  EXPECT_THAT(Apply(*yours), IsOk());
  other.join();
  // Whoever came second left out the hundred whose addresses were taken by then.
  EXPECT_EQ(Held(), 6000);
  EXPECT_EQ(
      Query("SELECT COUNT(*) FROM sync_rejection WHERE organisation = ?", {organisation_})[0].Int(
          0),
      100);
}

TEST_F(SyncFaultsTest, AStreamThatBeganBeforeAnotherSyncWasAppliedIsStale) {
  Receiver receiver = Begin(SyncMode::kDelta, 0);
  Full(::dap::enrolment::People(0, 5));
  EXPECT_THAT(PlanSyncRun(parts(), receiver->key(), {0, ChecksumOf({})}, Soon()),
              HasReason("STAFF_CHANGED"));
}

}  // namespace
}  // namespace dap::enrolment
