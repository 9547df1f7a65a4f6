#include "libs/rpc/batcher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::rpc {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using IntBatcher = Batcher<int, std::string>;

// Records batches; the first waits until let go, so that a test can make others wait.
class BatcherTest : public ::testing::Test {
 protected:
  IntBatcher::Write Writing() {
    return [this](absl::Span<int> items) {
      batches_.emplace_back(items.begin(), items.end());
      if (batches_.size() == 1) {
        begun_.Notify();
        go_.WaitForNotification();
      }
      std::vector<absl::StatusOr<std::string>> results;
      for (int item : items) results.push_back(absl::StrCat("wrote ", item));
      return results;
    };
  }
  // Adds `first` alone and waits until it is being written.
  void Hold(IntBatcher& batcher, int first) {
    Add(batcher, first);
    begun_.WaitForNotification();
  }
  void Add(IntBatcher& batcher, int item) {
    batcher.Add(item, [this](absl::StatusOr<std::string> result) {
      absl::MutexLock lock(&mutex_);
      results_.push_back(std::move(result));
    });
  }
  std::vector<absl::StatusOr<std::string>> results() {
    absl::MutexLock lock(&mutex_);
    return results_;
  }

  std::vector<std::vector<int>> batches_;
  absl::Notification begun_, go_;
  absl::Mutex mutex_;
  std::vector<absl::StatusOr<std::string>> results_;
};

TEST_F(BatcherTest, WritesEverythingThatWaitsTogetherInOrder) {
  IntBatcher batcher({.name = "test"}, Writing());
  Hold(batcher, 0);
  for (int i = 1; i <= 5; ++i) Add(batcher, i);
  go_.Notify();
  batcher.Flush();
  EXPECT_THAT(batches_, ElementsAre(ElementsAre(0), ElementsAre(1, 2, 3, 4, 5)));
  ASSERT_THAT(results(), SizeIs(6));
  EXPECT_EQ(*results()[0], "wrote 0");
  EXPECT_EQ(*results()[5], "wrote 5");
}

// With no wait allowed every pace is too slow, once one is known.
TEST(Batcher, RefusesWhatWouldWaitTooLongByThePaceOfTheLastWrites) {
  absl::Mutex mutex;
  bool held = false;
  int begun = 0;
  std::vector<absl::Status> refused;
  Batcher<int, int> batcher(
      {.name = "test", .max_items = 2, .max_wait = absl::ZeroDuration()},
      [&](absl::Span<int> items) {
        absl::MutexLock lock(&mutex);
        ++begun;
        mutex.Await(absl::Condition(+[](bool* held) { return !*held; }, &held));
        return std::vector<absl::StatusOr<int>>(items.begin(), items.end());
      });
  const auto done = [&](const absl::StatusOr<int>& result) {
    if (!result.ok()) refused.push_back(result.status());
  };
  batcher.Add(0, done);
  batcher.Flush();
  {
    absl::MutexLock lock(&mutex);
    held = true;
  }
  batcher.Add(1, done);
  {
    absl::MutexLock lock(&mutex);
    mutex.Await(absl::Condition(+[](int* begun) { return *begun == 2; }, &begun));
  }
  batcher.Add(2, done);
  batcher.Add(3, done);
  EXPECT_THAT(refused, IsEmpty()) << "the next write takes both";
  EXPECT_THAT(batcher.Admit(), HasReason("QUEUE_FULL"));
  batcher.Add(4, done);
  batcher.AddAdmitted(5, done);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_THAT(refused[0], StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_GT(status::RetryAfter(refused[0]), absl::ZeroDuration());
  {
    absl::MutexLock lock(&mutex);
    held = false;
  }
  batcher.Flush();
  EXPECT_THAT(batcher.Admit(), IsOk());
  batcher.Add(6, done);
  batcher.Flush();
  EXPECT_THAT(refused, SizeIs(1));
}

TEST_F(BatcherTest, TakesNoMoreThanMaxItemsAtOnce) {
  IntBatcher batcher({.name = "test", .max_items = 2}, Writing());
  Hold(batcher, 0);
  for (int i = 1; i <= 5; ++i) Add(batcher, i);
  go_.Notify();
  batcher.Flush();
  EXPECT_THAT(batches_,
              ElementsAre(ElementsAre(0), ElementsAre(1, 2), ElementsAre(3, 4), ElementsAre(5)));
}

TEST_F(BatcherTest, RefusesWhatDoesNotFitAndSaysWhenToComeBack) {
  IntBatcher batcher({.name = "test", .queue = 2}, Writing());
  Hold(batcher, 0);
  for (int i = 1; i <= 3; ++i) Add(batcher, i);
  ASSERT_THAT(results(), SizeIs(1));
  EXPECT_THAT(results()[0], HasReason("QUEUE_FULL"));
  EXPECT_GT(status::RetryAfter(results()[0].status()), absl::ZeroDuration());
  go_.Notify();
  batcher.Flush();
  EXPECT_THAT(batches_, ElementsAre(ElementsAre(0), ElementsAre(1, 2)));
}

TEST_F(BatcherTest, StopWritesAndAnswersWhatWaitsAndTakesNoMore) {
  IntBatcher batcher({.name = "test"}, Writing());
  Hold(batcher, 0);
  Add(batcher, 1);
  go_.Notify();
  batcher.Stop();
  ASSERT_THAT(results(), SizeIs(2));
  EXPECT_THAT(results(), Each(IsOk()));
  Add(batcher, 2);
  EXPECT_THAT(results().back(), HasReason("STOPPING"));
}

TEST(Batcher, AWriteThatAnswersForOtherThanItsItemsFailsThemAll) {
  Batcher<int, int> batcher({.name = "test"}, [](absl::Span<int> items) {
    std::vector<absl::StatusOr<int>> results;
    for (int item : items) {
      if (item == 13) return std::vector<absl::StatusOr<int>>(7, absl::AbortedError("all"));
      results.push_back(item);
    }
    return results;
  });
  absl::Status answer;
  batcher.Add(13, [&](absl::StatusOr<int> result) { answer = result.status(); });
  batcher.Flush();
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInternal)) << "seven results for one item";
  batcher.Add(14, [&](absl::StatusOr<int> result) { answer = result.status(); });
  batcher.Flush();
  EXPECT_THAT(answer, IsOk());
}

TEST(Batcher, EachItemGetsItsOwnResult) {
  absl::Notification begun, go;
  Batcher<int, int> batcher({.name = "test"}, [&](absl::Span<int> items) {
    if (!begun.HasBeenNotified()) {
      begun.Notify();
      go.WaitForNotification();
    }
    std::vector<absl::StatusOr<int>> results;
    for (int item : items) {
      if (item % 2 == 0) results.push_back(item * 10);
      else results.push_back(absl::AlreadyExistsError("odd"));
    }
    return results;
  });
  std::vector<absl::StatusOr<int>> answers;
  const auto keep = [&](absl::StatusOr<int> result) { answers.push_back(std::move(result)); };
  batcher.Add(0, keep);
  begun.WaitForNotification();
  for (int i = 1; i <= 2; ++i) batcher.Add(i, keep);
  go.Notify();
  batcher.Flush();
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_THAT(answers[1], StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(*answers[2], 20);
}

}  // namespace
}  // namespace dap::rpc
