#include "services/gateway/revocations.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "libs/rpc/server.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::gateway {
namespace {

namespace v1 = enrolment::v1;
using google::protobuf::util::TimeUtil;
using status::IsOk;

// An enrolment that tells what it is told to, two changes a page, and can be down.
class RevocationsTest : public testing::Test {
 protected:
  void SetUp() override {
    service_.Unary<v1::ListStaffStateChangesRequest, v1::ListStaffStateChangesResponse>(
        "ListStaffStateChanges",
        [this](const rpc::Call&, const v1::ListStaffStateChangesRequest& request) {
          return List(request);
        });
    rpc::ServerOptions options;
    options.security = rpc::Security::kInsecureForTests;
    server_ = *rpc::Server::Start(options, {&service_});
    rpc::ChannelOptions channel;
    channel.target = absl::StrCat("127.0.0.1:", server_->port());
    channel.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(channel);
  }

  struct Change {
    absl::Time time;
    id::Uuid staff;
    v1::StaffState state;
  };

  absl::StatusOr<v1::ListStaffStateChangesResponse> List(
      const v1::ListStaffStateChangesRequest& request) {
    absl::MutexLock lock(&mutex_);
    if (down_) return status::Precondition("DOWN", "It is down.");
    v1::ListStaffStateChangesResponse response;
    const int64_t after = TimeUtil::TimestampToMicroseconds(request.after().time());
    for (const Change& one : changes_) {
      const int64_t at = absl::ToUnixMicros(one.time);
      if (at < after || (at == after && !request.after().staff_member().empty() &&
                         one.staff.bytes() <= request.after().staff_member())) {
        continue;
      }
      if (request.away_only() && one.state == v1::STAFF_STATE_ACTIVE) continue;
      if (response.changes_size() == 2) {
        response.set_more(true);
        break;
      }
      auto& change = *response.add_changes();
      change.set_staff_member(std::string(one.staff.bytes()));
      change.set_state(one.state);
      *response.mutable_last()->mutable_time() = TimeUtil::MicrosecondsToTimestamp(at);
      response.mutable_last()->set_staff_member(std::string(one.staff.bytes()));
    }
    return response;
  }

  // The person's state is this one from now on.
  void Set(const id::Uuid& staff, v1::StaffState state) {
    absl::MutexLock lock(&mutex_);
    std::erase_if(changes_, [&](const Change& one) { return one.staff == staff; });
    changes_.push_back({clock_.Now(), staff, state});
  }

  static auth::Principal Holder(const id::Uuid& staff) {
    auth::Principal principal;
    principal.staff = staff;
    return principal;
  }

