// A running system with a small team in it, for tests that do harm to it.
#ifndef DAP_TESTS_FAULTS_TEAM_H_
#define DAP_TESTS_FAULTS_TEAM_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/pool.h"
#include "libs/rpc/channel.h"
#include "tests/journey/journey.h"
#include "tests/system/system.h"

namespace dap::tests {

inline constexpr char kEnrolmentService[] = "dap.enrolment.v1.EnrolmentService/";
inline constexpr char kGoalsService[] = "dap.goals.v1.GoalsService/";
inline constexpr char kActivityService[] = "dap.activity.v1.ActivityService/";
inline constexpr char kNotificationService[] = "dap.notification.v1.NotificationService/";

// An organisation of twelve, and a cohort that recruits: one coach, one patron, two participants
// who have accepted their places. Whoever else is there has nothing to do with it yet. Not
// thread-safe but for As.
class Team {
 public:
  static absl::StatusOr<std::unique_ptr<Team>> Start();

  System& system() { return *system_; }
  Journey& journey() { return *journey_; }
  const Person& coach() const { return people_[0]; }
  const Person& patron() const { return people_[1]; }
  // Those with a place: 0 and 1.
  const Person& participant(int i) const { return people_[2 + i]; }
  const std::string& enrolment(int i) const { return enrolments_[i]; }
  // Those without: 0 to 7.
  const Person& colleague(int i) const { return people_[4 + i]; }
  const std::string& cohort() const { return cohort_; }
  std::string organisation_id() const;

  // Somebody of the organisation at the gateway.
  Client As(options::v1::Role role, const Person& person) const;

  // A channel that goes to a service itself, with the certificate of this process ("gateway"), or
  // with none; to another replica of it where an address is given.
  absl::StatusOr<std::shared_ptr<rpc::Channel>> Direct(absl::string_view service,
                                                       absl::string_view certificate,
                                                       std::string address = "");

  // A service's schema, as its own user.
  absl::StatusOr<std::unique_ptr<db::Pool>> Database(absl::string_view service);

  // The command line of a second process of a service, on free ports.
  std::vector<std::string> Command(absl::string_view service) const;

  // Rows of all tables of a service, but for what its consumers and jobs write by themselves.
  absl::StatusOr<int64_t> CountRows(absl::string_view service);

 private:
  Team() = default;
  absl::Status Fill();
  absl::Status AwaitEvents();

  std::unique_ptr<System> system_;
  std::unique_ptr<Journey> journey_;
  std::vector<Person> people_;
  std::vector<std::string> enrolments_;
  std::string cohort_;
};

// A request for a cohort of the team's organisation that is all right, with a request id of its
// own.
enrolment::v1::CreateCohortRequest NewCohort(Team& team);

// One team for all tests that leave it as it is, made at the first call; null where it can't be.
Team* SharedTeam();

}  // namespace dap::tests

#endif  // DAP_TESTS_FAULTS_TEAM_H_
