// What a sync does, told naively: the whole snapshot in memory, one rule after the other. The
// property test holds the real one to it.
#ifndef DAP_SERVICES_ENROLMENT_STAFF_SYNC_MODEL_H_
#define DAP_SERVICES_ENROLMENT_STAFF_SYNC_MODEL_H_

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/enrolment/staff_sync_fixture.h"

namespace dap::enrolment {

struct ModelPerson {
  Kept kept;
  std::optional<absl::Time> update_time;
};

class SyncModel {
 public:
  // By source, then external id.
  std::map<std::string, std::map<std::string, ModelPerson>> people;
  std::map<std::string, std::map<std::string, ModelPerson>> teams;

  // Applies a sync that the guard allows; false, and nothing done, where it would not. `rejected`
  // gets the places of the records left out.
  bool Apply(const std::string& source, SyncMode mode, const std::vector<SyncRecord>& sent,
             std::set<int64_t>* rejected) {
    std::vector<SyncRecord> records = Number(sent, rejected);
    if (Refuses(source, mode, records)) return false;
    RejectAlone(source, records, rejected);
    RejectTeams(source, records, rejected);
    RejectPeople(source, records, rejected);
    std::set<std::string> present;
    for (const SyncRecord& record : records) {
      if (record.kind == RecordKind::kPerson) present.insert(record.external_id);
      if (rejected->contains(record.sequence) || Ignored(source, record)) continue;
      Change(record.kind == RecordKind::kTeam ? teams[source] : people[source], record);
    }
    if (mode == SyncMode::kFull) Suspend(source, present);
    return true;
  }

 private:
  using Rejected = std::set<int64_t>;
  using Held = std::map<std::string, ModelPerson>;

  Held& held(const std::string& source, RecordKind kind) {
    return kind == RecordKind::kTeam ? teams[source] : people[source];
  }

  // Without duplicates, each with its place.
  static std::vector<SyncRecord> Number(const std::vector<SyncRecord>& sent, Rejected* rejected) {
    std::vector<SyncRecord> records;
    std::set<std::pair<RecordKind, std::string>> seen;
    for (size_t i = 0; i < sent.size(); ++i) {
      SyncRecord record = sent[i];
      record.sequence = static_cast<int64_t>(i) + 1;
      if (seen.emplace(record.kind, record.external_id).second) {
        records.push_back(record);
      } else {
        rejected->insert(record.sequence);
      }
    }
    return records;
  }

  bool Refuses(const std::string& source, SyncMode mode, const std::vector<SyncRecord>& records) {
    std::set<std::string> present;
    std::set<std::string> leaving;
    for (const SyncRecord& record : records) {
      if (record.kind != RecordKind::kPerson) continue;
      present.insert(record.external_id);
      if (record.left && !Ignored(source, record)) leaving.insert(record.external_id);
    }
    const bool full = mode == SyncMode::kFull;
    int active = 0;
    int going = 0;
    for (const auto& [id, person] : people[source]) {
      if (person.kept.state != 1) continue;
      ++active;
      if (leaving.contains(id) || (full && !present.contains(id))) ++going;
    }
    return (full && present.empty()) || (going > 3 && going * 20 > active) ||
           (going > 0 && going * 2 >= active);
  }

  bool Ignored(const std::string& source, const SyncRecord& record) {
    Held& all = held(source, record.kind);
    const auto found = all.find(record.external_id);
    if (found == all.end()) return record.left;
    return record.update_time.has_value() && found->second.update_time.has_value() &&
           *record.update_time < *found->second.update_time;
  }

  void RejectAlone(const std::string& source, const std::vector<SyncRecord>& records,
                   Rejected* rejected) {
    for (const SyncRecord& record : records) {
      if (Ignored(source, record) || held(source, record.kind).contains(record.external_id)) {
        continue;
      }
      if (!record.display_name.has_value() ||
          (record.kind == RecordKind::kPerson && !record.email.has_value())) {
        rejected->insert(record.sequence);
      }
    }
  }

  // Held, or made by a record of the run that stands.
  bool Known(const std::string& source, RecordKind kind, const std::string& id,
             const std::vector<SyncRecord>& records, const Rejected& rejected) {
    if (held(source, kind).contains(id)) return true;
    return std::any_of(records.begin(), records.end(), [&](const SyncRecord& one) {
      return one.kind == kind && one.external_id == id && !one.left &&
             !rejected.contains(one.sequence);
    });
  }

  void RejectTeams(const std::string& source, const std::vector<SyncRecord>& records,
                   Rejected* rejected) {
    for (bool again = true; again;) {
      again = false;
      for (const SyncRecord& record : records) {
        if (record.kind != RecordKind::kTeam || rejected->contains(record.sequence) ||
            Ignored(source, record) || record.above.value_or("").empty()) {
          continue;
        }
        if (Known(source, RecordKind::kTeam, *record.above, records, *rejected)) continue;
        rejected->insert(record.sequence);
        again = true;
      }
      if (!again) again = RejectCycles(source, records, rejected);
    }
  }