  time::ManualClock clock_{time::SystemClock().Now()};
  id::Generator ids_{clock_};
  absl::Mutex mutex_;
  std::vector<Change> changes_;
  bool down_ = false;
  rpc::Service service_{"dap.enrolment.v1.StaffStateService"};
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
  RevocationOptions options_;
};

TEST_F(RevocationsTest, WhoIsSuspendedOrHasLeftIsRefusedUntilTheyComeBack) {
  std::vector<id::Uuid> people;
  for (int i = 0; i < 7; ++i) {
    people.push_back(ids_.Next());
    Set(people[i], i % 2 == 0 ? v1::STAFF_STATE_SUSPENDED : v1::STAFF_STATE_LEFT);
  }
  Revocations revocations(channel_, options_, clock_);
  EXPECT_FALSE(revocations.Has(Holder(people[0])));
  ASSERT_THAT(revocations.Poll(), IsOk());
  for (const id::Uuid& one : people) EXPECT_TRUE(revocations.Has(Holder(one)));
  EXPECT_FALSE(revocations.Has(Holder(ids_.Next())));
  EXPECT_FALSE(revocations.Has(Holder(id::Uuid()))) << "systems are no people";
  clock_.Advance(absl::Minutes(5));
  Set(people[3], v1::STAFF_STATE_ACTIVE);
  ASSERT_THAT(revocations.Poll(), IsOk());
  EXPECT_FALSE(revocations.Has(Holder(people[3])));
  EXPECT_TRUE(revocations.Has(Holder(people[4])));
}

TEST_F(RevocationsTest, WhatWasWrittenLateIsFoundAllTheSame) {
  Revocations revocations(channel_, options_, clock_);
  const id::Uuid first = ids_.Next(), late = ids_.Next();
  const absl::Time before = clock_.Now();
  clock_.Advance(absl::Minutes(1));
  Set(first, v1::STAFF_STATE_SUSPENDED);
  ASSERT_THAT(revocations.Poll(), IsOk());
  {
    absl::MutexLock lock(&mutex_);
    changes_.insert(changes_.begin(), {before, late, v1::STAFF_STATE_SUSPENDED});
  }
  ASSERT_THAT(revocations.Poll(), IsOk());
  EXPECT_TRUE(revocations.Has(Holder(late)));
}

TEST_F(RevocationsTest, WhatWasKnownStaysWhileEnrolmentIsDown) {
  Revocations revocations(channel_, options_, clock_);
  const id::Uuid gone = ids_.Next(), later = ids_.Next();
  Set(gone, v1::STAFF_STATE_LEFT);
  ASSERT_THAT(revocations.Poll(), IsOk());
  {
    absl::MutexLock lock(&mutex_);
    down_ = true;
  }
  Set(later, v1::STAFF_STATE_SUSPENDED);
  EXPECT_FALSE(revocations.Poll().ok());
  EXPECT_TRUE(revocations.Has(Holder(gone)));
  {
    absl::MutexLock lock(&mutex_);
    down_ = false;
  }
  ASSERT_THAT(revocations.Poll(), IsOk());
  EXPECT_TRUE(revocations.Has(Holder(later)));
}

TEST_F(RevocationsTest, WhoIsAwayIsRefusedForAsLongAsTheyAreHoweverLongAgoTheyWent) {
  const id::Uuid left = ids_.Next(), suspended = ids_.Next(), back = ids_.Next();
  Set(left, v1::STAFF_STATE_LEFT);
  Set(suspended, v1::STAFF_STATE_SUSPENDED);
  Set(back, v1::STAFF_STATE_ACTIVE);
  clock_.Advance(absl::Hours(24 * 365));
  Revocations revocations(channel_, options_, clock_);  // a gateway that starts
  ASSERT_THAT(revocations.Poll(), IsOk());
  for (int year = 0; year < 2; ++year) {
    EXPECT_TRUE(revocations.Has(Holder(left)));
    EXPECT_TRUE(revocations.Has(Holder(suspended)));
    EXPECT_FALSE(revocations.Has(Holder(back)));
    clock_.Advance(absl::Hours(24 * 365));
    ASSERT_THAT(revocations.Poll(), IsOk());
  }
  Set(left, v1::STAFF_STATE_ACTIVE);
  ASSERT_THAT(revocations.Poll(), IsOk());
  EXPECT_FALSE(revocations.Has(Holder(left)));
}

TEST_F(RevocationsTest, AFirstReadingThatBreaksOffIsMadeWhole) {
  const id::Uuid left = ids_.Next();
  Set(left, v1::STAFF_STATE_LEFT);
  clock_.Advance(absl::Hours(24 * 365));
  down_ = true;
  Revocations revocations(channel_, options_, clock_);
  EXPECT_FALSE(revocations.Poll().ok());
  {
    absl::MutexLock lock(&mutex_);
    down_ = false;
  }
  ASSERT_THAT(revocations.Poll(), IsOk());
  EXPECT_TRUE(revocations.Has(Holder(left)));
}

TEST_F(RevocationsTest, TellsOfEachOnceForEachTimeTheyGo) {
  std::vector<id::Uuid> told;
  options_.on_revoked = [&](const id::Uuid& staff) { told.push_back(staff); };
  Revocations revocations(channel_, options_, clock_);
  const id::Uuid gone = ids_.Next();
  for (auto state : {v1::STAFF_STATE_SUSPENDED, v1::STAFF_STATE_LEFT, v1::STAFF_STATE_ACTIVE,
                     v1::STAFF_STATE_SUSPENDED}) {
    clock_.Advance(absl::Minutes(5));
    Set(gone, state);
    for (int i = 0; i < 2; ++i) ASSERT_THAT(revocations.Poll(), IsOk());
  }
  EXPECT_EQ(told, (std::vector<id::Uuid>{gone, gone}));
}

}  // namespace
}  // namespace dap::gateway
