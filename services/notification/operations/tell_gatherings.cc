#include "services/notification/operations/tell_gatherings.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "dap/enrolment/v1/session.pb.h"
#include "libs/id/resource_name.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "services/notification/domain/texts.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/messages.h"

namespace dap::notification {
namespace {

// What somebody who was told that they have left is told anew is another message for the same
// sequence, which is below this.
constexpr int64_t kAnew = int64_t{1} << 32;

bool Holds(const std::vector<id::Uuid>& ids, const id::Uuid& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool Concerns(const GatheringRow& gathering, const roster::Entry& entry) {
  return gathering.participant.is_nil() || gathering.participant == entry.enrolment;
}

// A gathering in words, without its cohort's title.
absl::StatusOr<Gathering> InWords(db::Connection& tx, const GatheringRow& row) {
  ASSIGN_OR_RETURN(const std::optional<absl::TimeZone> zone, FindZone(tx, row.organisation));
  Gathering gathering;
  gathering.title = row.title;
  gathering.kick_off = row.kind == enrolment::v1::SESSION_KIND_KICK_OFF;
  gathering.start_time = row.start_time;
  gathering.zone = zone.value_or(absl::UTCTimeZone());
  gathering.place = row.place;
  gathering.link = row.link;
  gathering.agenda = row.agenda;
  return gathering;
}

// About a gathering, but for its text. Whatever changes the gathering settles it.
Message OfGathering(const Context& context, const roster::Entry& entry, Kind kind,
                    const GatheringRow& row, absl::Time at) {
  Message message;
  message.organisation = entry.organisation;
  message.recipient = entry.participant;
  message.message = context.ids.Next();
  message.kind = kind;
  message.cause = message.matter = row.session;
  message.cause_version = row.sequence;
  message.enrolment = entry.enrolment;
  message.create_time = at;
  message.about = id::Name(
      {{"organisations", row.organisation}, {"cohorts", row.cohort}, {"sessions", row.session}});
  message.expire_time = row.start_time;
  return message;
}

bool MayBeReminded(const roster::Entry& entry) {
  return TakesPart(entry) && entry.state != enrolment::v1::ENROLMENT_STATE_PAUSED;
}

absl::StatusOr<bool> SaidNo(db::Connection& tx, const GatheringRow& gathering,
                            const roster::Entry& entry) {
  ASSIGN_OR_RETURN(const int answer,
                   FindAnswer(tx, {gathering.organisation, gathering.session}, entry.enrolment));
  return answer == enrolment::v1::SESSION_ANSWER_NO;
}

absl::StatusOr<std::optional<GatheringRow>> NextDropIn(db::Connection& tx,
                                                       const GatheringRow& kick_off,
                                                       absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<GatheringRow> coming,
                   ListComing(tx, kick_off.organisation, kick_off.cohort, now));
  for (const GatheringRow& one : coming) {
    if (one.kind == enrolment::v1::SESSION_KIND_DROP_IN) return std::optional<GatheringRow>(one);
  }
  return std::optional<GatheringRow>();
}

// Whether somebody awaits a kick-off, was at nothing that counts as one, and has no offer yet.
absl::StatusOr<bool> NeedsCatchUp(db::Connection& tx, const roster::Entry& entry) {
  if (entry.state != enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF) return false;
  ASSIGN_OR_RETURN(const bool was_there, WasAtOneOf(tx, entry.organisation, entry.enrolment,
                                                    enrolment::v1::SESSION_KIND_KICK_OFF,
                                                    enrolment::v1::SESSION_KIND_DROP_IN));
  if (was_there) return false;
  ASSIGN_OR_RETURN(const bool offered, IsToldOrAboutTo(tx, entry.organisation, entry.participant,
                                                       Kind::kCatchUp, entry.enrolment));
  return !offered;
}

}  // namespace

bool TakesPart(const roster::Entry& entry) {
  return entry.state == enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF ||
         entry.state == enrolment::v1::ENROLMENT_STATE_ACTIVE ||
         entry.state == enrolment::v1::ENROLMENT_STATE_PAUSED;
}

absl::Status TellGathering(const Context& context, db::Connection& tx,
                           const GatheringRow& gathering, absl::Time at) {
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> told,
                   ListWhoWasTold(tx, gathering.organisation, gathering.session));
  // What is said of the gathering as it was need not be said any more.
  RETURN_IF_ERROR(
      SettleMatter(tx, gathering.organisation, gathering.session, at, gathering.sequence));
  ASSIGN_OR_RETURN(const std::vector<roster::Entry> cohort,
                   roster::ListByCohort(tx, gathering.organisation, gathering.cohort));
  ASSIGN_OR_RETURN(Gathering words, InWords(tx, gathering));
  const bool cancelled = gathering.state == enrolment::v1::SESSION_STATE_CANCELLED;
  std::vector<Message> messages;
  for (const roster::Entry& entry : cohort) {
    const bool knows = Holds(told, entry.participant);
    // Who withdrew was told then that it is off their calendar.
    const bool hears = cancelled ? knows && entry.state != enrolment::v1::ENROLMENT_STATE_WITHDRAWN
                                 : TakesPart(entry);
    if (!hears || !Concerns(gathering, entry)) continue;
    Message message = OfGathering(context, entry, Kind::kSession, gathering, at);
    words.cohort = entry.cohort_title;
    message.text = cancelled ? GatheringCancelledText(words)
                   : knows   ? GatheringChangedText(words)
                             : GatheringPlannedText(words);
    messages.push_back(std::move(message));
  }
  return InsertMessages(tx, messages);
}

