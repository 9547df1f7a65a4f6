#include "services/enrolment/staff_sync_convert.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "services/enrolment/operations/sync_plan.h"

namespace dap::enrolment {
namespace {

constexpr int64_t kNanosPerMicro = 1000;
// What a DATETIME can hold: years 1 to 9999, as google.protobuf.Timestamp.
constexpr int64_t kFirstSecond = -62135596800;
constexpr int64_t kLastSecond = 253402300799;

void Set(google::protobuf::Timestamp* timestamp, absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    --seconds;
    rest += 1'000'000;
  }
  timestamp->set_seconds(seconds);
  timestamp->set_nanos(static_cast<int32_t>(rest * kNanosPerMicro));
}

v1::SyncRunState StateOf(SyncState state) {
  // A run that is being applied is still the plan it was: it becomes APPLIED.
  if (state == SyncState::kApplying) return v1::SYNC_RUN_STATE_PLANNED;
  return static_cast<v1::SyncRunState>(state);
}

void Fail(SyncRecord& record, Fault fault, absl::string_view field) {
  record.fault = fault;
  record.field = std::string(field);
}

// The last part of a violation's path: "email" of "record.person.email".
absl::string_view Leaf(absl::string_view path) { return path.substr(path.rfind('.') + 1); }

// The key's violation before any other: without it the record can't be kept at all.
void ApplyRules(const absl::Status& rules, SyncRecord& record) {
  if (rules.ok()) return;
  const std::vector<status::Violation> violations = status::Violations(rules);
  const auto key =
      std::find_if(violations.begin(), violations.end(),
                   [](const status::Violation& one) { return Leaf(one.subject) == "external_id"; });
  if (key != violations.end()) {
    Fail(record, key->reason == "FIELD_REQUIRED" ? Fault::kExternalIdMissing : Fault::kFieldInvalid,
         "external_id");
  } else {
    Fail(record, Fault::kFieldInvalid,
         violations.empty() ? "record" : Leaf(violations.front().subject));
  }
}

template <typename Record>
void SetTime(const Record& from, SyncRecord& record) {
  if (!from.has_update_time()) return;
  const google::protobuf::Timestamp& time = from.update_time();
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    if (record.fault == Fault::kNone) Fail(record, Fault::kFieldInvalid, "update_time");
    return;
  }
  record.update_time = absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

void Fill(const v1::TeamRecord& team, SyncRecord& record) {
  if (team.has_display_name()) record.display_name = team.display_name();
  if (team.has_parent_external_id()) record.above = team.parent_external_id();
}

void Fill(const v1::PersonRecord& person, SyncRecord& record) {
  if (person.has_display_name()) record.display_name = person.display_name();
  if (person.has_email()) record.email = person.email();
  if (person.has_team_external_id()) record.above = person.team_external_id();
  if (person.has_manager_external_id()) record.manager = person.manager_external_id();
  record.left = person.left();
}

// As much of an id that can't be kept as is worth telling.
constexpr size_t kToldBytes = 512;

std::string Start(const std::string& text) {
  size_t end = std::min(text.size(), kToldBytes);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace

std::string SyncRunName(const id::Uuid& organisation, const id::Uuid& run) {
  return id::Name({{"organisations", organisation}, {"syncRuns", run}});
}

v1::SyncRun ToProto(const store::SyncRun& run) {
  v1::SyncRun proto;
  proto.set_name(SyncRunName(run.organisation, run.id));
  proto.set_source(run.source);
  proto.set_mode(static_cast<v1::SyncMode>(run.mode));
  proto.set_state(StateOf(run.state));
  v1::SyncCounts* counts = proto.mutable_counts();
  counts->set_received(run.received);
  counts->set_created(run.counts.created);
  counts->set_updated(run.counts.updated);
  counts->set_unchanged(run.counts.unchanged + run.counts.touched);
  counts->set_suspended(run.counts.suspended);
  counts->set_returned(run.counts.returned);
  counts->set_rejected(run.counts.rejected);
  counts->set_left(run.counts.left);
  counts->set_left_active(run.counts.left_active);
  for (RefusalText& refusal : Describe(run.refusals, TotalsOf(run))) {
    v1::SyncRefusal* told = proto.add_refusals();
    told->set_reason(std::move(refusal.reason));
    told->set_message(std::move(refusal.message));
  }
  Set(proto.mutable_create_time(), run.create_time);
  if (run.expire_time.has_value()) Set(proto.mutable_expire_time(), *run.expire_time);
  if (run.apply_time.has_value()) Set(proto.mutable_apply_time(), *run.apply_time);
  if (run.approver.has_value()) {
    v1::SyncApproval* approval = proto.mutable_approval();
    approval->set_approver(*run.approver);
    approval->set_reason(run.approve_reason.value_or(""));
    Set(approval->mutable_approve_time(), run.approve_time.value_or(run.create_time));
  }
  return proto;
}

v1::RejectedRecord ToProto(const store::RejectedRecord& rejected) {
  v1::RejectedRecord proto;
  proto.set_sequence(rejected.sequence);
  proto.set_external_id(rejected.external_id);
  proto.set_reason(std::string(FaultName(rejected.fault)));
  proto.set_field(rejected.field);
  return proto;
}

const std::string& RawExternalId(const v1::StaffRecord& record) {
  return record.has_team() ? record.team().external_id() : record.person().external_id();
}

SyncRecord ToRecord(const v1::StaffRecord& proto, const absl::Status& rules) {
  SyncRecord record;
  record.kind = proto.has_team() ? RecordKind::kTeam : RecordKind::kPerson;
  record.external_id = Start(RawExternalId(proto));
  ApplyRules(rules, record);
  if (record.fault != Fault::kNone) return record;
  if (proto.has_team()) {
    Fill(proto.team(), record);
    SetTime(proto.team(), record);
  } else if (proto.has_person()) {
    Fill(proto.person(), record);
    SetTime(proto.person(), record);
  }
  return record;
}

}  // namespace dap::enrolment
