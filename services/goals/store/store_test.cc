// The statements of the service, on the real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "goals_migrations.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/id/uuid.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "services/goals/store/assessment_store.h"
#include "services/goals/store/enrolment_guard.h"
#include "services/goals/store/goal_store.h"
#include "services/goals/store/private_read_store.h"
#include "services/goals/store/settings_store.h"

namespace dap::goals {
namespace {

using status::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1795514400);

db::testing::Schema& SharedSchema() {
  static auto& schema = *[] {
    auto* made = new db::testing::Schema();
    made->Migrate("goals", Migrations());
    return made;
  }();
  return schema;
}

class StoreTest : public ::testing::Test {
 protected:
  // Runs in a transaction that commits; the deadline is of the machine's clock.
  template <typename F>
  auto Tx(F body) {
    return db::Transaction(SharedSchema().pool(), time::SystemClock().Now() + absl::Seconds(20),
                           body);
  }

  Goal MakeGoal(GoalState state = GoalState::kOpen, const std::string& goal_template = "") {
    Goal goal;
    goal.id = ids_.Next();
    goal.of = of_;
    goal.goal_template = goal_template;
    goal.title = "Ask \xF0\x9F\x98\x80 three people";
    goal.setting = GoalSetting::kOffPlatform;
    goal.state = state;
    goal.create_time = kNow + absl::Microseconds(123456);
    goal.due_date = absl::CivilDay(2026, 12, 24);
    goal.steps = {{"First.", 10, {}}, {"Second.", 15, kNow}};
    return goal;
  }
  Goal Insert(const Goal& goal) {
    EXPECT_THAT(Tx([&](db::Connection& tx) { return InsertGoal(tx, goal); }), IsOk());
    return goal;
  }
  std::vector<id::Uuid> List(GoalState state, std::optional<id::Uuid> before, int limit) {
    const auto goals =
        Tx([&](db::Connection& tx) { return ListGoals(tx, of_, state, before, limit); });
    EXPECT_THAT(goals, IsOk());
    std::vector<id::Uuid> ids;
    for (const Goal& goal : *goals) {
      ids.push_back(goal.id);
      EXPECT_EQ(goal.steps.size(), 2u);
    }
    return ids;
  }
  Assessment InsertAnAssessment(AssessmentKind kind) {
    Assessment one{ids_.Next(), of_, kind, "f-1", {}, kNow, {true, false}};
    for (int i = 0; i < 20; ++i) {
      one.answers.push_back({absl::StrCat("task-", 20 - i), i % 2 == 0, i % 5 + 1, i % 3 == 0});
    }
    EXPECT_THAT(Tx([&](db::Connection& tx) { return InsertAssessment(tx, one); }), IsOk());
    return one;
  }

