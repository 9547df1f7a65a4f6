#include "services/activity/operations/activity_writer.h"

#include <algorithm>
#include <map>
#include <set>

#include "libs/db/error.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/silence_spell.h"
#include "services/activity/operations/take_in_entry.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kNotHere = "ENROLMENT_NOT_HERE_YET";
// Times a batch whose records are already there is looked up anew: each time another replica must
// have committed one of its requests in between.
constexpr int kLookUps = 5;

// A refusal of the database that is about some row, not about the database.
bool IsAboutARow(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
      return false;
    default:
      return true;
  }
}

void AddLogged(feed::Outbox& outbox, const PendingLog& log) {
  const ActivityRow& row = log.row;
  events::v1::Event event;
  event.set_traceparent(log.traceparent);
  events::v1::ActivityLogged& logged = *event.mutable_activity_logged();
  logged.set_activity(std::string(row.activity.bytes()));
  logged.set_enrolment(std::string(row.enrolment.bytes()));
  logged.set_kind(log.response.activity().kind());
  logged.set_setting(log.response.activity().setting());
  logged.set_minutes(row.minutes);
  *logged.mutable_activity_time() = log.response.activity().activity_time();
  if (!row.goal.is_nil()) logged.set_goal(std::string(row.goal.bytes()));
  outbox.Add(row.organisation, std::move(event));
}

absl::Status NoSuchEnrolment(const PendingLog& log) {
  return status::NotFound("enrolment", log.row.enrolment.ToString());
}

}  // namespace

ActivityWriter::ActivityWriter(const Context& context, const ActivityWriterOptions& options)
    : context_(context),
      options_(options),
      writer_({.name = "activities",
               .max_items = options.max_batch,
               .queue = options.queue,
               .registry = options.registry},
              [this](absl::Span<Log> logs) { return Write(logs); }),
      newcomers_({.name = "newcomers",
                  .max_items = 1,
                  .queue = options.newcomer_queue,
                  .registry = options.registry},
                 [this](absl::Span<Newcomer> newcomers) {
                   Introduce(newcomers);
                   return std::vector<absl::StatusOr<std::monostate>>(newcomers.size(),
                                                                      std::monostate());
                 }) {}

ActivityWriter::~ActivityWriter() { Stop(); }

void ActivityWriter::Stop() {
  // What the writer hands over while it ends is refused as STOPPING, and sent again by its caller.
  newcomers_.Stop();
  writer_.Stop();
}

void ActivityWriter::Add(std::shared_ptr<PendingLog> log, Done done) {
  Log item = log;
  writer_.Add(std::move(item),
              [this, log = std::move(log), done = std::move(done)](Result result) mutable {
                if (result.ok() || status::Reason(result.status()) != kNotHere) {
                  done(std::move(result));
                  return;
                }
                Newcomer newcomer{std::move(log), done};
                newcomers_.Add(std::move(newcomer),
                               [done = std::move(done)](absl::StatusOr<std::monostate> introduced) {
                                 if (!introduced.ok()) done(introduced.status());
                               });
              });
}

std::vector<ActivityWriter::Result> ActivityWriter::Write(absl::Span<Log> logs) {
  const absl::Time now = machine_clock_.Now();
  std::vector<Result> results(logs.size(), absl::UnknownError("not written"));
  if (absl::Status learnt = LearnEnrolments(logs, now); !learnt.ok()) {
    std::fill(results.begin(), results.end(), Result(learnt));
    return results;
  }
  Places good;
  Places refused;
  for (int i = 0; i < static_cast<int>(logs.size()); ++i) {
    const absl::Status checked = Check(*logs[i], now);
    (checked.ok() ? good : refused).push_back(i);
    if (!checked.ok()) results[i] = checked;
  }
  Recall(logs, refused, results);
  std::vector<std::pair<int, int>> twins;
  const Places firsts = TakeFirsts(logs, good, twins);
  Commit(logs, firsts, results);
  for (const auto& [twin, first] : twins) {
    const absl::Status same = requests::CheckSame(logs[first]->record, logs[twin]->record.method,
                                                  logs[twin]->record.fingerprint);
    results[twin] = same.ok() ? results[first] : Result(same);
  }
  return results;
}

