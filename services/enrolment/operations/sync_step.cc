#include "services/enrolment/operations/sync_step.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "libs/db/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/staff_state_changed.h"

namespace dap::enrolment {
namespace {

using store::Batch;
using store::Planned;
using store::SyncPhase;
using store::Written;

constexpr int kBatch = 1000;
// Nobody else holds or asks for who is new: what bounds them is memory, some 4 kB a person.
constexpr int kNewBatch = 8000;
// What changes for a person may change their enrolments, a statement or two each.
constexpr int kChangesBatch = 500;
constexpr int kLevels = 64;

bool Differs(const Held& before, const Held& after) {
  return before.state != after.state || before.display_name != after.display_name ||
         before.email != after.email || before.above != after.above ||
         before.manager != after.manager;
}

// A reference whose target was left out at the last moment.
bool Dangles(const std::optional<std::string>& wanted, const std::optional<id::Uuid>& found) {
  return wanted.has_value() && !wanted->empty() && !found.has_value();
}

int64_t& CountOf(store::SyncCounts& counts, const Held& before, const Held& after) {
  if (before.state == after.state) return counts.updated;
  return after.state == StaffState::kLeft ? counts.left : counts.returned;
}

}  // namespace

events::v1::Event StaffEvent(const StaffMember& member) {
  events::v1::Event event;
  events::v1::StaffMemberChanged* changed = event.mutable_staff_member_changed();
  changed->set_staff_member(member.id.bytes().data(), id::Uuid::kBytes);
  changed->set_display_name(member.display_name);
  changed->set_email(member.email);
  changed->set_state(static_cast<v1::StaffState>(member.state));
  changed->set_version(member.version);
  return event;
}

void SyncStep::SkipWhatIsEmpty() {
  const store::SyncCounts& counts = run_.counts;
  const int64_t changed = counts.updated + counts.returned + counts.left;
  if (run_.phase == SyncPhase::kRelease && changed == 0) run_.phase = SyncPhase::kTeams;
  if (run_.phase == SyncPhase::kTeams && counts.created + changed + counts.touched == 0) {
    run_.phase = SyncPhase::kSuspend;
  }
  if (run_.phase == SyncPhase::kNewPeople && counts.created == 0) run_.phase = SyncPhase::kPeople;
  if (run_.phase == SyncPhase::kPeople && changed + counts.touched == 0) {
    run_.phase = SyncPhase::kSuspend;
  }
  if (run_.phase == SyncPhase::kSuspend && counts.suspended == 0) {
    run_.phase = SyncPhase::kTeamsGone;
  }
}

absl::Status SyncStep::Run() {
  for (int taken = 0; taken < kBatch;) {
    SkipWhatIsEmpty();
    if (run_.phase == SyncPhase::kEnd) return absl::OkStatus();
    ASSIGN_OR_RETURN(int some, Take());
    taken += some;
    if (some > 0) continue;
    run_.phase = static_cast<SyncPhase>(static_cast<int>(run_.phase) + 1);
    run_.phase_after.clear();
  }
  return absl::OkStatus();
}

absl::StatusOr<int> SyncStep::Take() {
  Batch batch{
      {run_.organisation, run_.id}, {run_.organisation, run_.source}, run_.phase_after, kBatch};
  switch (run_.phase) {
    case SyncPhase::kRelease:
      return Release(batch);
    case SyncPhase::kTeams:
      return Teams(batch);
    case SyncPhase::kNewPeople:
      batch.limit = kNewBatch;
      return NewPeople(batch);
    case SyncPhase::kPeople:
      batch.limit = kChangesBatch;
      return People(batch);
    case SyncPhase::kSuspend:
      batch.limit = kChangesBatch;
      return Suspend(batch);
    case SyncPhase::kTeamsGone:
      RETURN_IF_ERROR(TeamsGone(batch));
      return 0;
    case SyncPhase::kEnd:
      break;
  }
  return 0;
}

absl::StatusOr<int> SyncStep::Release(const Batch& batch) {
  ASSIGN_OR_RETURN(std::string last, store::ReleaseAddresses(tx_, batch));
  if (last.empty()) return 0;
  run_.phase_after = std::move(last);
  return batch.limit;
}

Written SyncStep::Write(const Planned& planned) const {
  const Held* held = planned.held.has_value() ? &*planned.held : nullptr;
  Held merged = Merge(planned.record, planned.digest, held);
  Written written;
  written.source = {run_.organisation, run_.source};
  written.external_id = planned.record.external_id;
  written.id = planned.target;
  written.display_name = std::move(merged.display_name);
  written.email = std::move(merged.email);
  written.above = planned.above;
  written.manager = planned.manager;
  written.state = merged.state;
  written.state_since = now_;
  written.update_time = merged.update_time;
  const bool whole = !Dangles(planned.record.above, planned.above) &&
                     !Dangles(planned.record.manager, planned.manager);
  if (whole) written.digest = planned.digest;
  written.version = merged.version;
  if (held == nullptr || Differs(*held, Merge(planned.record, planned.digest, held))) {
    ++written.version;
  }
  return written;
}

void SyncStep::Tell(const Written& person) {
  StaffMember member;
  member.id = person.id;
  member.display_name = person.display_name;
  member.email = person.email;
  member.state = person.state;
  member.version = person.version;
  outbox_.Add(run_.organisation, StaffEvent(member));
}

absl::StatusOr<int> SyncStep::Teams(const Batch& batch) {
  ASSIGN_OR_RETURN(std::vector<Planned> teams, store::ReadPlannedTeams(tx_, batch));
  if (teams.empty()) return 0;
  std::vector<Written> fresh;
  for (const Planned& team : teams) {
    if (team.held.has_value()) {
      RETURN_IF_ERROR(store::UpdateTeam(tx_, Write(team)));
    } else {
      fresh.push_back(Write(team));
    }
  }
  RETURN_IF_ERROR(store::InsertTeams(tx_, fresh));
  run_.phase_after = teams.back().record.external_id;
  return static_cast<int>(teams.size());
}

absl::StatusOr<int> SyncStep::NewPeople(const Batch& batch) {
  ASSIGN_OR_RETURN(std::vector<Planned> planned, store::ReadPlannedNewPeople(tx_, batch));
  if (planned.empty()) return 0;
  if (writing_ == Writing::kOneByOne) {
    RETURN_IF_ERROR(InsertOneByOne(batch, planned));
  } else {
    std::vector<Written> people;
    people.reserve(planned.size());
    for (const Planned& one : planned) people.push_back(Write(one));
    RETURN_IF_ERROR(store::InsertPeople(tx_, people));
    for (const Written& person : people) Tell(person);
  }
  run_.phase_after = planned.back().record.external_id;
  return static_cast<int>(planned.size());
}

absl::Status SyncStep::InsertOneByOne(const Batch& batch, const std::vector<Planned>& planned) {
  absl::flat_hash_set<id::Uuid> left_out;
  for (Planned one : planned) {
    // Read before that one was left out.
    if (one.manager.has_value() && left_out.contains(*one.manager)) one.manager.reset();
    const Written person = Write(one);
    absl::Status inserted = store::InsertPeople(tx_, {person});
    if (db::IsDuplicateKey(inserted)) {
      RETURN_IF_ERROR(LeaveOut(batch, one, run_.counts.created));
      left_out.insert(one.target);
      continue;
    }
    RETURN_IF_ERROR(inserted);
    Tell(person);
  }
  return absl::OkStatus();
}

absl::Status SyncStep::LeaveOut(const Batch& batch, const Planned& planned, int64_t& counted) {
  RETURN_IF_ERROR(store::RejectLate(tx_, batch, planned.record));
  RETURN_IF_ERROR(store::InsertRejections(
      tx_, batch.key,
      {{planned.record.sequence, planned.record.external_id, Fault::kEmailTaken, "email"}}));
  --counted;
  ++run_.counts.rejected;
  return absl::OkStatus();
}

absl::StatusOr<int> SyncStep::People(const Batch& batch) {
  ASSIGN_OR_RETURN(std::vector<Planned> planned, store::ReadPlannedPeople(tx_, batch));
  for (const Planned& one : planned) {
    RETURN_IF_ERROR(Change(batch, one));
    run_.phase_after = one.record.external_id;
  }
  return static_cast<int>(planned.size());
}

absl::Status SyncStep::Change(const Batch& batch, const Planned& planned) {
  const Held& before = *planned.held;
  const Written after = Write(planned);
  absl::Status updated = store::UpdatePerson(tx_, after);
  if (db::IsDuplicateKey(updated)) {
    const Held merged = Merge(planned.record, planned.digest, &before);
    RETURN_IF_ERROR(LeaveOut(batch, planned, CountOf(run_.counts, before, merged)));
    absl::Status restored = store::RestoreAddress(tx_, run_.organisation, after.id);
    // Taken as well by now: they have none until the next sync says which.
    return db::IsDuplicateKey(restored) ? absl::OkStatus() : restored;
  }
  RETURN_IF_ERROR(updated);
  if (after.version == before.version) return absl::OkStatus();
  Tell(after);
  return Follow(before, after);
}

absl::Status SyncStep::Follow(const Held& before, const Written& after) {
  const id::Uuid& organisation = run_.organisation;
  if (before.display_name != after.display_name) {
    RETURN_IF_ERROR(RenameParticipant(tx_, outbox_, organisation, after.id));
  }
  if (before.state == after.state) return absl::OkStatus();
  return after.state == StaffState::kActive
             ? ResumeEnrolments(tx_, outbox_, organisation, after.id, now_)
             : FollowDeparture(tx_, outbox_, organisation, after.id, now_);
}

absl::StatusOr<int> SyncStep::Suspend(const Batch& batch) {
  ASSIGN_OR_RETURN(std::vector<store::Missing> missing, store::ReadMissing(tx_, batch));
  for (store::Missing& one : missing) {
    run_.phase_after = one.external_id;
    ASSIGN_OR_RETURN(bool moved, store::MoveStaff(tx_, one.member, StaffState::kActive,
                                                  StaffState::kSuspended, now_));
    if (!moved) continue;
    outbox_.Add(run_.organisation, StaffEvent(one.member));
    RETURN_IF_ERROR(FollowDeparture(tx_, outbox_, run_.organisation, one.member.id, now_));
  }
  return static_cast<int>(missing.size());
}

absl::Status SyncStep::TeamsGone(const Batch& batch) {
  RETURN_IF_ERROR(store::MarkNamedAgain(tx_, batch));
  // A snapshot without any team says nothing of teams.
  if (run_.mode != SyncMode::kFull || run_.received_teams == 0) return absl::OkStatus();
  RETURN_IF_ERROR(store::MarkUnnamed(tx_, batch));
  // From the leaves up, a level each time; deeper trees go on with the next snapshot.
  for (int level = 0; level < kLevels; ++level) {
    ASSIGN_OR_RETURN(int64_t hidden, store::HideUnnamed(tx_, batch));
    if (hidden == 0) break;
  }
  return absl::OkStatus();
}

}  // namespace dap::enrolment
