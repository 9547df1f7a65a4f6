#include "services/enrolment/domain/staff_sync.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/enrolment/domain/staff_sync_checksum.h"

namespace dap::enrolment {
namespace {

constexpr size_t kDigestBytes = 16;

void Reject(SyncRecord& record, Fault fault, absl::string_view field) {
  if (record.fault != Fault::kNone) return;
  record.fault = fault;
  record.field = std::string(field);
}

bool HasControl(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return absl::ascii_iscntrl(c); });
}

void Trim(std::optional<std::string>& text) {
  if (text.has_value()) absl::StripAsciiWhitespace(&*text);
}

// One @ with something on both sides and no white space: what cannot work is refused, no more.
bool IsAddress(absl::string_view email) {
  const size_t at = email.find('@');
  return at != absl::string_view::npos && at > 0 && at + 1 < email.size() &&
         email.find('@', at + 1) == absl::string_view::npos && !absl::StrContains(email, ' ') &&
         !HasControl(email);
}

absl::string_view AboveField(RecordKind kind) {
  return kind == RecordKind::kTeam ? "parent_external_id" : "team_external_id";
}

void KeepWhatCountsOfALeaver(SyncRecord& record) {
  record.email.reset();
  record.above.reset();
  record.manager.reset();
  if (record.display_name.has_value() && record.display_name->empty()) record.display_name.reset();
}

std::optional<std::string> EmptyIsNone(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

bool HoldsAddress(const Held& held) { return held.state != StaffState::kLeft; }

Judgement JudgeNew(const SyncRecord& record) {
  Judgement judgement;
  if (record.left) return judgement;  // they left before we knew them
  judgement.verdict = Verdict::kCreated;
  if (!record.display_name.has_value()) {
    judgement.fault = Fault::kDisplayNameMissing;
    judgement.field = "display_name";
  } else if (record.kind == RecordKind::kPerson && !record.email.has_value()) {
    judgement.fault = Fault::kEmailMissing;
    judgement.field = "email";
  } else if (record.kind == RecordKind::kPerson) {
    judgement.claim = record.email;
  }
  return judgement;
}

}  // namespace

absl::string_view FaultName(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "";
    case Fault::kExternalIdMissing:
      return "EXTERNAL_ID_MISSING";
    case Fault::kDuplicateRecord:
      return "DUPLICATE_RECORD";
    case Fault::kEmailTaken:
      return "EMAIL_TAKEN";
    case Fault::kEmailMalformed:
      return "EMAIL_MALFORMED";
    case Fault::kTeamUnknown:
      return "TEAM_UNKNOWN";
    case Fault::kManagerUnknown:
      return "MANAGER_UNKNOWN";
    case Fault::kTeamCycle:
      return "TEAM_CYCLE";
    case Fault::kFieldInvalid:
      return "FIELD_INVALID";
    case Fault::kDisplayNameMissing:
      return "DISPLAY_NAME_MISSING";
    case Fault::kEmailMissing:
      return "EMAIL_MISSING";
  }
  return "";
}

bool HasNoKey(const SyncRecord& record) {
  return record.external_id.empty() ||
         (record.fault != Fault::kNone && record.field == "external_id");
}

void Normalise(SyncRecord& record) {
  absl::StripAsciiWhitespace(&record.external_id);
  if (record.external_id.empty()) Reject(record, Fault::kExternalIdMissing, "external_id");
  if (HasControl(record.external_id)) {
    record.fault = Fault::kNone;  // the key comes first
    Reject(record, Fault::kFieldInvalid, "external_id");
  }
  for (auto* field : {&record.display_name, &record.email, &record.above, &record.manager}) {
    Trim(*field);
  }
  if (record.left) KeepWhatCountsOfALeaver(record);
  const auto check = [&record](const std::optional<std::string>& text, absl::string_view field) {
    if (text.has_value() && HasControl(*text)) Reject(record, Fault::kFieldInvalid, field);
  };
  check(record.display_name, "display_name");
  check(record.above, AboveField(record.kind));
  check(record.manager, "manager_external_id");
  if (record.display_name.has_value() && record.display_name->empty()) {
    Reject(record, Fault::kDisplayNameMissing, "display_name");
  }
  if (record.email.has_value() && record.email->empty()) {
    Reject(record, Fault::kEmailMissing, "email");
  } else if (record.email.has_value() && !IsAddress(*record.email)) {
    Reject(record, Fault::kEmailMalformed, "email");
  }
  if (record.update_time.has_value()) {
    record.update_time = absl::FromUnixMicros(absl::ToUnixMicros(*record.update_time));
  }
}

