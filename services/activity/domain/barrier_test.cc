#include "services/activity/domain/barrier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <tuple>

#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::activity {
namespace {

using Kind = BarrierStep::Kind;
using State = BarrierState;
using status::HasReason;
using status::IsOk;
using status::NamesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795514400);

id::Uuid Id(char last) { return id::Uuid::FromBytes(std::string(15, '\1') + last); }

Barrier In(State state) {
  Barrier barrier;
  barrier.barrier = Id(1);
  barrier.state = state;
  barrier.create_time = barrier.state_time = kNow - absl::Hours(24);
  if (!IsOpen(state)) barrier.end_time = barrier.state_time;
  if (state == State::kMerged) barrier.merged_into = Id(9);
  return barrier;
}

constexpr State kStates[] = {State::kReported, State::kCorroborated, State::kRaised,
                             State::kFixed,    State::kWorkaround,   State::kRefused,
                             State::kMerged};

TEST(BarrierTest, TakesJustTheStepsOfItsWay) {
  const std::set<std::tuple<State, Kind, State>> allowed = {
      {State::kReported, Kind::kRaise, State::kRaised},
      {State::kReported, Kind::kResolve, State::kFixed},
      {State::kReported, Kind::kResolve, State::kWorkaround},
      {State::kCorroborated, Kind::kRaise, State::kRaised},
      {State::kCorroborated, Kind::kResolve, State::kFixed},
      {State::kCorroborated, Kind::kResolve, State::kWorkaround},
      {State::kRaised, Kind::kRaise, State::kRaised},
      {State::kRaised, Kind::kResolve, State::kFixed},
      {State::kRaised, Kind::kResolve, State::kWorkaround},
      {State::kRaised, Kind::kResolve, State::kRefused},
      {State::kWorkaround, Kind::kResolve, State::kFixed},
      {State::kRefused, Kind::kResolve, State::kFixed},
      {State::kRefused, Kind::kResolve, State::kWorkaround},
      {State::kFixed, Kind::kReopen, State::kRaised},
      {State::kWorkaround, Kind::kReopen, State::kRaised},
      {State::kRefused, Kind::kReopen, State::kRaised},
  };
  for (State from : kStates) {
    for (State to : kStates) {
      for (Kind kind : {Kind::kRaise, Kind::kResolve, Kind::kReopen}) {
        Barrier barrier = In(from);
        const absl::Status taken = Take(barrier, {kind, to, "because", "T-1"}, kNow);
        const bool expected = allowed.count({from, kind, to}) > 0;
        EXPECT_EQ(taken.ok(), expected)
            << NameOf(from) << " to " << NameOf(to) << " by " << static_cast<int>(kind);
        EXPECT_EQ(barrier.state, expected ? to : from);
        EXPECT_EQ(barrier.version, expected ? 2 : 1);
        if (!expected) continue;
        EXPECT_EQ(barrier.state_time, kNow);
        EXPECT_EQ(barrier.end_time.has_value(), !IsOpen(to));
      }
    }
  }
}

TEST(BarrierTest, WantsAReasonWhereSomebodyWillAskForOne) {
  struct Case {
    State from;
    Kind kind;
    State to;
    const char* reason;  // of the refusal without one; empty where it needs none
  };
  const Case cases[] = {
      {State::kReported, Kind::kRaise, State::kRaised, "BARRIER_NOT_CORROBORATED"},
      {State::kCorroborated, Kind::kRaise, State::kRaised, ""},
      {State::kRaised, Kind::kRaise, State::kRaised, ""},
      {State::kRaised, Kind::kResolve, State::kFixed, ""},
      {State::kRaised, Kind::kResolve, State::kWorkaround, "REASON_MISSING"},
      {State::kRaised, Kind::kResolve, State::kRefused, "REASON_MISSING"},
      {State::kFixed, Kind::kReopen, State::kRaised, "REASON_MISSING"},
  };
  for (const Case& c : cases) {
    Barrier barrier = In(c.from);
    const absl::Status taken = Take(barrier, {c.kind, c.to, " \n", "T-1"}, kNow);
    EXPECT_EQ(status::Reason(taken), c.reason) << NameOf(c.from) << " to " << NameOf(c.to);
    EXPECT_EQ(barrier.version, taken.ok() ? 2 : 1);
  }
  Barrier barrier = In(State::kRaised);
  EXPECT_THAT(Take(barrier, {Kind::kResolve, State::kRaised, "so", ""}, kNow), NamesField("state"));
}

TEST(BarrierTest, KeepsItsTicketWhereNoneIsGiven) {
  Barrier barrier = In(State::kCorroborated);
  ASSERT_THAT(Take(barrier, {Kind::kRaise, State::kRaised, "", "T-1"}, kNow), IsOk());
  ASSERT_THAT(Take(barrier, {Kind::kResolve, State::kFixed, "", ""}, kNow), IsOk());
  ASSERT_THAT(Take(barrier, {Kind::kReopen, State::kRaised, "there again", ""}, kNow), IsOk());
  EXPECT_EQ(barrier.ticket, "T-1");
  EXPECT_EQ(barrier.reason, "there again");
  ASSERT_THAT(Take(barrier, {Kind::kRaise, State::kRaised, "", "T-2"}, kNow), IsOk());
  EXPECT_EQ(barrier.ticket, "T-2");
}

