#include "services/activity/operations/contribute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using ContributeTest = ActivityTest;

// Goals may tell of an enrolment before it is heard of, and each feed has a thread of its own.
TEST_F(ContributeTest, WhoIsHeardOfTwiceAtOnceLosesNothing) {
  constexpr int kRounds = 150;
  std::vector<roster::Entry> entries;
  for (int i = 0; i < kRounds; ++i) {
    entries.push_back(Entry({ids_.Next(), ids_.Next()}, enrolment::v1::ENROLMENT_STATE_ACTIVE));
  }
  clock_.Advance(absl::Hours(1));
  std::barrier together(2);
  std::thread goals([&] {
    for (const roster::Entry& entry : entries) {
      events::v1::Event event;
      events::v1::GoalStepDone& done = *event.mutable_goal_step_done();
      done.set_enrolment(Bytes(entry.enrolment));
      done.set_goal(Bytes(entry.enrolment));
      *done.mutable_done_time() = ToProto(clock_.Now());
      together.arrive_and_wait();
      Hear(GoalsHandler(), std::move(event));
    }
  });
  for (const roster::Entry& entry : entries) {
    together.arrive_and_wait();
    Enrol(entry);
  }
  goals.join();
  EXPECT_EQ(Query("SELECT COUNT(*) FROM participation WHERE organisation = ? AND state = ?"
                  " AND last_contribution_at = ? AND silent_since = ?",
                  {EnrolmentState::kActive, clock_.Now(), clock_.Now()})[0]
                .Int(0),
            kRounds);
}

}  // namespace
}  // namespace dap::activity
