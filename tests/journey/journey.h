// One team's way through the programme, told in steps, over the public API of a running system.
#ifndef DAP_TESTS_JOURNEY_JOURNEY_H_
#define DAP_TESTS_JOURNEY_JOURNEY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/activity/v1/barrier_service.pb.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "dap/enrolment/v1/calendar_service.pb.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "dap/enrolment/v1/patron_service.pb.h"
#include "dap/enrolment/v1/session_service.pb.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "dap/notification/v1/notification_service.pb.h"
#include "tests/system/system.h"

namespace dap::tests {

// A member of staff.
struct Person {
  std::string name;  // organisations/…/staff/…
  std::string id;
  std::string email;
  std::string display_name;
};

// Each step returns the first error it meets; where a step waits for an event to arrive in another
// service, it asks again until then.
class Journey {
 public:
  explicit Journey(System& system) : system_(system) {}

  // An organisation, and the HR system's staff in it.
  absl::Status MakeOrganisation();
  absl::Status SyncStaff(int people, int teams);
  // The first `count` members of staff by name.
  absl::StatusOr<std::vector<Person>> ListStaff(int count);

  // A cohort of the coach's that is open for applications.
  absl::StatusOr<std::string> OpenCohort(const Person& coach, int capacity);
  absl::StatusOr<std::string> Apply(const Person& person, const std::string& cohort);
  absl::StatusOr<std::string> Nominate(const Person& coach, const Person& person,
                                       const std::string& cohort);
  absl::Status Accept(const Person& person, const std::string& enrolment);
  absl::Status GivePatron(const Person& coach, const Person& patron, const std::string& cohort,
                          const std::vector<std::string>& enrolments);
  // Plans the kick-off, closes the call, holds it with these people (the first checks in by the
  // code, the coach records the others), and starts the cohort.
  absl::Status KickOffAndStart(const Person& coach, const std::string& cohort,
                               const std::vector<Person>& people,
                               const std::vector<std::string>& enrolments);

  // A feed of somebody's sessions, and its end.
  absl::StatusOr<enrolment::v1::CreateCalendarFeedResponse> SubscribeToCalendar(
      const Person& person);
  absl::Status EndCalendar(const Person& person, const enrolment::v1::CalendarFeed& feed);

  absl::Status TakeBaseline(const Person& person, const std::string& enrolment);
  // Begins the first goal that is suggested, and takes its first step.
  absl::StatusOr<goals::v1::Goal> BeginSuggestedGoal(const Person& person,
                                                     const std::string& enrolment);
  absl::Status LogActivity(const Person& person, const std::string& enrolment,
                           activity::v1::Setting setting, int minutes);
  absl::StatusOr<std::string> ShareExperience(const Person& person, const std::string& enrolment,
                                              absl::string_view text);
  // Says that a site is blocked, and with it this goal; the barrier's name.
  absl::StatusOr<std::string> ReportBarrier(const Person& person, const std::string& enrolment,
                                            const std::string& goal);
  absl::Status FixBarrier(const Person& coach, const std::string& barrier);
  absl::StatusOr<goals::v1::Goal> GetGoal(const Person& person, const std::string& goal);
  absl::StatusOr<activity::v1::Progress> GetProgress(const Person& person,
                                                     const std::string& enrolment);

  // Messages of this kind in somebody's inbox.
  std::vector<notification::v1::Message> Inbox(const Person& person, options::v1::Role role,
                                               notification::v1::MessageKind kind);

  // Moves the programme's clock to 10:00 of the first Tuesday that is `working_days` or more after
  // now.
  void MoveOn(int working_days);

  template <typename Resp>
  absl::StatusOr<Resp> Call(options::v1::Role role, absl::string_view subject,
                            absl::string_view method, const google::protobuf::Message& request) {
    auto client = system_.As(role, subject, organisation_id_);
    if (!client.ok()) return client.status();
    return client->Call<Resp>(method, request);
  }
  std::string NewRequestId() { return ids_.Next().ToString(); }
  const std::string& organisation() const { return organisation_; }

 private:
  absl::Status PlanKickOff(const Person& coach, const std::string& cohort, std::string* session);

  System& system_;
  const time::SystemClock machine_;
  id::Generator ids_{machine_};
  std::string organisation_;  // organisations/…
  std::string organisation_id_;
};

}  // namespace dap::tests

#endif  // DAP_TESTS_JOURNEY_JOURNEY_H_