TEST(BarrierTest, ThreePeopleCorroborateItOnce) {
  const BarrierSettings settings;
  Barrier barrier = In(State::kReported);
  EXPECT_FALSE(CountPeople(barrier, 2, kNow, settings));
  EXPECT_EQ(barrier.state, State::kReported);
  EXPECT_TRUE(CountPeople(barrier, 3, kNow, settings));
  EXPECT_EQ(barrier.state, State::kCorroborated);
  EXPECT_FALSE(CountPeople(barrier, 4, kNow, settings));
  Barrier raised = In(State::kRaised);
  EXPECT_FALSE(CountPeople(raised, 9, kNow, settings));
  EXPECT_EQ(raised.state, State::kRaised);
}

TEST(BarrierTest, MergesOnlyWhatIsOpenAndTwo) {
  for (State one : kStates) {
    for (State other : kStates) {
      Barrier barrier = In(one);
      Barrier into = In(other);
      into.barrier = Id(2);
      const absl::Status checked = CheckMerge(barrier, into);
      EXPECT_EQ(checked.ok(), IsOpen(one) && IsOpen(other)) << NameOf(one) << NameOf(other);
    }
  }
  const Barrier ended = In(State::kFixed);
  Barrier other = In(State::kRefused);
  other.barrier = Id(2);
  EXPECT_EQ(status::Violations(CheckMerge(ended, other)).size(), 2u);
  EXPECT_THAT(CheckMerge(In(State::kMerged), other), HasReason("BARRIER_MERGED"));
  EXPECT_THAT(CheckMerge(In(State::kRaised), In(State::kRaised)), HasReason("MERGE_INTO_ITSELF"));
}

TEST(BarrierTest, AMergedOneBringsItsProgressAndItsAge) {
  Barrier barrier = In(State::kRaised);
  barrier.ticket = "T-7";
  barrier.create_time = kNow - absl::Hours(99);
  Barrier into = In(State::kReported);
  into.barrier = Id(2);
  Merge(barrier, into, kNow);
  EXPECT_EQ(into.state, State::kRaised);
  EXPECT_EQ(into.ticket, "T-7");
  EXPECT_EQ(into.create_time, kNow - absl::Hours(99));
  EXPECT_EQ(barrier.state, State::kMerged);
  EXPECT_EQ(barrier.merged_into, into.barrier);
  EXPECT_FALSE(barrier.end_time.has_value());

  Barrier later = In(State::kReported);
  later.barrier = Id(3);
  Merge(later, into, kNow);
  EXPECT_EQ(into.state, State::kRaised);
  EXPECT_EQ(into.ticket, "T-7");
}

TEST(BarrierTest, BlocksUntilItIsGoneOrThereIsAWayAround) {
  EXPECT_TRUE(Blocks(State::kReported));
  EXPECT_TRUE(Blocks(State::kCorroborated));
  EXPECT_TRUE(Blocks(State::kRaised));
  EXPECT_TRUE(Blocks(State::kRefused));
  EXPECT_FALSE(Blocks(State::kFixed));
  EXPECT_FALSE(Blocks(State::kWorkaround));
  EXPECT_FALSE(Blocks(State::kMerged));
}

TEST(BarrierTest, KnowsATypedToolAgain) {
  const std::pair<const char*, const char*> cases[] = {
      {"Facebook", "facebook"},
      {"  https://www.Example.org/groups?x=1 ", "example.org"},
      {"http://example.org:8080", "example.org"},
      {"www.example.org/", "example.org"},
      {"MS   Teams\t(new)", "ms teams (new"},
      {"\"Slack\"!", "slack"},
      {"Notepad++", "notepad++"},
      {"C#", "c#"},
      {"wwwidgets", "wwwidgets"},
      {"input/output", "input/output"},
      {" -.- ", ""},
      {"https://", ""},
      {"", ""},
  };
  for (const auto& [typed, key] : cases) EXPECT_EQ(ToolKey(typed), key) << typed;
  EXPECT_THAT(ToolKeyStems("example.org"), ElementsAre("example"));
  EXPECT_THAT(ToolKeyStems("ms teams for phones"), ElementsAre("ms teams", "ms teams for"));
  EXPECT_THAT(ToolKeyStems("a - b"), IsEmpty());
  EXPECT_THAT(ToolKeyStems("abc"), IsEmpty());
}

TEST(BarrierTest, NamesEveryFieldThatIsWrong) {
  EXPECT_THAT(CheckBarrier(BarrierCategory::kPolicy, "Facebook"), IsOk());
  EXPECT_THAT(CheckBarrier(BarrierCategory::kPolicy, "@mentions on posts"), IsOk());
  const absl::Status both = CheckBarrier(static_cast<BarrierCategory>(99), " ... ");
  EXPECT_THAT(both, NamesField("barrier.category"));
  EXPECT_THAT(both, NamesField("barrier.tool"));
  EXPECT_THAT(CheckBarrier(BarrierCategory::kPolicy, "mail of ann.lee@example.org"),
              HasReason("TOOL_NAMES_A_PERSON"));
}

TEST(BarrierTest, TellsPeopleInSteps) {
  const std::pair<int, int> cases[] = {{0, 0},   {1, 0},   {4, 0},     {5, 5},       {9, 5},
                                       {10, 10}, {49, 20}, {999, 500}, {1000, 1000}, {7000, 1000}};
  for (const auto& [people, least] : cases) EXPECT_EQ(PeopleAtLeast(people), least) << people;
}

}  // namespace
}  // namespace dap::activity
