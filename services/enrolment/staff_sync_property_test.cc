// Random syncs against a naive model of what they do.
#include <random>

#include "services/enrolment/staff_sync_model.h"

namespace dap::enrolment {
namespace {

// Few names, so that everything meets everything.
class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}

  int Of(int sides) { return static_cast<int>(random_() % static_cast<uint32_t>(sides)); }
  bool OneIn(int sides) { return Of(sides) == 0; }

  SyncRecord Record() { return OneIn(3) ? Team() : Person(); }
  std::vector<SyncRecord> Records(SyncMode mode) {
    std::vector<SyncRecord> records;
    if (mode == SyncMode::kDelta) {
      for (int n = Of(8); n > 0; --n) records.push_back(Record());
      return records;
    }
    for (int i = 0; i < kPeople; ++i) {
      if (!OneIn(6)) records.push_back(Person(i));
    }
    for (int n = Of(6); n > 0; --n) records.push_back(Record());
    for (size_t i = records.size(); i > 1; --i) {
      std::swap(records[i - 1], records[static_cast<size_t>(Of(static_cast<int>(i)))]);
    }
    return records;
  }

 private:
  static constexpr int kPeople = 8;
  static constexpr int kTeams = 5;

  std::optional<std::string> Reference(const char* prefix, int count) {
    if (OneIn(3)) return std::nullopt;
    if (OneIn(4)) return "";
    return absl::StrCat(prefix, Of(count + 1));  // one that there never is
  }
  void Common(SyncRecord& record) {
    if (OneIn(4)) record.display_name = absl::StrCat("Name ", Of(3));
    if (OneIn(6)) record.display_name.reset();
    if (OneIn(3)) record.update_time = absl::FromUnixSeconds(Of(5));
  }
  SyncRecord Team() {
    const int i = Of(kTeams);
    SyncRecord record = TeamRecord(absl::StrCat("t", i), Reference("t", kTeams));
    if (OneIn(8)) record.external_id = absl::StrCat("t", kTeams - 1 - i);
    Common(record);
    return record;
  }
  SyncRecord Person() { return Person(Of(kPeople)); }
  SyncRecord Person(int i) {
    SyncRecord record =
        PersonRecord(absl::StrCat("p", i), absl::StrCat("mail", OneIn(3) ? Of(kPeople) : i, "@x"),
                     Reference("t", kTeams), Reference("p", kPeople));
    Common(record);
    if (OneIn(5)) record.email.reset();
    record.left = OneIn(8);
    return record;
  }

  std::mt19937 random_;
};

class SyncPropertyTest : public SyncTest {
 protected:
  static KeptById Flat(const std::map<std::string, std::map<std::string, ModelPerson>>& all) {
    KeptById flat;
    for (const auto& [source, held] : all) {
      for (const auto& [id, one] : held) flat[source + "/" + id] = one.kept;
    }
    return flat;
  }

  std::set<int64_t> RejectedPlaces(const store::SyncRun& run) {
    std::set<int64_t> places;
    for (const std::string& told : Rejections(run)) places.insert(std::atoll(told.c_str()));
    return places;
  }

  // One random sync in both; false where they differ.
  bool Step(Dice& dice, SyncModel& model) {
    const std::string source = dice.OneIn(3) ? "other" : "hr";
    const SyncMode mode = dice.OneIn(2) ? SyncMode::kFull : SyncMode::kDelta;
    const std::vector<SyncRecord> records = dice.Records(mode);
    std::set<int64_t> rejected;
    const bool allowed = model.Apply(source, mode, records, &rejected);
    const auto run = Plan(mode, records, source);
    EXPECT_THAT(run, IsOk());
    if (!run.ok()) return false;
    EXPECT_EQ(run->state, allowed ? SyncState::kPlanned : SyncState::kRefused);
    if (allowed) {
      EXPECT_EQ(RejectedPlaces(*run), rejected);
      const auto applied = Apply(*run);
      EXPECT_THAT(applied, IsOk());
      const store::SyncCounts& counts = run->counts;
      EXPECT_EQ(run->received, counts.created + counts.updated + counts.touched + counts.unchanged +
                                   counts.returned + counts.rejected + counts.left);
    }
    EXPECT_EQ(Everyone(), Flat(model.people));
    EXPECT_EQ(Teams(), Flat(model.teams));
    return !HasFailure();
  }
};

TEST_F(SyncPropertyTest, RandomSyncsDoWhatTheModelSays) {
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    SetUp();  // an organisation of its own
    Dice dice(seed);
    SyncModel model;
    for (int step = 0; step < 8; ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      if (!Step(dice, model)) return;
    }
  }
}

// Each change is told once: the last event of everyone is what is held.
TEST_F(SyncPropertyTest, EventsTellTheLatestOfEveryone) {
  Dice dice(7);
  SyncModel model;
  std::map<std::string, int64_t> versions;
  for (int step = 0; step < 12; ++step) {
    if (!Step(dice, model)) return;
    for (const auto& event : NewEvents()) {
      EXPECT_EQ(event.version(), versions[event.staff_member()] + 1);
      versions[event.staff_member()] = event.version();
    }
  }
  for (const db::Row& row :
       Query("SELECT staff_member, version FROM staff_member WHERE organisation = ?",
             {organisation_})) {
    EXPECT_EQ(versions[row.String(0)], row.Int(1));
  }
}

}  // namespace
}  // namespace dap::enrolment
