#include "services/activity/domain/experience.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libs/status/error.h"

namespace dap::activity {
namespace {

bool IsControl(char c) { return (absl::ascii_iscntrl(c) && c != '\t' && c != '\n' && c != '\r'); }

// U+202A to U+202E and U+2066 to U+2069 turn the direction of the text behind them; C1 controls
// are U+0080 to U+009F.
bool HasUnicodeControl(absl::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = static_cast<unsigned char>(text[i + 1]);
    if (first == 0xC2 && second >= 0x80 && second <= 0x9F) return true;
    if (first != 0xE2 || i + 2 >= text.size()) continue;
    const auto third = static_cast<unsigned char>(text[i + 2]);
    if (second == 0x80 && third >= 0xAA && third <= 0xAE) return true;
    if (second == 0x81 && third >= 0xA6 && third <= 0xA9) return true;
  }
  return false;
}

bool MayStandInLink(char c) {
  return absl::ascii_isgraph(c) && !absl::StrContains("<>\"\\^`{|}", absl::string_view(&c, 1));
}

// What follows the scheme; nothing where it is another.
absl::string_view AfterScheme(absl::string_view link) {
  for (absl::string_view scheme : {"http://", "https://"}) {
    if (absl::StartsWithIgnoreCase(link, scheme)) return link.substr(scheme.size());
  }
  return "";
}

}  // namespace

bool MaySee(ExperienceState state, Audience audience, const Eyes& eyes) {
  if (eyes.author) return true;
  switch (state) {
    case ExperienceState::kShared:
      if (audience == Audience::kCohort || eyes.coach) return true;
      return audience == Audience::kPatronAndCoach && eyes.authors_patron;
    case ExperienceState::kAwaitingConsent:
    case ExperienceState::kRemoved:
      return eyes.coach;
    default:
      return false;
  }
}

absl::Status CheckText(absl::string_view text, absl::string_view field) {
  if (absl::StripAsciiWhitespace(text).empty()) {
    return status::Invalid(field, "TEXT_BLANK", "Write something.");
  }
  if (std::any_of(text.begin(), text.end(), IsControl) || HasUnicodeControl(text)) {
    return status::Invalid(field, "TEXT_CONTROL_CHARACTER",
                           "Take out control characters; tabs and new lines are fine.");
  }
  return absl::OkStatus();
}

absl::Status CheckLink(absl::string_view link, absl::string_view field) {
  if (link.empty()) return absl::OkStatus();
  const absl::string_view rest = AfterScheme(link);
  const absl::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  // What stands before an @ is shown first, and means nothing.
  const bool plain = !host.empty() && host.front() != ':' && !absl::StrContains(host, "@") &&
                     std::all_of(link.begin(), link.end(), MayStandInLink);
  if (plain) return absl::OkStatus();
  return status::Invalid(field, "LINK_UNSAFE",
                         "Give a web address that begins with http:// or https:// and a host.");
}

absl::Status CheckAudience(Audience audience, absl::string_view field) {
  switch (audience) {
    case Audience::kCohort:
    case Audience::kPatronAndCoach:
    case Audience::kCoach:
      return absl::OkStatus();
    default:
      return status::Invalid(field, "AUDIENCE_UNKNOWN", "Say COHORT, PATRON_AND_COACH or COACH.");
  }
}

absl::Status CheckCheerKind(CheerKind kind) {
  switch (kind) {
    case CheerKind::kApplause:
    case CheerKind::kHeart:
    case CheerKind::kInspired:
    case CheerKind::kThanks:
      return absl::OkStatus();
    default:
      return status::Invalid("kind", "CHEER_KIND_UNKNOWN",
                             "Say APPLAUSE, HEART, INSPIRED or THANKS.");
  }
}

absl::Status CheckAuthorMayChange(ExperienceState state) {
  if (state == ExperienceState::kRemoved) {
    return status::Precondition("EXPERIENCE_REMOVED",
                                "A coach removed it. Read the reason, and share another.");
  }
  if (state == ExperienceState::kAwaitingConsent) {
    return status::Precondition("EXPERIENCE_AWAITS_CONSENT", "Confirm or decline it first.");
  }
  return absl::OkStatus();
}

absl::Status CheckAwaitsConsent(ExperienceState state) {
  if (state == ExperienceState::kAwaitingConsent) return absl::OkStatus();
  return status::Precondition("EXPERIENCE_NOT_AWAITED",
                              "It does not wait for your word. Change or hide it instead.");
}

absl::Status CheckShared(ExperienceState state) {
  if (state == ExperienceState::kShared) return absl::OkStatus();
  return status::Precondition("EXPERIENCE_NOT_SHARED", "It is not shared at the moment.");
}

absl::Status CheckPace(const CommentPace& pace, absl::Time now, int limit) {
  if (pace.comments <= limit) return absl::OkStatus();
  return status::Exhausted("COMMENTING_TOO_FAST", "Wait a little before the next comment.",
                           std::max(absl::Seconds(1), pace.window_start + absl::Minutes(1) - now));
}

}  // namespace dap::activity
