#include "services/notification/domain/texts.h"

#include "absl/strings/str_cat.h"

namespace dap::notification {
namespace {

std::string When(const Gathering& gathering) {
  const absl::TimeZone& zone = gathering.zone;
  return absl::StrCat(absl::FormatTime("%A ", gathering.start_time, zone),
                      absl::ToCivilDay(gathering.start_time, zone).day(),
                      absl::FormatTime(" %B %Y at %H:%M", gathering.start_time, zone), " (",
                      zone.name(), ")");
}

std::string Where(const Gathering& gathering) {
  std::string where;
  if (!gathering.place.empty()) absl::StrAppend(&where, "\nWhere: ", gathering.place);
  if (!gathering.link.empty()) absl::StrAppend(&where, "\nJoin: ", gathering.link);
  return where;
}

std::string Agenda(const Gathering& gathering) {
  if (gathering.agenda.empty()) return "";
  return absl::StrCat("\n\nWhat happens:\n", gathering.agenda);
}

std::string WhyGathering(const Gathering& gathering, absl::string_view what) {
  return absl::StrCat("You have a place in ", gathering.cohort, ", and one of its gatherings was ",
                      what, ".");
}

absl::string_view MomentInWords(Moment moment) {
  switch (moment) {
    case Moment::kConnection:
      return "made a first connection online";
    case Moment::kPost:
      return "wrote a first post";
    case Moment::kTool:
      return "tried a new tool for the first time";
  }
  return "did something for the first time";
}

}  // namespace

Text CheckInText(absl::string_view cohort, int working_days) {
  return {"How is it going?",
          "It has been quiet for a while, and that is fine: weeks fill up. One tap tells us what "
          "would help, and what you tell us stays between you and your coach:\n\n"
          "  BUSY: not now. Everything waits until the day you say.\n"
          "  IT_BLOCKS_ME: a site, a tool or a device is in the way.\n"
          "  NEED_HELP: I would like a hand.\n"
          "  NOT_FOR_ME: I would rather stop, and that is all right.\n"
          "  ALL_FINE: I am fine, thank you.\n\n"
          "Anything you do, on or off the platform, answers this as well.",
          absl::StrCat("You take part in ", cohort, ", and for ", working_days,
                       " working days nothing was shared or logged.")};
}

Text PatronQueueText(absl::string_view participant, absl::string_view opening) {
  return {absl::StrCat("A word from you would be welcome: ", participant),
          absl::StrCat(participant,
                       " would welcome a word from you. No agenda is needed: a coffee, a call or a "
                       "line will do. You could begin like this:\n\n  ",
                       opening,
                       "\n\nIf now is not the time, snooze it or decline it in your queue; the "
                       "coach will take it from there."),
          absl::StrCat("You are the patron of ", participant,
                       ", and your queue has a new entry for them.")};
}

Text OfferOneToOneText(absl::string_view participant, OfferReason reason, int working_days) {
  Text text;
  text.subject = absl::StrCat("Offer a one-to-one: ", participant);
  text.body = absl::StrCat("Could you offer ", participant,
                           " a one-to-one? Half an hour about what they would like to do, with no "
                           "catching up to do first.");
  switch (reason) {
    case OfferReason::kSilence:
      text.why = absl::StrCat("You coach ", participant, ", and for ", working_days,
                              " working days nothing was shared or logged.");
      break;
    case OfferReason::kFromPatron:
      text.why = absl::StrCat("You coach ", participant,
                              ", and their patron could not have a word with them this time.");
      break;
    case OfferReason::kAskedForHelp:
      text.why = absl::StrCat("You coach ", participant,
                              ", and they answered a check-in that they would like help.");
      break;
    case OfferReason::kBarrierRefused:
      text.why = absl::StrCat("You coach ", participant,
                              ", and an IT barrier that blocks a goal of theirs will stay.");
      break;
  }
  return text;
}

Text NominatedText(absl::string_view cohort) {
  return {absl::StrCat("A place for you in ", cohort),
          absl::StrCat("You have been named for a place in ", cohort,
                       ". It is yours only if you want it: look at what it asks of you each week, "
                       "then accept it, or decline it with no questions asked."),
          absl::StrCat("Somebody named you for a place in ", cohort, ".")};
}

Text PlaceFreedText(absl::string_view cohort) {
  return {
      absl::StrCat("A place came free in ", cohort),
      absl::StrCat("You were on the waitlist of ", cohort,
                   ", and now a place is yours. Accept it with the time you can give each week, "
                   "or let it go to the next person."),
      absl::StrCat("You applied to ", cohort, ", and a place came free.")};
}

Text PlaceGivenText(absl::string_view cohort) {
  return {absl::StrCat("You have a place in ", cohort),
          absl::StrCat("You said yes to ", cohort,
                       " when it was full. A place came free, and it is yours: there is nothing "
                       "to do before the kick-off."),
          absl::StrCat("You accepted a place in ", cohort, ", and one came free.")};
}

Text PatronInvitationText(absl::string_view cohort) {
  return {absl::StrCat("Would you be a patron for ", cohort, "?"),
          absl::StrCat("You have been asked to be a patron for people in ", cohort,
                       ". A patron has a friendly word now and then, nudges, cajoles and enthuses; "
                       "there is nothing to check and nothing to report. Say yes or no, as it "
                       "suits you: either is fine."),
          absl::StrCat("A coach of ", cohort, " asked you to be a patron.")};
}

Text GatheringPlannedText(const Gathering& gathering) {
  return {absl::StrCat(gathering.kick_off ? "Your kick-off: " : "Planned: ", gathering.title),
          absl::StrCat(gathering.title, " is on ", When(gathering), ".", Where(gathering),
                       Agenda(gathering), "\n\nSee you there."),
          WhyGathering(gathering, "planned")};
}

Text GatheringChangedText(const Gathering& gathering) {
  return {absl::StrCat("Changed: ", gathering.title),
          absl::StrCat(gathering.title, " has changed. It is now on ", When(gathering), ".",
                       Where(gathering), Agenda(gathering),
                       "\n\nPlease put the new one into your calendar."),
          WhyGathering(gathering, "changed")};
}

Text GatheringCancelledText(const Gathering& gathering) {
  return {absl::StrCat("Called off: ", gathering.title),
          absl::StrCat(gathering.title, " on ", When(gathering),
                       " will not take place. Sorry for the change of plans; you need not do "
                       "anything."),
          WhyGathering(gathering, "called off")};
}

Text GatheringLeftText(const Gathering& gathering) {
  return {absl::StrCat("Off your calendar: ", gathering.title),
          absl::StrCat("You have left ", gathering.cohort, ", so ", gathering.title, " on ",
                       When(gathering),
                       " is not for you to keep free any more.\n\nStopping is as good a decision "
                       "as going on. Thank you for the time you gave it; you are welcome back."),
          absl::StrCat("You left ", gathering.cohort,
                       ", and one of its gatherings was in your calendar.")};
}

Text ReminderText(const Gathering& gathering) {
  return {absl::StrCat("Soon: ", gathering.title),
          absl::StrCat(gathering.title, " is on ", When(gathering), ".", Where(gathering),
                       "\n\nSee you there. If it does not suit you after all, a no is fine too."),
          absl::StrCat("You have a place in ", gathering.cohort,
                       ", one of its gatherings begins soon, and you have not said no to it.")};
}

Text CatchUpText(const Gathering& gathering) {
  return {
      absl::StrCat("A good place to begin: ", gathering.title),
      absl::StrCat(gathering.cohort,
                   " has had its kick-off, and it is as easy to begin now: ", gathering.title,
                   " is a relaxed way in, on ", When(gathering), ".", Where(gathering),
                   "\n\nThere is nothing to prepare and nothing to make up for. If the day does "
                   "not suit you, tell your coach, and you will find another."),
      absl::StrCat("You have a place in ", gathering.cohort,
                   " and were not at its kick-off, and a drop-in is planned.")};
}

Text CohortCalledOffText(absl::string_view cohort) {
  return {absl::StrCat("Called off: ", cohort),
          absl::StrCat(cohort,
                       " will not go on. It has nothing to do with you; what you have learnt and "
                       "shared stays yours. Whatever was planned is off too, and you need not do "
                       "anything. Thank you for wanting to be part of it."),
          absl::StrCat("You took part in ", cohort,
                       " or had been named for it or asked for a place, and it was called off.")};
}

Text ExperienceRemovedText(absl::string_view cohort) {
  return {"Something you shared was taken out",
          absl::StrCat("A coach of ", cohort,
                       " took something you shared out of what the cohort reads. You can still "
                       "read it, with the reason beside it. It counts as it did, and you are "
                       "welcome to talk to your coach about it."),
          absl::StrCat("You shared it in ", cohort, ", and a coach removed it.")};
}

Text ConsentText(absl::string_view cohort, Moment moment) {
  return {"May this be shared?",
          absl::StrCat("A coach wrote down that you ", MomentInWords(moment),
                       ". Nobody else sees it unless you say so: read it, then share it with whom "
                       "you choose, or decline it and it is gone."),
          absl::StrCat("You take part in ", cohort, ", and a coach noted a first time of yours.")};
}

Text ExperienceReportedText(absl::string_view cohort) {
  return {absl::StrCat("Please look at something shared in ", cohort),
          absl::StrCat("Somebody asked for a look at something that was shared in ", cohort,
                       ". It is in your list of what was reported, with what they said: keep it or "
                       "take it out, as you judge."),
          absl::StrCat("You coach ", cohort, ", and something shared there was reported.")};
}

Text MomentText(absl::string_view participant, Moment moment) {
  return {
      absl::StrCat("Good news from ", participant),
      absl::StrCat(participant, " ", MomentInWords(moment),
                   " and shared it with the cohort. A cheer from you would make it even better."),
      absl::StrCat(participant, " shared a first-time moment, and you are their patron or coach.")};
}

Text BarrierText(absl::string_view tool, BarrierEnd end, int goals) {
  const std::string why =
      absl::StrCat("You reported that ", tool, " stopped you, and there is an answer.");
  switch (end) {
    case BarrierEnd::kFixed:
      return {absl::StrCat("Fixed: ", tool),
              absl::StrCat("Good news: ", tool, " works for you again. Thank you for saying so.",
                           goals > 0 ? " What you had set out to do is open again, with the days "
                                       "you lost added; there is nothing to catch up on."
                                     : "",
                           "\n\nIf it still stops you, just report it again."),
              why};
    case BarrierEnd::kWorkaround:
      return {absl::StrCat("A way around: ", tool),
              absl::StrCat("There is a way around what stopped you with ", tool,
                           "; the barrier says how. Thank you for saying so.",
                           goals > 0 ? " What you had set out to do is open again, with the days "
                                       "you lost added; there is nothing to catch up on."
                                     : ""),
              why};
    case BarrierEnd::kRefused:
      return {absl::StrCat("An answer about ", tool),
              absl::StrCat("What stopped you with ", tool,
                           " will stay for now; the barrier says why. It was right to ask, and "
                           "your report counts.",
                           goals > 0 ? " For the goal that it blocks there is something else to do "
                                       "meanwhile: have a look at the alternatives, or let it go "
                                       "with a good conscience."
                                     : ""),
              why};
  }
  return {};
}

std::string MailFooter(absl::string_view why) {
  return absl::StrCat(
      "\n\n--\nWhy you get this: ", why,
      "\nIt is in your inbox too. E-mails can be turned off in your preferences.\n");
}

}  // namespace dap::notification
