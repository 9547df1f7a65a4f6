#include "services/enrolment/domain/session.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::enrolment {
namespace {

constexpr absl::string_view kAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
constexpr int kCodeLength = 6;
constexpr int kCohortCodeLength = 8;
constexpr absl::Duration kLongest = absl::Hours(12);

absl::Status CheckOn(const Session& session) {
  if (session.state == SessionState::kPlanned) return absl::OkStatus();
  return status::Precondition("SESSION_STATE", "The session is cancelled.");
}

}  // namespace

absl::Status CheckPlan(const Session& session) {
  std::vector<status::Violation> wrong;
  if (session.end_time <= session.start_time) {
    wrong.push_back({"session.end_time", "Must be after start_time.", "TIME_ORDER"});
  } else if (session.end_time - session.start_time > kLongest) {
    wrong.push_back(
        {"session.end_time", "Must be at most 12 hours after start_time.", "TIME_SPAN"});
  }
  if (session.kind == SessionKind::kKickOff) {
    if (session.agenda.empty()) {
      wrong.push_back({"session.agenda", "A kick-off needs an agenda.", "KICK_OFF_AGENDA"});
    }
    if (session.place.empty() && session.link.empty()) {
      wrong.push_back({"session.place", "A kick-off needs a place or a link.", "KICK_OFF_PLACE"});
    }
  }
  return status::InvalidAll(wrong);
}

std::string JoinCodes::Next() { return Make(kCodeLength); }
std::string JoinCodes::NextForCohort() { return Make(kCohortCodeLength); }

std::string JoinCodes::Make(int length) {
  absl::MutexLock lock(&mutex_);
  std::string code;
  for (int i = 0; i < length; ++i) {
    code.push_back(kAlphabet[absl::Uniform<size_t>(random_, 0, kAlphabet.size())]);
  }
  return code;
}

absl::Status CheckJoinCode(const Session& session, absl::string_view code, absl::Time now,
                           const Settings& settings) {
  RETURN_IF_ERROR(CheckOn(session));
  if (now < session.start_time - settings.join_code_early ||
      now >= session.start_time + settings.join_code_valid) {
    return status::Precondition(
        "JOIN_CODE_EXPIRED",
        "The join code is good at the session's time only. Ask the coach to record you.");
  }
  if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(code), session.join_code)) {
    return status::Precondition("JOIN_CODE_WRONG", "That is not this session's join code.");
  }
  return absl::OkStatus();
}

absl::Status CheckAttendable(const Session& session, absl::Time now, const Settings& settings) {
  RETURN_IF_ERROR(CheckOn(session));
  if (now >= session.start_time - settings.join_code_early) return absl::OkStatus();
  return status::Precondition("SESSION_STATE",
                              "The session has not begun: record attendance when it has.");
}

}  // namespace dap::enrolment