  time::ManualClock clock_{kNow};
  id::Generator ids_{clock_};
  const EnrolmentKey of_{ids_.Next(), ids_.Next()};
};

TEST_F(StoreTest, ReadsTheGoalItWrote) {
  Goal goal = MakeGoal(GoalState::kBlocked, "eighty-words");
  goal.goal_template_version = 7;
  goal.block_time = kNow;
  goal.version = 3;
  Insert(goal);
  const auto loaded = Tx([&](db::Connection& tx) { return LoadGoal(tx, of_, goal.id); });
  ASSERT_THAT(loaded, IsOk());
  ASSERT_TRUE(loaded->has_value());
  const Goal& read = **loaded;
  EXPECT_EQ(read.of, of_);
  EXPECT_EQ(read.goal_template, "eighty-words");
  EXPECT_EQ(read.goal_template_version, 7);
  EXPECT_EQ(read.title, goal.title);
  EXPECT_EQ(read.setting, goal.setting);
  EXPECT_EQ(read.state, GoalState::kBlocked);
  EXPECT_EQ(read.create_time, goal.create_time);
  EXPECT_EQ(read.due_date, goal.due_date);
  EXPECT_FALSE(read.end_time.has_value());
  EXPECT_EQ(read.block_time, goal.block_time);
  EXPECT_EQ(read.version, 3);
  ASSERT_EQ(read.steps.size(), 2u);
  EXPECT_EQ(read.steps[0].text, "First.");
  EXPECT_FALSE(read.steps[0].done_time.has_value());
  EXPECT_EQ(read.steps[1].done_time, kNow);
}

TEST_F(StoreTest, FindsNoGoalOfAnotherEnrolmentOrOrganisation) {
  const Goal goal = Insert(MakeGoal());
  for (const EnrolmentKey& other :
       {EnrolmentKey{of_.organisation, ids_.Next()}, EnrolmentKey{ids_.Next(), of_.enrolment}}) {
    const auto loaded = Tx([&](db::Connection& tx) { return LoadGoal(tx, other, goal.id); });
    ASSERT_THAT(loaded, IsOk());
    EXPECT_FALSE(loaded->has_value());
  }
}

TEST_F(StoreTest, SavesAnEndAndAStep) {
  const Goal goal = Insert(MakeGoal());
  ASSERT_THAT(Tx([&](db::Connection& tx) -> absl::Status {
                ASSIGN_OR_RETURN(std::optional<Goal> one, LoadGoalToChange(tx, of_, goal.id));
                RETURN_IF_ERROR(CompleteStep(*one, 1, kNow).status());
                RETURN_IF_ERROR(Finish(*one, "Good.", kNow + absl::Hours(1)));
                RETURN_IF_ERROR(SaveStep(tx, *one, 1));
                return SaveGoal(tx, *one);
              }),
              IsOk());
  const auto loaded = Tx([&](db::Connection& tx) { return LoadGoal(tx, of_, goal.id); });
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ((*loaded)->state, GoalState::kDone);
  EXPECT_EQ((*loaded)->reflection, "Good.");
  EXPECT_EQ((*loaded)->end_time, kNow + absl::Hours(1));
  EXPECT_EQ((*loaded)->steps[0].done_time, kNow);
  EXPECT_EQ((*loaded)->version, 3);
}

TEST_F(StoreTest, ListsGoalsNewestFirstByPageAndState) {
  const id::Uuid a = Insert(MakeGoal()).id;
  const id::Uuid b = Insert(MakeGoal(GoalState::kDone)).id;
  const id::Uuid c = Insert(MakeGoal()).id;
  EXPECT_THAT(List(GoalState::kUnspecified, {}, 10), ElementsAre(c, b, a));
  EXPECT_THAT(List(GoalState::kUnspecified, {}, 2), ElementsAre(c, b));
  EXPECT_THAT(List(GoalState::kUnspecified, b, 2), ElementsAre(a));
  EXPECT_THAT(List(GoalState::kOpen, {}, 10), ElementsAre(c, a));
  EXPECT_THAT(List(GoalState::kOpen, c, 10), ElementsAre(a));
  EXPECT_THAT(List(GoalState::kLetGo, {}, 10), IsEmpty());
}

TEST_F(StoreTest, CountsOpenGoalsAndKnowsAllTemplatesBegun) {
  Insert(MakeGoal(GoalState::kOpen, "x"));
  Insert(MakeGoal(GoalState::kLetGo, "x"));
  Insert(MakeGoal(GoalState::kDone, "y"));
  Insert(MakeGoal(GoalState::kBlocked, ""));
  ASSERT_THAT(Tx([&](db::Connection& tx) -> absl::Status {
                EXPECT_EQ(*CountOpenGoals(tx, of_), 1);
                EXPECT_THAT(*ListBegunTemplates(tx, of_), UnorderedElementsAre("x", "y"));
                return absl::OkStatus();
              }),
              IsOk());
}

TEST_F(StoreTest, ReadsTheAssessmentItWroteWithAnswersInOrder) {
  const Assessment one = InsertAnAssessment(AssessmentKind::kCheckpoint);
  const auto loaded = Tx([&](db::Connection& tx) { return LoadAssessment(tx, of_, one.id); });
  ASSERT_THAT(loaded, IsOk());
  ASSERT_TRUE(loaded->has_value());
  EXPECT_EQ((*loaded)->kind, AssessmentKind::kCheckpoint);
  EXPECT_EQ((*loaded)->framework, "f-1");
  EXPECT_EQ((*loaded)->submit_time, kNow);
  EXPECT_TRUE((*loaded)->standing.experienced);
  EXPECT_FALSE((*loaded)->standing.needs_encouragement);
  ASSERT_EQ((*loaded)->answers.size(), one.answers.size());
  for (size_t i = 0; i < one.answers.size(); ++i) {
    EXPECT_EQ((*loaded)->answers[i].task, one.answers[i].task);
    EXPECT_EQ((*loaded)->answers[i].can_do, one.answers[i].can_do);
    EXPECT_EQ((*loaded)->answers[i].confidence, one.answers[i].confidence);
    EXPECT_EQ((*loaded)->answers[i].done_recently, one.answers[i].done_recently);
  }
}

TEST_F(StoreTest, ListsAssessmentsNewestFirst) {
  const id::Uuid a = InsertAnAssessment(AssessmentKind::kBaseline).id;
  const id::Uuid b = InsertAnAssessment(AssessmentKind::kFinal).id;
  const auto page = Tx([&](db::Connection& tx) { return ListAssessments(tx, of_, {}, 1); });
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->size(), 1u);
  EXPECT_EQ(page->front().id, b);
  EXPECT_EQ(page->front().answers.size(), 20u);
  const auto next = Tx([&](db::Connection& tx) { return ListAssessments(tx, of_, b, 10); });
  ASSERT_THAT(next, IsOk());
  ASSERT_EQ(next->size(), 1u);
  EXPECT_EQ(next->front().id, a);
  const auto taken = Tx([&](db::Connection& tx) { return ListTaken(tx, of_); });
  ASSERT_THAT(taken, IsOk());
  EXPECT_EQ(taken->size(), 2u);
}