absl::Status ActivityWriter::LearnEnrolments(absl::Span<Log> logs, absl::Time now) {
  if (known_.size() > static_cast<size_t>(options_.known_most)) known_.clear();
  std::map<id::Uuid, std::set<id::Uuid>> unknown;
  for (const Log& log : logs) {
    const auto found = known_.find(Key(log->row.organisation, log->row.enrolment));
    if (found == known_.end() || found->second.until < now) {
      unknown[log->row.organisation].insert(log->row.enrolment);
    }
  }
  if (unknown.empty()) return absl::OkStatus();
  return db::Read(
      context_.pool, now + options_.write_within, [&](db::Connection& db) -> absl::Status {
        for (const auto& [organisation, set] : unknown) {
          for (const id::Uuid& enrolment : set) known_.erase(Key(organisation, enrolment));
          const std::vector<id::Uuid> enrolments(set.begin(), set.end());
          ASSIGN_OR_RETURN(std::vector<Participation> found,
                           FindParticipations(db, organisation, enrolments));
          for (Participation& participation : found) {
            if (participation.version == 0) continue;
            ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(participation.time_zone));
            const Key key(organisation, participation.enrolment);
            known_[key] = {std::move(participation), zone, now + options_.known_for};
          }
        }
        return absl::OkStatus();
      });
}

absl::Status ActivityWriter::Check(const PendingLog& log, absl::Time now) const {
  if (log.deadline <= now) return absl::DeadlineExceededError("the caller no longer waits");
  const auto found = known_.find(Key(log.row.organisation, log.row.enrolment));
  if (found == known_.end()) {
    return log.asked ? NoSuchEnrolment(log) : status::Unavailable(kNotHere, "not heard of yet");
  }
  const Participation& participation = found->second.participation;
  if (participation.cohort != log.cohort) return NoSuchEnrolment(log);
  if (participation.participant != log.staff) {
    return status::Denied("NOT_YOURS", "Only the participant logs their activities.");
  }
  return CheckEnrolment(participation.state, participation.start(), found->second.zone,
                        log.row.activity_time);
}

// A request that was carried out before gets its first answer also when it would be refused by now.
void ActivityWriter::Recall(absl::Span<Log> logs, const Places& refused,
                            std::vector<Result>& results) {
  Places places;
  for (int i : refused) {
    const absl::StatusCode code = results[i].status().code();
    if (code == absl::StatusCode::kFailedPrecondition ||
        code == absl::StatusCode::kInvalidArgument) {
      places.push_back(i);
    }
  }
  if (places.empty()) return;
  const absl::Status looked = db::Transaction(
      context_.pool, machine_clock_.Now() + options_.write_within, [&](db::Connection& tx) {
        Places left = places;
        return AnswerKnown(tx, logs, left, results);
      });
  if (looked.ok()) return;
  for (int i : places) results[i] = looked;
}

ActivityWriter::Places ActivityWriter::TakeFirsts(absl::Span<Log> logs, const Places& good,
                                                  std::vector<std::pair<int, int>>& twins) const {
  Places firsts;
  absl::flat_hash_map<requests::Key, int> seen;
  for (int i : good) {
    const auto [first, is_new] = seen.emplace(logs[i]->record.key, i);
    if (is_new) {
      firsts.push_back(i);
    } else {
      twins.emplace_back(i, first->second);
    }
  }
  return firsts;
}

void ActivityWriter::Commit(absl::Span<Log> logs, const Places& places,
                            std::vector<Result>& results) {
  if (places.empty()) return;
  absl::Status committed = TryCommit(logs, places, false, results);
  for (int i = 0; i < kLookUps && db::IsDuplicateKey(committed); ++i) {
    committed = TryCommit(logs, places, true, results);
  }
  if (committed.ok()) {
    context_.feed.Notify();
    return;
  }
  if (places.size() == 1 || !IsAboutARow(committed)) {
    for (int i : places) results[i] = committed;
    return;
  }
  const auto middle = places.begin() + places.size() / 2;
  Commit(logs, Places(places.begin(), middle), results);
  Commit(logs, Places(middle, places.end()), results);
}

