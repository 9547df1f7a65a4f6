#include "services/notification/operations/tell.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "dap/enrolment/v1/session.pb.h"
#include "libs/id/resource_name.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/messages.h"

namespace dap::notification {
namespace {

// A message about an enrolment, but for its text.
Message About(const Context& context, const roster::Entry& entry, const id::Uuid& recipient,
              Kind kind, const Cause& cause) {
  Message message;
  message.organisation = entry.organisation;
  message.recipient = recipient;
  message.message = context.ids.Next();
  message.kind = kind;
  message.cause = cause.cause;
  message.cause_version = cause.version;
  message.matter = cause.matter.is_nil() ? cause.cause : cause.matter;
  message.enrolment = entry.enrolment;
  message.create_time = cause.at;
  return message;
}

std::string EnrolmentName(const roster::Entry& entry) {
  return id::Name({{"organisations", entry.organisation},
                   {"cohorts", entry.cohort},
                   {"enrolments", entry.enrolment}});
}

absl::Status InsertNudges(db::Connection& tx, std::vector<Message> messages) {
  if (messages.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Settings settings, FindSettings(tx, messages.front().organisation));
  for (Message& message : messages) {
    message.expire_time = message.create_time + settings.nudge_lifetime;
  }
  return InsertMessages(tx, messages);
}

bool TakesPart(const roster::Entry& entry) {
  return entry.state == enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF ||
         entry.state == enrolment::v1::ENROLMENT_STATE_ACTIVE ||
         entry.state == enrolment::v1::ENROLMENT_STATE_PAUSED;
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
  return gathering;
}

Message OfGathering(const Context& context, const roster::Entry& entry, const GatheringRow& row,
                    absl::Time at) {
  Message message =
      About(context, entry, entry.participant, Kind::kSession, {row.session, row.sequence, {}, at});
  message.about = id::Name(
      {{"organisations", row.organisation}, {"cohorts", row.cohort}, {"sessions", row.session}});
  message.expire_time = row.start_time;
  return message;
}

}  // namespace

absl::Status TellCheckIn(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         const Cause& cause, int working_days) {
  Message message = About(context, entry, entry.participant, Kind::kCheckIn, cause);
  message.about = id::Name({{"organisations", entry.organisation},
                            {"cohorts", entry.cohort},
                            {"enrolments", entry.enrolment},
                            {"checkIns", cause.cause}});
  message.text = CheckInText(entry.cohort_title, working_days);
  return InsertNudges(tx, {std::move(message)});
}

absl::Status TellPatron(const Context& context, db::Connection& tx, const roster::Entry& entry,
                        const id::Uuid& patron, absl::string_view opening, const Cause& cause) {
  Message message = About(context, entry, patron, Kind::kPatronQueue, cause);
  message.about = id::Name({{"organisations", entry.organisation}, {"patronQueue", cause.cause}});
  message.text = PatronQueueText(entry.participant_display_name, opening);
  return InsertNudges(tx, {std::move(message)});
}

absl::Status TellCoaches(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         OfferReason reason, int working_days, const Cause& cause) {
  ASSIGN_OR_RETURN(const Settings settings, FindSettings(tx, entry.organisation));
  std::vector<Message> messages;
  for (const id::Uuid& coach : entry.coaches) {
    if (reason != OfferReason::kAskedForHelp) {
      ASSIGN_OR_RETURN(const bool told,
                       IsToldAlready(tx, entry.organisation, coach, Kind::kOfferOneToOne,
                                     entry.enrolment, cause.at - settings.nudge_lifetime));
      if (told) continue;
    }
    Message message = About(context, entry, coach, Kind::kOfferOneToOne, cause);
    message.about = EnrolmentName(entry);
    message.text = OfferOneToOneText(entry.participant_display_name, reason, working_days);
    messages.push_back(std::move(message));
  }
  return InsertNudges(tx, std::move(messages));
}

absl::Status TellMoment(const Context& context, db::Connection& tx, const roster::Entry& entry,
                        Moment moment, const Cause& cause) {
  std::set<id::Uuid> people(entry.coaches.begin(), entry.coaches.end());
  if (!entry.patron.is_nil()) people.insert(entry.patron);
  people.erase(entry.participant);
  std::vector<Message> messages;
  for (const id::Uuid& person : people) {
    Message message = About(context, entry, person, Kind::kMoment, cause);
    message.about = id::Name({{"organisations", entry.organisation},
                              {"cohorts", entry.cohort},
                              {"experiences", cause.cause}});
    message.text = MomentText(entry.participant_display_name, moment);
    messages.push_back(std::move(message));
  }
  return InsertNudges(tx, std::move(messages));
}

absl::Status TellBarrier(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         absl::string_view tool, BarrierEnd end, int goals, const Cause& cause) {
  Message message = About(context, entry, entry.participant, Kind::kBarrier, cause);
  message.about = id::Name({{"organisations", entry.organisation}, {"barriers", cause.cause}});
  message.text = BarrierText(tool, end, goals);
  return InsertMessages(tx, {std::move(message)});
}

absl::Status TellPlace(const Context& context, db::Connection& tx, const roster::Entry& entry,
                       const Text& text, absl::Time at) {
  Message message = About(context, entry, entry.participant, Kind::kPlace,
                          {entry.enrolment, entry.version, {}, at});
  message.about = EnrolmentName(entry);
  message.text = text;
  return InsertMessages(tx, {message});
}

absl::Status TellInvitation(const Context& context, db::Connection& tx,
                            const id::Uuid& organisation, const events::v1::PatronChanged& asked,
                            absl::Time at) {
  Message message;
  message.organisation = organisation;
  message.recipient = id::Uuid::FromBytes(asked.staff_member());
  message.message = context.ids.Next();
  message.kind = Kind::kPatronInvitation;
  message.cause = message.matter = id::Uuid::FromBytes(asked.cohort());
  message.cause_version = asked.version();
  message.create_time = at;
  message.about = id::Name({{"organisations", organisation},
                            {"cohorts", message.cause},
                            {"patrons", message.recipient}});
  message.text = PatronInvitationText(asked.cohort_title());
  return InsertMessages(tx, {message});
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
    const bool knows = std::find(told.begin(), told.end(), entry.participant) != told.end();
    if (!TakesPart(entry) || !Concerns(gathering, entry) || (cancelled && !knows)) continue;
    Message message = OfGathering(context, entry, gathering, at);
    words.cohort = entry.cohort_title;
    message.text = cancelled ? GatheringCancelledText(words)
                   : knows   ? GatheringChangedText(words)
                             : GatheringPlannedText(words);
    messages.push_back(std::move(message));
  }
  return InsertMessages(tx, messages);
}

absl::Status TellKickOffs(const Context& context, db::Connection& tx, const roster::Entry& entry,
                          absl::Time at) {
  ASSIGN_OR_RETURN(
      const std::vector<GatheringRow> kick_offs,
      ListGatherings(tx, entry.organisation, entry.cohort, enrolment::v1::SESSION_KIND_KICK_OFF,
                     enrolment::v1::SESSION_STATE_PLANNED, at));
  std::vector<Message> messages;
  for (const GatheringRow& kick_off : kick_offs) {
    ASSIGN_OR_RETURN(Gathering words, InWords(tx, kick_off));
    words.cohort = entry.cohort_title;
    Message message = OfGathering(context, entry, kick_off, at);
    message.text = GatheringPlannedText(words);
    messages.push_back(std::move(message));
  }
  return InsertMessages(tx, messages);
}

}  // namespace dap::notification
