#include "services/activity/operations/known_enrolments.h"

#include <set>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/store/silence_epochs.h"

namespace dap::activity {

absl::Status KnownEnrolments::Learn(absl::Span<Log> logs, absl::Time now, absl::Time deadline) {
  if (known_.size() > static_cast<size_t>(most_)) known_.clear();
  std::map<id::Uuid, std::set<id::Uuid>> unknown;
  for (const Log& log : logs) {
    const auto found = known_.find(Key(log->row.organisation, log->row.enrolment));
    if (found == known_.end() || found->second.until < now) {
      unknown[log->row.organisation].insert(log->row.enrolment);
    }
  }
  if (unknown.empty()) return absl::OkStatus();
  return db::Read(context_.pool, deadline, [&](db::Connection& db) -> absl::Status {
    for (const auto& [organisation, set] : unknown) {
      for (const id::Uuid& enrolment : set) known_.erase(Key(organisation, enrolment));
      ASSIGN_OR_RETURN(const int64_t epoch, ReadEpoch(db, organisation));
      const std::vector<id::Uuid> enrolments(set.begin(), set.end());
      ASSIGN_OR_RETURN(std::vector<Participation> found,
                       FindParticipations(db, organisation, enrolments));
      for (Participation& participation : found) {
        if (participation.version == 0) continue;
        ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(participation.time_zone));
        const Key key(organisation, participation.enrolment);
        known_[key] = {std::move(participation), zone, now + age_, epoch};
      }
    }
    return absl::OkStatus();
  });
}

const KnownEnrolments::Known* KnownEnrolments::Find(const PendingLog& log) const {
  const auto found = known_.find(Key(log.row.organisation, log.row.enrolment));
  return found == known_.end() ? nullptr : &found->second;
}

bool KnownEnrolments::NeedsAdvance(const PendingLog& log, int64_t epoch) const {
  const Known* known = Find(log);
  if (known == nullptr || known->epoch != epoch) return true;
  const Participation& participation = known->participation;
  if (participation.rung != Rung::kNone || !participation.last_contribution_at) return true;
  return time::DayOf(*participation.last_contribution_at, known->zone) !=
         time::DayOf(log.row.create_time, known->zone);
}

absl::Status KnownEnrolments::Hold(db::Connection& tx, absl::Span<Log> logs,
                                   const std::vector<int>& places, Held& held) const {
  std::map<id::Uuid, bool> deletes;
  for (int i : places) {
    deletes[logs[i]->row.organisation] |= logs[i]->kind == WriteKind::kDelete;
  }
  for (const auto& [organisation, any] : deletes) {
    ASSIGN_OR_RETURN(held.epochs[organisation],
                     any ? RaiseEpoch(tx, organisation) : HoldEpoch(tx, organisation));
  }
  std::map<id::Uuid, std::set<id::Uuid>> wanted;
  for (int i : places) {
    const ActivityRow& row = logs[i]->row;
    if (logs[i]->changes() || NeedsAdvance(*logs[i], held.epochs[row.organisation])) {
      wanted[row.organisation].insert(row.enrolment);
    }
  }
  for (const auto& [organisation, set] : wanted) {
    ASSIGN_OR_RETURN(
        std::vector<Participation> locked,
        LockParticipations(tx, organisation, std::vector<id::Uuid>(set.begin(), set.end())));
    for (Participation& participation : locked) {
      held.participations[Key(organisation, participation.enrolment)] = std::move(participation);
    }
  }
  return absl::OkStatus();
}

void KnownEnrolments::Take(Held held) {
  for (auto& [key, participation] : held.participations) {
    const auto known = known_.find(key);
    if (known == known_.end()) continue;
    known->second.participation = std::move(participation);
    known->second.epoch = held.epochs.at(key.first);
  }
}

}  // namespace dap::activity
