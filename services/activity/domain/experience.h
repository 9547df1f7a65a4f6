// What a cohort shares: what may be written, who sees it, and where it is on its way.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_EXPERIENCE_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_EXPERIENCE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dap::activity {

// Numbers as in dap.activity.v1 (Audience, ExperienceState, CheerKind).
enum class Audience { kUnspecified = 0, kCohort = 1, kPatronAndCoach = 2, kCoach = 3 };
enum class ExperienceState {
  kUnspecified = 0,
  kShared = 1,
  kAwaitingConsent = 2,
  kHidden = 3,
  kRemoved = 4,
};
enum class CheerKind { kNone = 0, kApplause = 1, kHeart = 2, kInspired = 3, kThanks = 4 };
inline constexpr int kCheerKinds = 4;

// What somebody is to an experience of their own cohort.
struct Eyes {
  bool author = false;
  bool coach = false;
  bool authors_patron = false;
};

// Whether they see it. Whoever is nothing to it but of the cohort sees what is shared with all.
bool MaySee(ExperienceState state, Audience audience, const Eyes& eyes);

// INVALID_ARGUMENT for `field`: TEXT_BLANK; TEXT_CONTROL_CHARACTER for one that is neither tab nor
// new line, or that turns the direction of what follows. Lengths are field rules.
absl::Status CheckText(absl::string_view text, absl::string_view field);

// INVALID_ARGUMENT (LINK_UNSAFE) for what is not empty and no plain http or https address.
absl::Status CheckLink(absl::string_view link, absl::string_view field);

// INVALID_ARGUMENT: AUDIENCE_UNKNOWN for `field`, CHEER_KIND_UNKNOWN for kind.
absl::Status CheckAudience(Audience audience, absl::string_view field);
absl::Status CheckCheerKind(CheerKind kind);

// FAILED_PRECONDITION. Its author changes, hides or shows it: EXPERIENCE_REMOVED,
// EXPERIENCE_AWAITS_CONSENT.
absl::Status CheckAuthorMayChange(ExperienceState state);
// The participant answers the coach who wrote it down: EXPERIENCE_NOT_AWAITED.
absl::Status CheckAwaitsConsent(ExperienceState state);
// Others cheer, comment, report or decide: EXPERIENCE_NOT_SHARED.
absl::Status CheckShared(ExperienceState state);

// How fast somebody has been writing comments.
struct CommentPace {
  absl::Time window_start;
  int comments = 0;
};
// RESOURCE_EXHAUSTED (COMMENTING_TOO_FAST), with the time to wait, for one more than `limit` in the
// minute that began with the window.
absl::Status CheckPace(const CommentPace& pace, absl::Time now, int limit);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_EXPERIENCE_H_
