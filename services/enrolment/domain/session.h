// Sessions: gatherings of a cohort, their join codes and what being there means.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_SESSION_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_SESSION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/settings.h"

namespace dap::enrolment {

// As in the proto, by number.
enum class SessionKind {
  kUnspecified = 0,
  kKickOff = 1,
  kWorkshop = 2,
  kConversation = 3,
  kOneToOne = 4,
  kDropIn = 5,
  kCelebration = 6,
};
enum class SessionState { kUnspecified = 0, kPlanned = 1, kCancelled = 2 };
enum class SessionAnswer { kUnspecified = 0, kYes = 1, kNo = 2, kMaybe = 3 };

// A gathering.
struct Session {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid id;
  SessionKind kind = SessionKind::kUnspecified;
  SessionState state = SessionState::kPlanned;
  std::string title;
  absl::Time start_time;
  absl::Time end_time;
  id::Uuid host;
  std::string place;
  std::string link;
  std::string agenda;
  std::string join_code;
  int attended = 0;
  int sequence = 0;
  int64_t version = 1;
  // Most who can say YES; 0 is no limit.
  int capacity = 0;
  // The enrolment of a ONE_TO_ONE's participant.
  std::optional<id::Uuid> participant;
  std::string cancel_reason;
  // When a coach planned or changed it last.
  absl::Time update_time;
  // How many have said YES and not left the cohort.
  int going = 0;
  // What whoever looks answered to it.
  SessionAnswer my_answer = SessionAnswer::kUnspecified;
};

// Everything that is wrong with a session as somebody wants it, field by field below "session".
// Reasons: TIME_ORDER, TIME_SPAN, KICK_OFF_AGENDA, KICK_OFF_PLACE, ONE_TO_ONE_PARTICIPANT,
// ONE_TO_ONE_HOST (not `led_by_coach`, a coach of the cohort), ONE_TO_ONE_CAPACITY,
// PARTICIPANT_NOT_WANTED. A kick-off is whole always, as its cohort can't get READY without.
absl::Status CheckPlan(const Session& session, bool led_by_coach);

// Whether the session may become `wanted`. FAILED_PRECONDITION (SESSION_FIXED) with every obstacle:
// COHORT_STATE, SESSION_CANCELLED, SESSION_HELD (attendance was taken, so its times stand).
absl::Status CheckChange(const Session& session, const Session& wanted, bool cohort_over);
// The same for calling it off: SESSION_CANCELLED, SESSION_HELD.
absl::Status CheckCancel(const Session& session);
// Whether anything differs that a coach decides, and whether people must hear of it: title, times,
// place and link.
bool Differs(const Session& session, const Session& wanted);
bool MustBeTold(const Session& session, const Session& wanted);

// Whether somebody can answer so now; `going` are the others who come, `holds_place` is theirs in
// the cohort. FAILED_PRECONDITION (SESSION_CLOSED) with every obstacle: SESSION_CANCELLED,
// SESSION_BEGUN, ENROLMENT_STATE, SESSION_FULL.
absl::Status CheckAnswer(const Session& session, SessionAnswer answer, int going, bool holds_place,
                         absl::Time now);

// Makes join codes of an alphabet without characters that look or sound alike, from a generator
// seeded by the operating system. Thread-safe.
class JoinCodes {
 public:
  // For a session: 6 characters.
  std::string Next();
  // For a cohort, which is good for longer: 8 characters.
  std::string NextForCohort();

 private:
  std::string Make(int length);

  absl::Mutex mutex_;
  absl::BitGen random_ ABSL_GUARDED_BY(mutex_);
};

// Whether it is the session's, in either case of letters; spaces around it do not count.
bool IsJoinCode(const Session& session, absl::string_view code);
// FAILED_PRECONDITION: SESSION_STATE (cancelled), JOIN_CODE_EXPIRED (too late, or long before the
// start), JOIN_CODE_WRONG.
absl::Status CheckJoinCode(const Session& session, absl::string_view code, absl::Time now,
                           const Settings& settings);

// Attendance can be recorded from shortly before the start on. FAILED_PRECONDITION (SESSION_STATE).
absl::Status CheckAttendable(const Session& session, absl::Time now, const Settings& settings);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_SESSION_H_
