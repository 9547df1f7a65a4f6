#include "services/notification/operations/tell.h"

#include <set>
#include <string>
#include <utility>

#include "libs/id/resource_name.h"
#include "libs/status/macros.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/messages.h"

namespace dap::notification {
namespace {

// What was called off longer ago is no news: a service that starts anew reads old events.
constexpr absl::Duration kNewsOfTheEnd = absl::Hours(24 * 30);

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

std::string ExperienceName(const roster::Entry& entry, const id::Uuid& experience) {
  return id::Name({{"organisations", entry.organisation},
                   {"cohorts", entry.cohort},
                   {"experiences", experience}});
}

absl::Status InsertNudges(db::Connection& tx, std::vector<Message> messages) {
  if (messages.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Settings settings, FindSettings(tx, messages.front().organisation));
  for (Message& message : messages) {
    message.expire_time = message.create_time + settings.nudge_lifetime;
  }
  return InsertMessages(tx, messages);
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
    message.about = ExperienceName(entry, cause.cause);
    message.text = MomentText(entry.participant_display_name, moment);
    messages.push_back(std::move(message));
  }
  return InsertNudges(tx, std::move(messages));
}

absl::Status TellRemoved(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         const Cause& cause) {
  Message message = About(context, entry, entry.participant, Kind::kExperienceRemoved, cause);
  message.about = ExperienceName(entry, cause.cause);
  message.text = ExperienceRemovedText(entry.cohort_title);
  return InsertMessages(tx, {std::move(message)});
}

absl::Status TellConsent(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         Moment moment, const Cause& cause) {
  Message message = About(context, entry, entry.participant, Kind::kConsent, cause);
  message.about = ExperienceName(entry, cause.cause);
  message.text = ConsentText(entry.cohort_title, moment);
  return InsertMessages(tx, {std::move(message)});
}

absl::Status TellReported(const Context& context, db::Connection& tx, const roster::Entry& entry,
                          const Cause& cause) {
  std::vector<Message> messages;
  for (const id::Uuid& coach : entry.coaches) {
    Message message = About(context, entry, coach, Kind::kExperienceReported, cause);
    message.about = ExperienceName(entry, cause.cause);
    message.text = ExperienceReportedText(entry.cohort_title);
    messages.push_back(std::move(message));
  }
  return InsertMessages(tx, messages);
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

absl::Status TellCalledOff(const Context& context, db::Connection& tx, const roster::Entry& entry,
                           absl::Time at) {
  Message message =
      About(context, entry, entry.participant, Kind::kCohortCalledOff, {entry.cohort, 0, {}, at});
  message.about = id::Name({{"organisations", entry.organisation}, {"cohorts", entry.cohort}});
  message.text = CohortCalledOffText(entry.cohort_title);
  message.expire_time = at + kNewsOfTheEnd;
  return InsertMessages(tx, {std::move(message)});
}

}  // namespace dap::notification
