#include "services/enrolment/domain/staff_sync.h"

#include <gmock/gmock.h>

namespace dap::enrolment {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

constexpr char kOther[] = "other digest....";

SyncRecord Person() {
  SyncRecord record;
  record.external_id = "p1";
  record.display_name = "Ada";
  record.email = "ada@example.org";
  return record;
}

Held Ada(StaffState state = StaffState::kActive) {
  Held held;
  held.state = state;
  held.display_name = "Ada";
  held.email = "ada@example.org";
  held.above = "t1";
  held.manager = "p9";
  held.update_time = absl::FromUnixSeconds(1000);
  held.digest = kOther;
  held.version = 4;
  return held;
}

Judgement JudgeIt(SyncRecord record, const Held* held) {
  Normalise(record);
  EXPECT_EQ(record.fault, Fault::kNone);
  return Judge(record, Digest(record), held);
}

TEST(NormaliseTest, FindsWhatIsWrongInARecordAlone) {
  struct Case {
    const char* name;
    void (*break_it)(SyncRecord&);
    Fault fault;
    const char* field;
  };
  const Case cases[] = {
      {"no id", [](SyncRecord& r) { r.external_id = ""; }, Fault::kExternalIdMissing,
       "external_id"},
      {"blank id", [](SyncRecord& r) { r.external_id = " \t "; }, Fault::kExternalIdMissing,
       "external_id"},
      {"control in id", [](SyncRecord& r) { r.external_id = "a\nb"; }, Fault::kFieldInvalid,
       "external_id"},
      {"control in name", [](SyncRecord& r) { r.display_name = std::string("A\0b", 3); },
       Fault::kFieldInvalid, "display_name"},
      {"control in team", [](SyncRecord& r) { r.above = "a\x01z"; }, Fault::kFieldInvalid,
       "team_external_id"},
      {"empty name", [](SyncRecord& r) { r.display_name = "  "; }, Fault::kDisplayNameMissing,
       "display_name"},
      {"empty address", [](SyncRecord& r) { r.email = ""; }, Fault::kEmailMissing, "email"},
      {"no @", [](SyncRecord& r) { r.email = "ada.example.org"; }, Fault::kEmailMalformed, "email"},
      {"two @", [](SyncRecord& r) { r.email = "a@b@c"; }, Fault::kEmailMalformed, "email"},
      {"nothing before @", [](SyncRecord& r) { r.email = "@c"; }, Fault::kEmailMalformed, "email"},
      {"nothing after @", [](SyncRecord& r) { r.email = "a@"; }, Fault::kEmailMalformed, "email"},
      {"space in address", [](SyncRecord& r) { r.email = "a b@c"; }, Fault::kEmailMalformed,
       "email"},
      {"fine", [](SyncRecord&) {}, Fault::kNone, ""},
  };
  for (const Case& one : cases) {
    SyncRecord record = Person();
    one.break_it(record);
    Normalise(record);
    EXPECT_EQ(record.fault, one.fault) << one.name;
    EXPECT_EQ(record.field, one.field) << one.name;
  }
}

TEST(NormaliseTest, KeepsAFaultFoundBeforeUnlessTheKeyIsBad) {
  SyncRecord record = Person();
  record.fault = Fault::kFieldInvalid;
  record.field = "email";
  Normalise(record);
  EXPECT_EQ(record.field, "email");
  EXPECT_FALSE(HasNoKey(record));
  record.external_id = "a\nb";
  Normalise(record);
  EXPECT_TRUE(HasNoKey(record));
}

TEST(NormaliseTest, MakesRecordsComparable) {
  SyncRecord record = Person();
  record.external_id = " p1 ";
  record.display_name = "\tAda ";
  record.update_time = absl::FromUnixNanos(1999);
  Normalise(record);
  EXPECT_EQ(record.external_id, "p1");
  EXPECT_EQ(record.display_name, "Ada");
  EXPECT_EQ(record.update_time, absl::FromUnixMicros(1));
  EXPECT_EQ(Digest(record), Digest(Person()));
}

TEST(NormaliseTest, OfALeaverOnlyTheNameCounts) {
  SyncRecord record = Person();
  record.left = true;
  record.display_name = "";
  record.email = "";
  record.manager = "gone";
  Normalise(record);
  EXPECT_EQ(record.fault, Fault::kNone);
  EXPECT_EQ(record.manager, std::nullopt);
}

TEST(DigestTest, TellsAbsentFromEmptyAndFieldsFromOneAnother) {
  SyncRecord absent;
  SyncRecord empty;
  empty.above = "";
  SyncRecord manager;
  manager.manager = "";
  SyncRecord left;
  left.left = true;
  EXPECT_NE(Digest(absent), Digest(empty));
  EXPECT_NE(Digest(manager), Digest(empty));
  EXPECT_NE(Digest(absent), Digest(left));
  SyncRecord first;
  first.display_name = "a";
  first.email = "b";
  SyncRecord second;
  second.display_name = "a1:b";
  EXPECT_NE(Digest(first), Digest(second));
}

TEST(JudgeTest, OfSomebodyUnknown) {
  EXPECT_EQ(JudgeIt(Person(), nullptr).verdict, Verdict::kCreated);
  EXPECT_EQ(JudgeIt(Person(), nullptr).claim, "ada@example.org");
  SyncRecord nameless = Person();
  nameless.display_name.reset();
  EXPECT_EQ(JudgeIt(nameless, nullptr).fault, Fault::kDisplayNameMissing);
  SyncRecord unreachable = Person();
  unreachable.email.reset();
  EXPECT_EQ(JudgeIt(unreachable, nullptr).fault, Fault::kEmailMissing);
  SyncRecord left = Person();
  left.left = true;
  EXPECT_EQ(JudgeIt(left, nullptr).verdict, Verdict::kUnchanged);
}

TEST(JudgeTest, OfSomebodyHeld) {
  struct Case {
    const char* name;
    StaffState held;
    void (*change)(SyncRecord&);
    Verdict verdict;
    bool releases;
    std::optional<std::string> claim;
  };
  const std::string ada = "ada@example.org";
  const Case cases[] = {
      {"the same", StaffState::kActive, [](SyncRecord&) {}, Verdict::kUnchanged, false, {}},
      {"absent fields keep",
       StaffState::kActive,
       [](SyncRecord& r) {
         r.display_name.reset();
         r.email.reset();
       },
       Verdict::kUnchanged,
       false,
       {}},
      {"renamed",
       StaffState::kActive,
       [](SyncRecord& r) { r.display_name = "Ada L"; },
       Verdict::kUpdated,
       false,
       {}},
      {"moved",
       StaffState::kActive,
       [](SyncRecord& r) { r.above = "t2"; },
       Verdict::kUpdated,
       false,
       {}},
      {"team cleared",
       StaffState::kActive,
       [](SyncRecord& r) { r.above = ""; },
       Verdict::kUpdated,
       false,
       {}},
      {"manager cleared",
       StaffState::kActive,
       [](SyncRecord& r) { r.manager = ""; },
       Verdict::kUpdated,
       false,
       {}},
      {"new address", StaffState::kActive, [](SyncRecord& r) { r.email = "b@c"; },
       Verdict::kUpdated, true, "b@c"},
      {"left", StaffState::kActive, [](SyncRecord& r) { r.left = true; }, Verdict::kLeft, true, {}},
      {"suspended, left",
       StaffState::kSuspended,
       [](SyncRecord& r) { r.left = true; },
       Verdict::kLeft,
       true,
       {}},
      {"left already",
       StaffState::kLeft,
       [](SyncRecord& r) { r.left = true; },
       Verdict::kUnchanged,
       false,
       {}},
      {"back from suspension",
       StaffState::kSuspended,
       [](SyncRecord&) {},
       Verdict::kReturned,
       false,
       {}},
      {"back with a new address", StaffState::kSuspended, [](SyncRecord& r) { r.email = "b@c"; },
       Verdict::kReturned, true, "b@c"},
      {"back after leaving", StaffState::kLeft, [](SyncRecord& r) { r.email.reset(); },
       Verdict::kReturned, false, ada},
      {"older",
       StaffState::kActive,
       [](SyncRecord& r) {
         r.display_name = "Old";
         r.update_time = absl::FromUnixSeconds(999);
       },
       Verdict::kUnchanged,
       false,
       {}},
      {"older, of somebody suspended",
       StaffState::kSuspended,
       [](SyncRecord& r) { r.update_time = absl::FromUnixSeconds(999); },
       Verdict::kUnchanged,
       false,
       {}},
      {"as old and different",
       StaffState::kActive,
       [](SyncRecord& r) {
         r.display_name = "New";
         r.update_time = absl::FromUnixSeconds(1000);
       },
       Verdict::kUpdated,
       false,
       {}},
      {"only newer",
       StaffState::kActive,
       [](SyncRecord& r) { r.update_time = absl::FromUnixSeconds(1001); },
       Verdict::kTouched,
       false,
       {}},
  };
  for (const Case& one : cases) {
    SyncRecord record = Person();
    one.change(record);
    const Held held = Ada(one.held);
    const Judgement judgement = JudgeIt(record, &held);
    EXPECT_EQ(judgement.verdict, one.verdict) << one.name;
    EXPECT_EQ(judgement.releases, one.releases) << one.name;
    EXPECT_EQ(judgement.claim, one.claim) << one.name;
  }
}

TEST(JudgeTest, TheSameDigestNeedsNoOtherField) {
  SyncRecord record = Person();
  Held held;  // neither name nor address
  held.digest = Digest(record);
  EXPECT_EQ(JudgeByDigest(record, held.digest, held), Verdict::kUnchanged);
  record.update_time = absl::FromUnixSeconds(5);
  EXPECT_EQ(JudgeByDigest(record, held.digest, held), Verdict::kTouched);
  held.state = StaffState::kSuspended;
  EXPECT_EQ(JudgeByDigest(record, held.digest, held), std::nullopt);
}

TEST(MergeTest, AbsentKeepsAndEmptyClears) {
  SyncRecord record;
  record.external_id = "p1";
  record.manager = "";
  const Held held = Ada();
  const Held merged = Merge(record, "d", &held);
  EXPECT_EQ(merged.display_name, "Ada");
  EXPECT_EQ(merged.above, "t1");
  EXPECT_EQ(merged.manager, std::nullopt);
  EXPECT_EQ(merged.update_time, held.update_time);
}

// The bounds of the guard: three people or 5 %, and never half.
TEST(GuardTest, BoundsSuspensions) {
  struct Case {
    int64_t active;
    int64_t suspended;
    bool refused;
  };
  const Case cases[] = {{0, 0, false},       {1, 1, true},   {2, 1, true},    {3, 1, false},
                        {6, 3, true},        {7, 3, false},  {9, 4, true},    {59, 3, false},
                        {60, 4, true},       {79, 4, true},  {80, 4, false},  {100, 5, false},
                        {100, 6, true},      {119, 6, true}, {120, 6, false}, {100000, 5000, false},
                        {100000, 5001, true}};
  for (const Case& one : cases) {
    SyncTotals totals;
    totals.mode = SyncMode::kFull;
    totals.received_people = 1;
    totals.active = one.active;
    totals.suspended = one.suspended;
    EXPECT_EQ(Guard(totals, SyncRules()), one.refused ? kTooManySuspensions : 0)
        << one.suspended << " of " << one.active;
    // Whether they are missing or told as left makes no difference.
    totals.leaving = (one.suspended + 1) / 2;
    totals.suspended -= totals.leaving;
    EXPECT_EQ(Guard(totals, SyncRules()), one.refused ? kTooManySuspensions : 0)
        << totals.leaving << " leavers, " << one.suspended << " of " << one.active;
  }
}

TEST(GuardTest, ComparesWhatCameWithWhatWasTold) {
  SyncTotals totals;
  totals.expected = totals.ended = totals.received = 5;
  EXPECT_EQ(Guard(totals, SyncRules()), 0);
  totals.expected = 6;
  EXPECT_EQ(Guard(totals, SyncRules()), kCountMismatch);
  totals.expected = 5;
  totals.ended = 4;
  EXPECT_EQ(Guard(totals, SyncRules()), kCountMismatch);
  totals.checksum_ok = false;
  EXPECT_EQ(Guard(totals, SyncRules()), kCountMismatch | kChecksumMismatch);
}

TEST(GuardTest, RefusesAFullSnapshotOfNobody) {
  SyncTotals totals;
  EXPECT_EQ(Guard(totals, SyncRules()), 0);
  totals.mode = SyncMode::kFull;
  EXPECT_EQ(Guard(totals, SyncRules()), kEmptySnapshot);
  EXPECT_THAT(Describe(kEmptySnapshot | kTooManySuspensions, totals),
              ElementsAre(Field(&RefusalText::reason, "EMPTY_SNAPSHOT"),
                          Field(&RefusalText::reason, "TOO_MANY_SUSPENSIONS")));
}

}  // namespace
}  // namespace dap::enrolment