absl::Status TellComing(const Context& context, db::Connection& tx, const roster::Entry& entry,
                        absl::Time at) {
  ASSIGN_OR_RETURN(const std::vector<GatheringRow> coming,
                   ListComing(tx, entry.organisation, entry.cohort, at));
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> left,
                   ListSentCauses(tx, entry.organisation, entry.participant, Kind::kSessionLeft));
  std::vector<Message> messages;
  for (const GatheringRow& gathering : coming) {
    if (!Concerns(gathering, entry)) continue;
    ASSIGN_OR_RETURN(Gathering words, InWords(tx, gathering));
    words.cohort = entry.cohort_title;
    Message message = OfGathering(context, entry, Kind::kSession, gathering, at);
    if (Holds(left, gathering.session)) message.cause_version += kAnew;
    message.text = GatheringPlannedText(words);
    messages.push_back(std::move(message));
  }
  return InsertMessages(tx, messages);
}

absl::Status TellLeft(const Context& context, db::Connection& tx, const roster::Entry& entry,
                      absl::Time at) {
  ASSIGN_OR_RETURN(const std::vector<GatheringRow> coming,
                   ListComing(tx, entry.organisation, entry.cohort, at));
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> sent,
                   ListSentCauses(tx, entry.organisation, entry.participant, Kind::kSession));
  std::vector<Message> messages;
  for (const GatheringRow& gathering : coming) {
    if (!Holds(sent, gathering.session)) continue;
    ASSIGN_OR_RETURN(Gathering words, InWords(tx, gathering));
    words.cohort = entry.cohort_title;
    Message message = OfGathering(context, entry, Kind::kSessionLeft, gathering, at);
    // It is off their calendar whatever becomes of it.
    message.matter = entry.enrolment;
    message.text = GatheringLeftText(words);
    messages.push_back(std::move(message));
  }
  return InsertMessages(tx, messages);
}

absl::Status RemindOfGathering(const Context& context, db::Connection& tx,
                               const GatheringKey& key) {
  ASSIGN_OR_RETURN(const std::optional<GatheringRow> gathering,
                   LockGathering(tx, key.organisation, key.session));
  ASSIGN_OR_RETURN(const Settings settings, FindSettings(tx, key.organisation));
  const absl::Time now = context.clock.Now();
  if (!gathering || gathering->state != enrolment::v1::SESSION_STATE_PLANNED ||
      gathering->start_time <= now || gathering->start_time - settings.reminder_before > now ||
      gathering->reminded_sequence == gathering->sequence) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<roster::Entry> cohort,
                   roster::ListByCohort(tx, key.organisation, gathering->cohort));
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> heard,
                   ListHeardSince(tx, key.organisation, key.session,
                                  gathering->start_time - settings.reminder_before));
  ASSIGN_OR_RETURN(Gathering words, InWords(tx, *gathering));
  std::vector<Message> messages;
  for (const roster::Entry& entry : cohort) {
    if (!MayBeReminded(entry) || !Concerns(*gathering, entry) || Holds(heard, entry.participant)) {
      continue;
    }
    ASSIGN_OR_RETURN(const bool said_no, SaidNo(tx, *gathering, entry));
    if (said_no) continue;
    words.cohort = entry.cohort_title;
    Message message = OfGathering(context, entry, Kind::kReminder, *gathering, now);
    message.text = ReminderText(words);
    messages.push_back(std::move(message));
  }
  RETURN_IF_ERROR(InsertMessages(tx, messages));
  return SaveReminded(tx, key, gathering->sequence);
}

absl::Status OfferCatchUp(const Context& context, db::Connection& tx,
                          const GatheringKey& kick_off) {
  ASSIGN_OR_RETURN(const std::optional<GatheringRow> held,
                   LockGathering(tx, kick_off.organisation, kick_off.session));
  ASSIGN_OR_RETURN(const Settings settings, FindSettings(tx, kick_off.organisation));
  const absl::Time now = context.clock.Now();
  if (!held || held->state != enrolment::v1::SESSION_STATE_PLANNED) return absl::OkStatus();
  const absl::Time ended = held->end_time.value_or(held->start_time);
  if (now < ended + settings.catch_up_after || now >= ended + settings.catch_up_until) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::optional<GatheringRow> drop_in, NextDropIn(tx, *held, now));
  if (!drop_in) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<roster::Entry> cohort,
                   roster::ListByCohort(tx, kick_off.organisation, held->cohort));
  ASSIGN_OR_RETURN(Gathering words, InWords(tx, *drop_in));
  std::vector<Message> messages;
  for (const roster::Entry& entry : cohort) {
    ASSIGN_OR_RETURN(const bool needs, NeedsCatchUp(tx, entry));
    if (!needs) continue;
    words.cohort = entry.cohort_title;
    Message message = OfGathering(context, entry, Kind::kCatchUp, *drop_in, now);
    message.text = CatchUpText(words);
    messages.push_back(std::move(message));
  }
  return InsertMessages(tx, messages);
}

}  // namespace dap::notification