std::string Digest(const SyncRecord& record) {
  SyncChecksum checksum;
  checksum.Add(record.left ? "left" : "here");
  for (const auto* field : {&record.display_name, &record.email, &record.above, &record.manager}) {
    checksum.Add(field->has_value() ? absl::StrCat((*field)->size(), ":", **field) : "-");
  }
  return checksum.Digest().substr(0, kDigestBytes);
}

std::optional<Verdict> JudgeByDigest(const SyncRecord& record, absl::string_view digest,
                                     const Held& held) {
  if (record.update_time.has_value() && held.update_time.has_value() &&
      *record.update_time < *held.update_time) {
    return Verdict::kUnchanged;
  }
  const StaffState wanted = record.left ? StaffState::kLeft : StaffState::kActive;
  if (held.state != wanted || held.digest != digest) return std::nullopt;
  const bool newer = record.update_time.has_value() && record.update_time != held.update_time;
  return newer ? Verdict::kTouched : Verdict::kUnchanged;
}

Judgement Judge(const SyncRecord& record, absl::string_view digest, const Held* held) {
  if (held == nullptr) return JudgeNew(record);
  Judgement judgement;
  if (const auto known = JudgeByDigest(record, digest, *held)) {
    judgement.verdict = *known;
    return judgement;
  }
  const Held merged = Merge(record, digest, held);
  if (merged.state != held->state) {
    judgement.verdict = record.left ? Verdict::kLeft : Verdict::kReturned;
  } else if (merged.display_name != held->display_name || merged.email != held->email ||
             merged.above != held->above || merged.manager != held->manager) {
    judgement.verdict = Verdict::kUpdated;
  } else {
    judgement.verdict =
        merged.update_time != held->update_time ? Verdict::kTouched : Verdict::kUnchanged;
  }
  if (record.kind == RecordKind::kTeam) return judgement;
  const bool moves = !HoldsAddress(*held) || merged.email != held->email;
  judgement.releases = HoldsAddress(*held) && (!HoldsAddress(merged) || moves);
  if (HoldsAddress(merged) && moves) judgement.claim = merged.email;
  return judgement;
}

Held Merge(const SyncRecord& record, absl::string_view digest, const Held* held) {
  Held merged = held == nullptr ? Held() : *held;
  if (record.display_name.has_value()) merged.display_name = *record.display_name;
  if (record.email.has_value()) merged.email = *record.email;
  if (record.above.has_value()) merged.above = EmptyIsNone(*record.above);
  if (record.manager.has_value()) merged.manager = EmptyIsNone(*record.manager);
  merged.state = record.left ? StaffState::kLeft : StaffState::kActive;
  if (record.update_time.has_value()) merged.update_time = record.update_time;
  merged.digest = std::string(digest);
  return merged;
}

int Guard(const SyncTotals& totals, const SyncRules& rules) {
  int refusals = 0;
  if (totals.mode == SyncMode::kFull && totals.received_people == 0) refusals |= kEmptySnapshot;
  if (totals.expected != totals.received || totals.ended != totals.received) {
    refusals |= kCountMismatch;
  }
  if (!totals.checksum_ok) refusals |= kChecksumMismatch;
  // Whether an export misses people or calls them leavers by mistake, they can't sign in.
  const int64_t going = totals.suspended + totals.leaving;
  const bool above_share =
      going > rules.guard_people && going * 100 > totals.active * rules.guard_percent;
  const bool half = going > 0 && going * 2 >= totals.active;
  if (above_share || half) refusals |= kTooManySuspensions;
  return refusals;
}

std::vector<RefusalText> Describe(int refusals, const SyncTotals& totals) {
  std::vector<RefusalText> texts;
  if (refusals & kEmptySnapshot) {
    texts.push_back({"EMPTY_SNAPSHOT",
                     "A full snapshot that names nobody would suspend everyone. "
                     "Check the export and send it again."});
  }
  if (refusals & kCountMismatch) {
    texts.push_back(
        {"COUNT_MISMATCH",
         absl::StrCat(totals.received, " records came, ", totals.expected, " were announced and ",
                      totals.ended, " counted at the end. Send the sync again.")});
  }
  if (refusals & kChecksumMismatch) {
    texts.push_back({"CHECKSUM_MISMATCH",
                     "The external ids that came are not those that were sent. "
                     "Send the sync again."});
  }
  if (refusals & kTooManySuspensions) {
    texts.push_back({"TOO_MANY_SUSPENSIONS",
                     absl::StrCat("Of ", totals.active, " active people ", totals.suspended,
                                  " are missing and ", totals.leaving,
                                  " are told as left. Check the export; an administrator of the "
                                  "organisation may approve this run once.")});
  }
  return texts;
}

}  // namespace dap::enrolment
