// Every sentence this service writes to people: templates as functions, so that what they need is
// checked by the compiler and what they say is read in one place. Short, warm, plain; nobody is
// blamed, nothing is counted at anybody. Pure.
#ifndef DAP_SERVICES_NOTIFICATION_DOMAIN_TEXTS_H_
#define DAP_SERVICES_NOTIFICATION_DOMAIN_TEXTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/notification/domain/message.h"

namespace dap::notification {

// To a participant after a while without a contribution. Offers the one-tap answers.
Text CheckInText(absl::string_view cohort, int working_days);

// To a patron: the name, and an opening that they may see. Nothing of what it was worked out from.
Text PatronQueueText(absl::string_view participant, absl::string_view opening);

// Why a coach is asked.
enum class OfferReason { kSilence, kFromPatron, kAskedForHelp, kBarrierRefused };
Text OfferOneToOneText(absl::string_view participant, OfferReason reason, int working_days = 0);

Text NominatedText(absl::string_view cohort);
// To a volunteer, who is asked whether they still want it.
Text PlaceFreedText(absl::string_view cohort);
// To a nominated person, who has accepted before.
Text PlaceGivenText(absl::string_view cohort);

// To a colleague whom a coach asks.
Text PatronInvitationText(absl::string_view cohort);

struct Gathering {
  std::string title;
  bool kick_off = false;
  absl::Time start_time;
  absl::TimeZone zone;
  std::string place;
  std::string link;
  std::string cohort;
  std::string agenda;
};
Text GatheringPlannedText(const Gathering& gathering);
Text GatheringChangedText(const Gathering& gathering);
Text GatheringCancelledText(const Gathering& gathering);
// To somebody who has left the cohort, for each gathering in their calendar.
Text GatheringLeftText(const Gathering& gathering);
Text ReminderText(const Gathering& gathering);
// To somebody who was not at the kick-off: the gathering at which they can begin.
Text CatchUpText(const Gathering& gathering);

// To all who were in the cohort, or hoped to be.
Text CohortCalledOffText(absl::string_view cohort);

// As in the activity service's proto, number for number.
enum class Moment { kConnection = 1, kPost = 2, kTool = 3 };
Text MomentText(absl::string_view participant, Moment moment);

// None of these quotes what was written, nor the reason: both stand with the experience, for those
// who may read them there.
Text ExperienceRemovedText(absl::string_view cohort);
Text ConsentText(absl::string_view cohort, Moment moment);
Text ExperienceReportedText(absl::string_view cohort);

// How a barrier ended, to somebody whom it stopped. Numbers as in the activity service's proto.
enum class BarrierEnd { kFixed = 4, kWorkaround = 5, kRefused = 6 };
// `goals`: how many of theirs it blocked.
Text BarrierText(absl::string_view tool, BarrierEnd end, int goals);

// Ends every e-mail.
std::string MailFooter(absl::string_view why);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_DOMAIN_TEXTS_H_
