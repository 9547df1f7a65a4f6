// Streams of garbage: whatever comes, the service stays up, its memory is bounded, and staff are
// either as before or as the plan that was applied says.
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "services/enrolment/staff_sync_service_fixture.h"

namespace dap::enrolment {
namespace {

// A stream of any bytes, as a stranger to our code would send it.
class RawStream : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // `cut` breaks the stream off after the last message in place of ending it.
  RawStream(const rpc::Channel& channel, const auth::Principal& principal,
            std::vector<std::string> messages, bool cut)
      : stub_(channel.grpc_channel()), messages_(std::move(messages)), cut_(cut) {
    context_.set_deadline(absl::ToChronoTime(Soon()));
    context_.AddMetadata(auth::kPrincipalMetadata, auth::Serialize(principal));
    stub_.PrepareBidiStreamingCall(&context_, "/dap.enrolment.v1.StaffSyncService/SyncStaff",
                                   grpc::StubOptions(), this);
    AddHold();  // for the writes, which begin outside of a reaction
    StartRead(&in_);
    StartCall();
    Next();
  }

  // Waits for its end; the plan where it answered one.
  std::optional<v1::SyncRun> Finish() {
    done_.WaitForNotification();
    return run_;
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      Next();
    } else {
      RemoveHold();
    }
  }
  void OnWritesDoneDone(bool) override { RemoveHold(); }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    std::vector<grpc::Slice> slices;
    std::string bytes;
    if (in_.Dump(&slices).ok()) {
      for (const grpc::Slice& slice : slices) {
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
      }
    }
    v1::SyncStaffResponse response;
    if (response.ParseFromString(bytes) && response.has_sync_run()) run_ = response.sync_run();
    StartRead(&in_);
  }
  void OnDone(const grpc::Status&) override { done_.Notify(); }

 private:
  void Next() {
    if (at_ == messages_.size()) {
      if (!cut_) return StartWritesDone();
      context_.TryCancel();
      return RemoveHold();
    }
    const grpc::Slice slice(messages_[at_].data(), messages_[at_].size());
    ++at_;
    out_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&out_);
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  const std::vector<std::string> messages_;
  const bool cut_;
  size_t at_ = 0;
  grpc::ByteBuffer out_;
  grpc::ByteBuffer in_;
  std::optional<v1::SyncRun> run_;
  absl::Notification done_;
};

class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  std::string Bytes(size_t most) {
    std::string bytes(Below(most) + 1, '\0');
    for (char& byte : bytes) byte = static_cast<char>(Below(256));
    return bytes;
  }
  template <typename T>
  void Shuffle(std::vector<T>& all) {
    std::shuffle(all.begin(), all.end(), random_);
  }

 private:
  std::mt19937 random_;
};

double ResidentMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}

class SyncFuzzTest : public StaffSyncServiceTest {
 protected:
  static constexpr int kHeld = 30;

  // A snapshot of everyone and of thirty more, as its messages.
  std::vector<v1::SyncStaffRequest> Snapshot(Dice& dice) {
    std::vector<v1::StaffRecord> records;
    for (const SyncRecord& record : ::dap::enrolment::People(0, 2 * kHeld)) {
      records.push_back(Proto(record));
    }
    dice.Shuffle(records);
    std::vector<v1::SyncStaffRequest> messages = {
        Begin(static_cast<int64_t>(records.size()), true)};
    for (size_t at = 0; at < records.size();) {
      v1::SyncStaffRequest& message = messages.emplace_back();
      if (dice.OneIn(2)) {
        *message.mutable_record() = records[at++];
        continue;
      }
      const size_t many = std::min(dice.Below(20) + 1, records.size() - at);
      for (size_t i = 0; i < many; ++i) *message.mutable_records()->add_records() = records[at++];
    }
    messages.push_back(End(records));
    return messages;
  }

