#include "services/activity/operations/activity_writer.h"

#include <algorithm>

#include "libs/db/error.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/cohort_activities.h"
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

// What the rules say to a request, rather than what keeps it from being carried out.
bool IsRefusal(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsFailedPrecondition(status) ||
         absl::IsInvalidArgument(status);
}

void AddLogged(feed::Outbox& outbox, const PendingLog& log) {
  const ActivityRow& row = log.row;
  events::v1::Event event;
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
      known_(context_, options.known_for, options.known_most),
      writer_({.name = "activities",
               .max_items = options.max_batch,
               .queue = options.queue,
               .max_wait = options.max_wait,
               .registry = options.registry},
              [this](absl::Span<Log> logs) { return Write(logs); }),
      newcomers_(
          {.name = "newcomers", .queue = options.newcomer_queue, .registry = options.registry},
          [this](absl::Span<Newcomer> newcomers) {
            Introduce(newcomers);
            return std::vector<absl::StatusOr<std::monostate>>(newcomers.size(), std::monostate());
          }) {}

ActivityWriter::~ActivityWriter() { Stop(); }

void ActivityWriter::Stop() {
  // What the writer hands over while it ends is refused as STOPPING, and sent again by its caller.
  newcomers_.Stop();
  writer_.Stop();
}

void ActivityWriter::Add(std::shared_ptr<PendingLog> log, Done done) {
  Log item = log;
  writer_.Add(std::move(item), Introducing(std::move(log), std::move(done)));
}

void ActivityWriter::AddAdmitted(std::shared_ptr<PendingLog> log, Done done) {
  Log item = log;
  writer_.AddAdmitted(std::move(item), Introducing(std::move(log), std::move(done)));
}

ActivityWriter::Done ActivityWriter::Introducing(std::shared_ptr<PendingLog> log, Done done) {
  return [this, log = std::move(log), done = std::move(done)](Result result) mutable {
    if (result.ok() || status::Reason(result.status()) != kNotHere) {
      done(std::move(result));
      return;
    }
    Newcomer newcomer{std::move(log), done};
    newcomers_.Add(std::move(newcomer),
                   [done = std::move(done)](absl::StatusOr<std::monostate> introduced) {
                     if (!introduced.ok()) done(introduced.status());
                   });
  };
}

std::vector<ActivityWriter::Result> ActivityWriter::Write(absl::Span<Log> logs) {
  const absl::Time now = machine_clock_.Now();
  std::vector<Result> results(logs.size(), absl::UnknownError("not written"));
  if (absl::Status learnt = known_.Learn(logs, now, now + options_.write_within); !learnt.ok()) {
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
  for (const Places& round : Rounds(logs, firsts)) Commit(logs, round, results);
  for (const auto& [twin, first] : twins) {
    const absl::Status same = requests::CheckSame(logs[first]->record, logs[twin]->record.method,
                                                  logs[twin]->record.fingerprint);
    results[twin] = same.ok() ? results[first] : Result(same);
  }
  return results;
}

absl::Status ActivityWriter::Check(const PendingLog& log, absl::Time now) const {
  if (log.deadline <= now) return absl::DeadlineExceededError("the caller no longer waits");
  const KnownEnrolments::Known* known = known_.Find(log);
  if (known == nullptr) {
    return log.asked ? NoSuchEnrolment(log) : status::Unavailable(kNotHere, "not heard of yet");
  }
  const Participation& participation = known->participation;
  if (participation.cohort != log.cohort) return NoSuchEnrolment(log);
  if (participation.participant != log.staff) {
    return status::Denied("NOT_YOURS", "Only the participant logs their activities.");
  }
  if (log.changes()) return CheckTakesPart(participation.state);
  return CheckEnrolment(participation.state, participation.start(), known->zone,
                        log.row.activity_time);
}

// A request that was carried out before gets its first answer also when it would be refused by now.
void ActivityWriter::Recall(absl::Span<Log> logs, const Places& refused,
                            std::vector<Result>& results) {
  Places places;
  for (int i : refused) {
    if (IsRefusal(results[i].status())) places.push_back(i);
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

std::vector<ActivityWriter::Places> ActivityWriter::Rounds(absl::Span<Log> logs,
                                                           const Places& places) const {
  std::vector<Places> rounds(1);
  std::map<Key, size_t> changes;
  for (int i : places) {
    size_t round = 0;
    if (logs[i]->changes()) {
      round = changes[Key(logs[i]->row.organisation, logs[i]->row.enrolment)]++;
    }
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(i);
  }
  return rounds;
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
  Held held;
  RETURN_IF_ERROR(db::Transaction(context_.pool, machine_clock_.Now() + options_.write_within,
                                  [&](db::Connection& tx) -> absl::Status {
                                    held = Held();
                                    Places left = places;
                                    if (look_up)
                                      RETURN_IF_ERROR(AnswerKnown(tx, logs, left, results));
                                    return WriteAll(tx, logs, std::move(left), held, results);
                                  }));
  known_.Take(std::move(held));
  return absl::OkStatus();
}

absl::Status ActivityWriter::WriteAll(db::Connection& tx, absl::Span<Log> logs, Places places,
                                      Held& held, std::vector<Result>& results) {
  const absl::Time now = context_.clock.Now();
  RETURN_IF_ERROR(known_.Hold(tx, logs, places, held));
  std::map<int, PlannedChange> changes;
  RETURN_IF_ERROR(PlanChanges(tx, logs, places, held, changes, results));
  std::vector<requests::Record> records;
  std::vector<ActivityRow> rows;
  for (int i : places) {
    records.push_back(logs[i]->record);
    results[i] = logs[i]->changes() ? changes.at(i).response : logs[i]->response;
    if (logs[i]->changes()) {
      records.back().response = WithoutText(*results[i]);
    } else {
      rows.push_back(logs[i]->row);
    }
  }
  RETURN_IF_ERROR(requests::Insert(tx, records, now));
  RETURN_IF_ERROR(InsertActivities(tx, rows));
  RETURN_IF_ERROR(SaveCohortActivities(tx, Shared(logs, places)));
  feed::Outbox outbox;
  RETURN_IF_ERROR(TellLogged(tx, outbox, logs, places, held));
  for (const auto& [i, change] : changes) {
    const telemetry::ScopedTrace trace(logs[i]->trace);
    const ActivityRow& row = logs[i]->row;
    RETURN_IF_ERROR(MakeChange(context_, tx, outbox, *logs[i], change,
                               held.participations.at(Key(row.organisation, row.enrolment)), now));
  }
  std::vector<Participation> held_rows;
  for (const auto& [key, participation] : held.participations) held_rows.push_back(participation);
  RETURN_IF_ERROR(SaveParticipations(tx, held_rows));
  return context_.feed.Append(tx, outbox);
}

// Before the changes: a deletion takes over the last contribution that is left, and one of the same
// batch that it found there would no longer end the spell.
absl::Status ActivityWriter::TellLogged(db::Connection& tx, feed::Outbox& outbox,
                                        absl::Span<Log> logs, const Places& places, Held& held) {
  for (int i : places) {
    if (logs[i]->changes()) continue;
    const telemetry::ScopedTrace trace(logs[i]->trace);
    const ActivityRow& row = logs[i]->row;
    AddLogged(outbox, *logs[i]);
    const auto participation = held.participations.find(Key(row.organisation, row.enrolment));
    if (participation == held.participations.end()) continue;
    RETURN_IF_ERROR(Advance(tx, outbox, participation->second, row.create_time, row.create_time));
  }
  return absl::OkStatus();
}

std::vector<CohortActivityRow> ActivityWriter::Shared(absl::Span<Log> logs,
                                                      const Places& places) const {
  std::vector<CohortActivityRow> shared;
  for (int i : places) {
    if (logs[i]->changes() || !IsForCohort(logs[i]->row)) continue;
    // Check has found it, and the batch learns nothing after that.
    const absl::TimeZone zone = known_.Find(*logs[i])->zone;
    shared.push_back(InCohort(context_, logs[i]->row, logs[i]->cohort, zone));
  }
  return shared;
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
    results[i] = FirstAnswer(record->second, *logs[i]);
  }
  places = std::move(left);
  return absl::OkStatus();
}

// Those that may not be made leave `places`, with their errors or, where they were made before,
// with their first answers.
absl::Status ActivityWriter::PlanChanges(db::Connection& tx, absl::Span<Log> logs, Places& places,
                                         const Held& held, std::map<int, PlannedChange>& changes,
                                         std::vector<Result>& results) {
  Places left;
  Places refused;
  for (int i : places) {
    if (!logs[i]->changes()) {
      left.push_back(i);
      continue;
    }
    const telemetry::ScopedTrace trace(logs[i]->trace);
    const ActivityRow& row = logs[i]->row;
    const auto participation = held.participations.find(Key(row.organisation, row.enrolment));
    absl::StatusOr<PlannedChange> change =
        participation == held.participations.end()
            ? NoSuchEnrolment(*logs[i])
            : PlanChange(tx, *logs[i], participation->second, context_.settings);
    if (change.ok()) {
      left.push_back(i);
      changes.emplace(i, *std::move(change));
    } else if (IsRefusal(change.status())) {
      refused.push_back(i);
      results[i] = change.status();
    } else {
      return change.status();
    }
  }
  if (!refused.empty()) RETURN_IF_ERROR(AnswerKnown(tx, logs, refused, results));
  places = std::move(left);
  return absl::OkStatus();
}

// One question an enrolment, however many wait for it.
void ActivityWriter::Introduce(absl::Span<Newcomer> newcomers) {
  std::map<Key, std::vector<Newcomer*>> waiting;
  std::map<Key, absl::Time> latest;
  for (Newcomer& newcomer : newcomers) {
    const PendingLog& log = *newcomer.log;
    const Key key(log.row.organisation, log.row.enrolment);
    waiting[key].push_back(&newcomer);
    latest[key] = std::max(latest.try_emplace(key, log.deadline).first->second, log.deadline);
  }
  for (const auto& [key, group] : waiting) {
    const telemetry::ScopedTrace trace(group.front()->log->trace);
    const absl::Status asked = Ask(key, latest[key]);
    for (Newcomer* newcomer : group) {
      if (!asked.ok()) {
        newcomer->done(asked);
        continue;
      }
      newcomer->log->asked = true;
      AddAdmitted(std::move(newcomer->log), std::move(newcomer->done));
    }
  }
}

absl::Status ActivityWriter::Ask(const Key& key, absl::Time deadline) {
  const absl::Time now = machine_clock_.Now();
  std::erase_if(strangers_, [now](const auto& stranger) { return stranger.second <= now; });
  if (strangers_.contains(key)) {
    return status::NotFound("enrolment", key.second.ToString());
  }
  const absl::StatusOr<roster::Entry> entry = context_.roster.Find(deadline, key.first, key.second);
  if (absl::IsNotFound(entry.status())) strangers_[key] = now + options_.unknown_for;
  RETURN_IF_ERROR(entry.status());
  return db::Transaction(context_.pool, deadline, [&](db::Connection& tx) -> absl::Status {
    feed::Outbox outbox;
    RETURN_IF_ERROR(TakeInEntry(context_, tx, outbox, *entry, context_.clock.Now()));
    return context_.feed.Append(tx, outbox);
  });
}

}  // namespace dap::activity