  bool RejectCycles(const std::string& source, const std::vector<SyncRecord>& records,
                    Rejected* rejected) {
    std::map<std::string, std::string> above;
    for (const auto& [id, team] : teams[source]) above[id] = team.kept.above;
    std::map<std::string, int64_t> moved;
    for (const SyncRecord& record : records) {
      if (record.kind != RecordKind::kTeam || rejected->contains(record.sequence) ||
          Ignored(source, record) || !record.above.has_value()) {
        continue;
      }
      if (above[record.external_id] != *record.above) moved[record.external_id] = record.sequence;
      above[record.external_id] = *record.above;
    }
    const Rejected before = *rejected;
    for (const auto& [id, sequence] : moved) {
      std::string at = above[id];
      for (size_t steps = 0; !at.empty() && at != id && steps < above.size(); ++steps) {
        at = above[at];
      }
      if (at == id) rejected->insert(sequence);
    }
    return *rejected != before;
  }

  // The address they want and have not, empty for none; and whether they give theirs up.
  struct Wish {
    std::string claim;
    bool releases = false;
  };
  Wish WishOf(const std::string& source, const SyncRecord& record) {
    if (record.kind == RecordKind::kTeam || Ignored(source, record)) return {};
    const auto found = people[source].find(record.external_id);
    if (found == people[source].end()) return {record.email.value_or(""), false};
    const Kept& kept = found->second.kept;
    if (record.left) return {"", kept.state != 3};
    const std::string wanted = record.email.value_or(kept.email);
    if (kept.state == 3) return {wanted, false};
    return wanted == kept.email ? Wish() : Wish{wanted, true};
  }

  void RejectPeople(const std::string& source, const std::vector<SyncRecord>& records,
                    Rejected* rejected) {
    std::set<std::string> claimed;
    const Rejected alone = *rejected;
    for (const SyncRecord& record : records) {
      const Wish wish = WishOf(source, record);
      if (wish.claim.empty() || alone.contains(record.sequence)) continue;
      if (!claimed.insert(wish.claim).second) rejected->insert(record.sequence);
    }
    for (bool again = true; again;) {
      again = false;
      for (const SyncRecord& record : records) {
        if (record.kind != RecordKind::kPerson || rejected->contains(record.sequence) ||
            Ignored(source, record)) {
          continue;
        }
        if (Refers(source, record, records, *rejected) &&
            !Taken(source, record, records, *rejected)) {
          continue;
        }
        rejected->insert(record.sequence);
        again = true;
      }
    }
  }

  bool Refers(const std::string& source, const SyncRecord& record,
              const std::vector<SyncRecord>& records, const Rejected& rejected) {
    if (record.left) return true;
    const std::string above = record.above.value_or("");
    const std::string manager = record.manager.value_or("");
    return (above.empty() || Known(source, RecordKind::kTeam, above, records, rejected)) &&
           (manager.empty() || Known(source, RecordKind::kPerson, manager, records, rejected));
  }

  bool Taken(const std::string& source, const SyncRecord& record,
             const std::vector<SyncRecord>& records, const Rejected& rejected) {
    const std::string claim = WishOf(source, record).claim;
    if (claim.empty()) return false;
    for (const auto& [whose, all] : people) {
      for (const auto& [id, person] : all) {
        if (person.kept.state == 3 || person.kept.email != claim) continue;
        if (whose == source && id == record.external_id) continue;
        if (whose != source) return true;
        const bool gives_up =
            std::any_of(records.begin(), records.end(), [&, &id = id](const SyncRecord& one) {
              return one.kind == RecordKind::kPerson && one.external_id == id &&
                     !rejected.contains(one.sequence) && WishOf(source, one).releases;
            });
        if (!gives_up) return true;
      }
    }
    return false;
  }

  static void Change(Held& all, const SyncRecord& record) {
    const bool fresh = !all.contains(record.external_id);
    ModelPerson& person = all[record.external_id];
    const Kept before = person.kept;
    Kept& kept = person.kept;
    if (record.display_name.has_value()) kept.name = *record.display_name;
    if (!record.left) {
      if (record.email.has_value()) kept.email = *record.email;
      if (record.above.has_value()) kept.above = *record.above;
      if (record.manager.has_value()) kept.manager = *record.manager;
    }
    kept.state = record.left ? 3 : 1;
    kept.address_free = record.left;
    if (!fresh && kept != before) ++kept.version;
    if (record.update_time.has_value()) person.update_time = record.update_time;
  }

  void Suspend(const std::string& source, const std::set<std::string>& present) {
    for (auto& [id, person] : people[source]) {
      if (person.kept.state != 1 || present.contains(id)) continue;
      person.kept.state = 2;
      ++person.kept.version;
    }
  }
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_STAFF_SYNC_MODEL_H_