  // Harm to messages as such: their order, their values.
  static void HarmMessages(Dice& dice, std::vector<v1::SyncStaffRequest>& messages) {
    const size_t at = dice.Below(messages.size());
    v1::SyncStaffRequest& one = messages[at];
    switch (dice.Below(7)) {
      case 0:
        return dice.Shuffle(messages);
      case 1:
        return messages.insert(messages.begin() + static_cast<int64_t>(at), one), void();
      case 2:
        return messages.erase(messages.begin() + static_cast<int64_t>(at)), void();
      case 3:
        one.mutable_begin()->set_mode(static_cast<v1::SyncMode>(dice.Below(1 << 20)));
        return;
      case 4:
        one.mutable_record()->mutable_person()->set_display_name(std::string(10 << 20, 'x'));
        return;
      case 5:
        one.mutable_end()->set_count(-1);
        return;
      default:
        one.mutable_record()->mutable_team()->set_external_id(std::string(100'000, 'y'));
    }
  }

  // Harm to bytes: what no client of ours could send.
  static void HarmBytes(Dice& dice, std::vector<std::string>& messages) {
    if (messages.empty()) return;
    std::string& one = messages[dice.Below(messages.size())];
    switch (dice.Below(5)) {
      case 0:
        one = dice.Bytes(2000);
        return;
      case 1:
        one.resize(dice.Below(one.size() + 1));
        return;
      case 2:
        one.insert(dice.Below(one.size() + 1), "\xC3\x28\xFF");  // no UTF-8
        return;
      case 3:
        one.append(dice.Bytes(50));
        return;
      default:
        for (size_t i = 0; i < 3 && !one.empty(); ++i) {
          one[dice.Below(one.size())] = static_cast<char>(dice.Below(256));
        }
    }
  }

  void Round(uint32_t seed) {
    Dice dice(seed);
    SetUp();  // an organisation of its own
    Full(::dap::enrolment::People(0, kHeld));
    const KeptById before = Everyone();
    std::vector<v1::SyncStaffRequest> requests = Snapshot(dice);
    const size_t harms = dice.Below(4);
    for (size_t i = 0; i < harms && !requests.empty(); ++i) {
      if (dice.OneIn(2)) HarmMessages(dice, requests);
    }
    std::vector<std::string> messages;
    for (const auto& request : requests) messages.push_back(request.SerializeAsString());
    for (size_t i = 0; i < harms; ++i) {
      if (dice.OneIn(2)) HarmBytes(dice, messages);
    }
    const bool cut = dice.OneIn(3);
    if (cut) messages.resize(dice.Below(messages.size() + 1));
    RawStream stream(*channel_, *Hr().principal, messages, cut);
    const auto run = stream.Finish();
    if (run.has_value() && run->state() == v1::SYNC_RUN_STATE_APPLIED) {
      ExpectApplied(*run, before);
    } else if (!cut) {
      EXPECT_EQ(Everyone(), before);
    } else {
      ExpectOneOfTheTwo(before);
    }
    EXPECT_FALSE(harms == 0 && !cut && !run.has_value()) << "a good stream has no plan";
  }

  void ExpectApplied(const v1::SyncRun& run, const KeptById& before) {
    const KeptById after = Everyone();
    const v1::SyncCounts& counts = run.counts();
    EXPECT_EQ(after.size(), before.size() + static_cast<size_t>(counts.created()));
    for (const auto& [id, kept] : before) EXPECT_EQ(after.count(id), 1u) << id;
    EXPECT_EQ(counts.received(), counts.created() + counts.updated() + counts.unchanged() +
                                     counts.returned() + counts.left() + counts.rejected());
  }

  // Cut after its end was sent, so that nobody saw the answer.
  void ExpectOneOfTheTwo(const KeptById& before) {
    ASSERT_THAT(FinishSyncRuns(parts(), Soon()), IsOk());
    const KeptById after = Everyone();
    if (after == before) return;
    const db::Rows runs = Query(
        "SELECT created FROM sync_run WHERE organisation = ? AND state = 4 "
        "ORDER BY sync_run DESC LIMIT 1",
        {organisation_});
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(static_cast<int64_t>(after.size() - before.size()), runs[0].Int(0));
  }
};

TEST_F(SyncFuzzTest, GarbageLeavesStaffAsTheyWereOrAsThePlanSays) {
  const char* given = std::getenv("DAP_FUZZ_SEED");
  const uint32_t first = given == nullptr ? 1 : static_cast<uint32_t>(std::atoi(given));
  const double resident = ResidentMegabytes();
  for (uint32_t seed = first; seed < first + 120 && !HasFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("DAP_FUZZ_SEED=", seed));
    Round(seed);
  }
  std::cout << "seeds from " << first << "; resident " << resident << " MB before, "
            << ResidentMegabytes() << " after" << std::endl;
  EXPECT_LT(ResidentMegabytes() - resident, 150);
  // It still works.
  SetUp();
  const Answer answer = SendPeople(kHeld, true);
  EXPECT_THAT(answer.status, IsOk());
  EXPECT_EQ(answer.plan->counts().created(), kHeld);
}

}  // namespace
}  // namespace dap::enrolment