absl::Status ActivityWriter::TryCommit(absl::Span<Log> logs, const Places& places, bool look_up,
                                       std::vector<Result>& results) {
  std::vector<Participation> advanced;
  RETURN_IF_ERROR(
      db::Transaction(context_.pool, machine_clock_.Now() + options_.write_within,
                      [&](db::Connection& tx) -> absl::Status {
                        Places left = places;
                        if (look_up) RETURN_IF_ERROR(AnswerKnown(tx, logs, left, results));
                        std::vector<requests::Record> records;
                        std::vector<ActivityRow> rows;
                        feed::Outbox outbox;
                        for (int i : left) {
                          records.push_back(logs[i]->record);
                          rows.push_back(logs[i]->row);
                          AddLogged(outbox, *logs[i]);
                        }
                        RETURN_IF_ERROR(requests::Insert(tx, records, context_.clock.Now()));
                        RETURN_IF_ERROR(AdvanceSilence(tx, outbox, logs, left, advanced));
                        RETURN_IF_ERROR(InsertActivities(tx, rows));
                        RETURN_IF_ERROR(context_.feed.Append(tx, outbox));
                        for (int i : left) results[i] = logs[i]->response;
                        return absl::OkStatus();
                      }));
  for (Participation& participation : advanced) {
    const auto known = known_.find(Key(participation.organisation, participation.enrolment));
    if (known != known_.end()) known->second.participation = std::move(participation);
  }
  return absl::OkStatus();
}

absl::Status ActivityWriter::AnswerKnown(db::Connection& tx, absl::Span<Log> logs, Places& places,
                                         std::vector<Result>& results) {
  std::vector<requests::Key> keys;
  for (int i : places) keys.push_back(logs[i]->record.key);
  ASSIGN_OR_RETURN(auto found, requests::Lookup(tx, keys));
  Places left;
  for (int i : places) {
    const auto record = found.find(logs[i]->record.key);
    if (record == found.end()) {
      left.push_back(i);
      continue;
    }
    const absl::Status same =
        requests::CheckSame(record->second, logs[i]->record.method, logs[i]->record.fingerprint);
    v1::LogActivityResponse response;
    if (!same.ok()) {
      results[i] = same;
    } else if (response.ParseFromString(record->second.response)) {
      results[i] = std::move(response);
    } else {
      results[i] = status::Internal("a recorded answer is broken");
    }
  }
  places = std::move(left);
  return absl::OkStatus();
}

bool ActivityWriter::NeedsAdvance(const PendingLog& log) const {
  const auto found = known_.find(Key(log.row.organisation, log.row.enrolment));
  if (found == known_.end()) return true;
  const Participation& participation = found->second.participation;
  if (participation.rung != Rung::kNone || !participation.last_contribution_at) return true;
  return time::DayOf(*participation.last_contribution_at, found->second.zone) !=
         time::DayOf(log.row.create_time, found->second.zone);
}

absl::Status ActivityWriter::AdvanceSilence(db::Connection& tx, feed::Outbox& outbox,
                                            absl::Span<Log> logs, const Places& places,
                                            std::vector<Participation>& advanced) {
  advanced.clear();
  std::map<id::Uuid, std::map<id::Uuid, absl::Time>> told;
  for (int i : places) {
    if (!NeedsAdvance(*logs[i])) continue;
    const ActivityRow& row = logs[i]->row;
    absl::Time& last = told[row.organisation].emplace(row.enrolment, row.create_time).first->second;
    last = std::max(last, row.create_time);
  }
  for (const auto& [organisation, by_enrolment] : told) {
    std::vector<id::Uuid> enrolments;
    for (const auto& [enrolment, last] : by_enrolment) enrolments.push_back(enrolment);
    ASSIGN_OR_RETURN(std::vector<Participation> locked,
                     LockParticipations(tx, organisation, enrolments));
    for (Participation& participation : locked) {
      const absl::Time last = by_enrolment.at(participation.enrolment);
      RETURN_IF_ERROR(Advance(tx, outbox, participation, last, last));
      advanced.push_back(std::move(participation));
    }
  }
  return SaveParticipations(tx, advanced);
}

void ActivityWriter::Introduce(absl::Span<Newcomer> newcomers) {
  for (Newcomer& newcomer : newcomers) {
    if (absl::Status asked = Ask(*newcomer.log); !asked.ok()) {
      newcomer.done(asked);
      continue;
    }
    newcomer.log->asked = true;
    Add(std::move(newcomer.log), std::move(newcomer.done));
  }
}

absl::Status ActivityWriter::Ask(const PendingLog& log) {
  ASSIGN_OR_RETURN(roster::Entry entry,
                   context_.roster.Find(log.deadline, log.row.organisation, log.row.enrolment));
  return db::Transaction(context_.pool, log.deadline, [&](db::Connection& tx) -> absl::Status {
    feed::Outbox outbox;
    RETURN_IF_ERROR(TakeInEntry(context_, tx, outbox, entry, context_.clock.Now()));
    return context_.feed.Append(tx, outbox);
  });
}

}  // namespace dap::activity
