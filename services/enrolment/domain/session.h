// Sessions: gatherings of a cohort, their join codes and what being there means.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_SESSION_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_SESSION_H_

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
};

// Everything that is wrong with a session that somebody wants to plan, field by field below
// "session". Reasons: TIME_ORDER, TIME_SPAN, KICK_OFF_AGENDA, KICK_OFF_PLACE. A kick-off must be
// whole from the start, as its cohort can't get READY without.
absl::Status CheckPlan(const Session& session);

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

// FAILED_PRECONDITION: SESSION_STATE (cancelled), JOIN_CODE_EXPIRED (too late, or long before the
// start), JOIN_CODE_WRONG. In either case of letters; spaces around it do not count.
absl::Status CheckJoinCode(const Session& session, absl::string_view code, absl::Time now,
                           const Settings& settings);

// Attendance can be recorded from shortly before the start on. FAILED_PRECONDITION (SESSION_STATE).
absl::Status CheckAttendable(const Session& session, absl::Time now, const Settings& settings);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_SESSION_H_
