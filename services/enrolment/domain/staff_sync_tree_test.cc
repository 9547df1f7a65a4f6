#include "services/enrolment/domain/staff_sync_tree.h"

#include <gmock/gmock.h>

namespace dap::enrolment {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

id::Uuid Team(char name) { return id::Uuid::FromBytes(std::string(15, '\0') + name); }

std::vector<TeamEdge> Edges(std::initializer_list<const char*> pairs) {
  std::vector<TeamEdge> edges;
  for (const char* pair : pairs) edges.push_back({Team(pair[0]), Team(pair[1])});
  return edges;
}

TEST(OnCycleTest, FindsNothingInATree) {
  EXPECT_THAT(OnCycle({}), IsEmpty());
  EXPECT_THAT(OnCycle(Edges({"ba", "cb", "db", "ed"})), IsEmpty());
}

TEST(OnCycleTest, FindsATeamAboveItself) {
  EXPECT_THAT(OnCycle(Edges({"aa", "ba"})), ElementsAre(Team('a')));
}

TEST(OnCycleTest, FindsTheCycleButNotWhatHangsBelowIt) {
  EXPECT_THAT(OnCycle(Edges({"ab", "bc", "ca", "da", "ed"})),
              ElementsAre(Team('a'), Team('b'), Team('c')));
  // The same from whichever end the walk comes.
  EXPECT_THAT(OnCycle(Edges({"ab", "bc", "cd", "dc"})), ElementsAre(Team('c'), Team('d')));
}

TEST(OnCycleTest, FindsEveryCycle) {
  EXPECT_THAT(OnCycle(Edges({"ab", "ba", "cd", "dc", "ea"})),
              ElementsAre(Team('a'), Team('b'), Team('c'), Team('d')));
}

}  // namespace
}  // namespace dap::enrolment