TEST_F(StoreTest, UsesTheDefaultsForWhatIsNotSet) {
  const auto load = [&] {
    return Tx([&](db::Connection& tx) { return LoadSettings(tx, of_.organisation); });
  };
  EXPECT_EQ(load()->max_open_goals, 3);
  ASSERT_THAT(Tx([&](db::Connection& tx) {
                return tx
                    .Execute(
                        "INSERT INTO organisation_settings (organisation, max_open_goals, "
                        "unsure_median) VALUES (?, 5, 2.5)",
                        {of_.organisation})
                    .status();
              }),
              IsOk());
  const auto set = load();
  ASSERT_THAT(set, IsOk());
  EXPECT_EQ(set->max_open_goals, 5);
  EXPECT_EQ(set->unsure_median, 2.5);
  EXPECT_EQ(set->max_goal_days, 30);
  EXPECT_EQ(set->sure_median, 4);
}

TEST_F(StoreTest, LetsOneTransactionAtATimeCountAnEnrolment) {
  // Each counts and then adds one only where there is none yet.
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, goal = MakeGoal()] {
      EXPECT_THAT(Tx([&](db::Connection& tx) -> absl::Status {
                    RETURN_IF_ERROR(LockEnrolment(tx, of_));
                    ASSIGN_OR_RETURN(const int open, CountOpenGoals(tx, of_));
                    return open == 0 ? InsertGoal(tx, goal) : absl::OkStatus();
                  }),
                  IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*Tx([&](db::Connection& tx) { return CountOpenGoals(tx, of_); }), 1);
}

TEST_F(StoreTest, CountsReadsOfPrivateDataByDayReaderAndSubject) {
  const id::Uuid coach = ids_.Next();
  const absl::CivilDay day(2026, 11, 24);
  ASSERT_THAT(
      Tx([&](db::Connection& tx) -> absl::Status {
        for (const PrivateSubject subject :
             {PrivateSubject::kGoals, PrivateSubject::kGoals, PrivateSubject::kAssessments}) {
          RETURN_IF_ERROR(RecordPrivateRead(tx, of_, coach, subject, day, kNow));
        }
        ASSIGN_OR_RETURN(const db::Rows rows,
                         tx.Query("SELECT subject, times FROM private_read WHERE organisation = ? "
                                  "AND enrolment = ? AND reader = ? ORDER BY subject",
                                  {of_.organisation, of_.enrolment, coach}));
        EXPECT_EQ(rows.size(), 2u);
        EXPECT_EQ(rows[0].Int(1), 1);
        EXPECT_EQ(rows[1].Int(1), 2);
        return absl::OkStatus();
      }),
      IsOk());
}

TEST_F(StoreTest, AnswersListsFromAnIndexWithoutSorting) {
  // Enough rows of others that reading the whole table would not be the cheaper way.
  for (int enrolment = 0; enrolment < 40; ++enrolment) {
    const EnrolmentKey other{of_.organisation, ids_.Next()};
    for (int i = 0; i < 5; ++i) {
      Goal goal = MakeGoal();
      goal.of = other;
      Insert(goal);
    }
  }
  for (int i = 0; i < 5; ++i) {
    Insert(MakeGoal());
    InsertAnAssessment(AssessmentKind::kCheckpoint);
  }
  const id::Uuid from = ids_.Next();
  const id::Uuid to = ids_.Next();
  const id::Uuid organisation = of_.organisation;
  const id::Uuid enrolment = of_.enrolment;
  const struct {
    const char* what;
    const char* sql;
    db::Values values;
  } cases[] = {
      {"goals", kListGoals, {organisation, enrolment, to, 50}},
      {"goals of a state", kListGoalsOfState, {organisation, enrolment, 1, to, 50}},
      {"steps", kListSteps, {organisation, enrolment, from, to}},
      {"open goals", kCountOpenGoals, {organisation, enrolment}},
      {"begun", kListBegunTemplates, {organisation, enrolment}},
      {"assessments", kListAssessments, {organisation, enrolment, to, 50}},
      {"answers", kListAnswers, {organisation, enrolment, from, to}},
  };
  for (const auto& c : cases) {
    const auto plan =
        Tx([&](db::Connection& tx) { return tx.Query(absl::StrCat("EXPLAIN ", c.sql), c.values); });
    ASSERT_THAT(plan, IsOk());
    ASSERT_EQ(plan->size(), 1u) << c.what;
    // id, select_type, table, type, possible_keys, key, key_len, ref, rows, Extra
    EXPECT_FALSE(plan->front().IsNull(5)) << c.what << " uses no key";
    EXPECT_NE(plan->front().String(3), "ALL") << c.what;
    EXPECT_NE(plan->front().String(3), "index") << c.what;
    EXPECT_FALSE(absl::StrContains(plan->front().String(9), "filesort")) << c.what;
  }
}

}  // namespace
}  // namespace dap::goals
