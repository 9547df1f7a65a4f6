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

void AddCancelled(const Session& session, std::vector<status::Violation>& obstacles) {
  if (session.state == SessionState::kPlanned) return;
  obstacles.push_back({"session.state", "The session is cancelled.", "SESSION_CANCELLED"});
}

void AddHeld(const Session& session, std::vector<status::Violation>& obstacles) {
  if (session.attended == 0) return;
  obstacles.push_back({"session.attended", "Attendance has been taken.", "SESSION_HELD"});
}

void CheckOneToOne(const Session& session, bool led_by_coach,
                   std::vector<status::Violation>& wrong) {
  if (session.kind != SessionKind::kOneToOne) {
    if (session.participant.has_value()) {
      wrong.push_back({"session.participant", "Only a ONE_TO_ONE is with one participant.",
                       "PARTICIPANT_NOT_WANTED"});
    }
    return;
  }
  if (!session.participant.has_value()) {
    wrong.push_back({"session.participant", "Say with whom.", "ONE_TO_ONE_PARTICIPANT"});
  }
  if (!led_by_coach) {
    wrong.push_back({"session.host", "Must be a coach of the cohort.", "ONE_TO_ONE_HOST"});
  }
  if (session.capacity != 0) {
    wrong.push_back({"session.capacity", "A ONE_TO_ONE has none.", "ONE_TO_ONE_CAPACITY"});
  }
}

}  // namespace

absl::Status CheckPlan(const Session& session, bool led_by_coach) {
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
  CheckOneToOne(session, led_by_coach, wrong);
  return status::InvalidAll(wrong);
}

absl::Status CheckChange(const Session& session, const Session& wanted, bool cohort_over) {
  std::vector<status::Violation> obstacles;
  if (cohort_over) obstacles.push_back({"cohort", "The cohort is over.", "COHORT_STATE"});
  AddCancelled(session, obstacles);
  const bool moves = session.start_time != wanted.start_time || session.end_time != wanted.end_time;
  if (moves) AddHeld(session, obstacles);
  return status::PreconditionAll("SESSION_FIXED", "The session can't be changed so.", obstacles);
}

absl::Status CheckCancel(const Session& session) {
  std::vector<status::Violation> obstacles;
  AddCancelled(session, obstacles);
  AddHeld(session, obstacles);
  return status::PreconditionAll("SESSION_FIXED", "The session can't be called off.", obstacles);
}

bool MustBeTold(const Session& session, const Session& wanted) {
  return session.title != wanted.title || session.start_time != wanted.start_time ||
         session.end_time != wanted.end_time || session.place != wanted.place ||
         session.link != wanted.link;
}

bool Differs(const Session& session, const Session& wanted) {
  return MustBeTold(session, wanted) || session.host != wanted.host ||
         session.agenda != wanted.agenda || session.capacity != wanted.capacity;
}

absl::Status CheckAnswer(const Session& session, SessionAnswer answer, int going, bool holds_place,
                         absl::Time now) {
  std::vector<status::Violation> obstacles;
  AddCancelled(session, obstacles);
  if (now >= session.start_time) {
    obstacles.push_back({"session", "It has begun: nothing is to be answered.", "SESSION_BEGUN"});
  }
  if (!holds_place) {
    obstacles.push_back({"enrolment", "You hold no place in the cohort.", "ENROLMENT_STATE"});
  }
  if (answer == SessionAnswer::kYes && session.capacity > 0 && going >= session.capacity) {
    obstacles.push_back({"session.capacity",
                         "All places are taken: answer MAYBE, or look again later.",
                         "SESSION_FULL"});
  }
  return status::PreconditionAll("SESSION_CLOSED", "The session can't be answered so.", obstacles);
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

bool IsJoinCode(const Session& session, absl::string_view code) {
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(code), session.join_code);
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
  if (!IsJoinCode(session, code)) {
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
