#include "tests/bench/organisations.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::bench {
namespace {

constexpr int kStaffOfTeam = 10;
constexpr int kTeamsBelow = 8;
constexpr int kEnrolmentsOfCohort = 20;
constexpr int kParticipantsOfPatron = 10;
constexpr int kSessionsOfCohort = 4;

constexpr absl::string_view kInsertOrganisation =
    "INSERT INTO organisation (organisation, display_name, time_zone, create_time, version) VALUES";
constexpr absl::string_view kInsertTeam =
    "INSERT INTO team (organisation, team, source, external_id, display_name, parent, version) "
    "VALUES";
constexpr absl::string_view kInsertStaff =
    "INSERT INTO staff_member (organisation, staff_member, source, external_id, display_name, "
    "email, active_email, team, state, state_since, version) VALUES";
constexpr absl::string_view kInsertCohort =
    "INSERT INTO cohort (organisation, cohort, title, state, start_date, end_date, capacity, "
    "blend_workshop, blend_conversation, blend_one_to_one, blend_online, minutes_per_week, "
    "sessions_per_week, balance_target, balance_tolerance, places_taken, next_ask, create_time, "
    "version) VALUES";
constexpr absl::string_view kInsertCoach =
    "INSERT INTO cohort_coach (organisation, cohort, staff_member, place) VALUES";
constexpr absl::string_view kInsertEnrolment =
    "INSERT INTO enrolment (organisation, enrolment, cohort, participant, open_participant, state, "
    "origin, way_in, patron, pause_reason, ask_number, wait_number, create_time, reflection, "
    "version) VALUES";
constexpr absl::string_view kInsertSession =
    "INSERT INTO session (organisation, session, cohort, kind, state, title, start_time, end_time, "
    "host, place, link, agenda, join_code, attended, sequence, version) VALUES";

std::string NameOf(int number) {
  const auto letter = [](int at) { return static_cast<char>('a' + at % 26); };
  return absl::StrCat(std::string{letter(number * 7), letter(number * 11 / 26), letter(number)},
                      "name ", number);
}

class Filler {
 public:
  Filler(const OrganisationSize& size, absl::Time now) : size_(size), now_(now), ids_(clock_) {}

  absl::StatusOr<Organisation> Fill(db::Pool& pool) {
    made_.id = ids_.Next();
    rows_[kInsertOrganisation].push_back({made_.id, "Town council", "Europe/London", now_, 1});
    for (int i = 0; i * kStaffOfTeam < size_.staff; ++i) AddTeam(i);
    for (int i = 0; i < size_.staff; ++i) AddStaff(i);
    made_.coach = made_.staff[0];
    for (int i = 0; i < size_.enrolments / kEnrolmentsOfCohort; ++i) AddCohort(i);
    RETURN_IF_ERROR(db::Transaction(pool, clock_.Now() + absl::Minutes(5),
                                    [&](db::Connection& tx) -> absl::Status {
                                      for (const auto& [insert, values] : rows_) {
                                        RETURN_IF_ERROR(tx.InsertRows(insert, values).status());
                                      }
                                      return absl::OkStatus();
                                    }));
    return std::move(made_);
  }

 private:
  void AddTeam(int number) {
    const id::Uuid team = made_.teams.emplace_back(ids_.Next());
    const db::Value parent =
        number == 0 ? db::Value(db::Null()) : db::Value(made_.teams[(number - 1) / kTeamsBelow]);
    rows_[kInsertTeam].push_back({made_.id, team, "hr", absl::StrCat("t", number),
                                  absl::StrCat("Team of ", NameOf(number)), parent, 1});
  }

  void AddStaff(int number) {
    const id::Uuid staff = made_.staff.emplace_back(ids_.Next());
    const std::string name = NameOf(number);
    const std::string email = absl::StrCat(name.substr(0, 3), number, "@example.org");
    rows_[kInsertStaff].push_back({made_.id, staff, "hr", absl::StrCat("p", number), name, email,
                                   email, made_.teams[number % made_.teams.size()], 1, now_, 1});
  }

  void AddCohort(int number) {
    const id::Uuid cohort = made_.cohorts.emplace_back(ids_.Next());
    const absl::CivilDay start(2027, 1, 11), end(2027, 4, 2);
    rows_[kInsertCohort].push_back({made_.id, cohort, absl::StrCat("Cohort ", number), 4, start,
                                    end, kEnrolmentsOfCohort, 25, 25, 25, 25, 60, 2, 0.5, 0.15,
                                    kEnrolmentsOfCohort, kEnrolmentsOfCohort + 1, now_, 1});
    rows_[kInsertCoach].push_back({made_.id, cohort, made_.coach, 0});
    for (int i = 0; i < kEnrolmentsOfCohort; ++i) AddEnrolment(cohort, number, i);
    for (int i = 0; i < kSessionsOfCohort; ++i) AddSession(cohort, i);
  }

  void AddEnrolment(const id::Uuid& cohort, int cohort_number, int number) {
    const id::Uuid enrolment = ids_.Next();
    if (cohort_number == 0 && number == 0) made_.own_enrolment = enrolment;
    const int person = cohort_number * kEnrolmentsOfCohort + number;
    const id::Uuid& participant = made_.staff[person];
    const id::Uuid& patron = made_.staff[person / kParticipantsOfPatron];
    if (number == 0) made_.patrons.push_back(patron);
    rows_[kInsertEnrolment].push_back({made_.id, enrolment, cohort, participant, participant,
                                       number % 10 == 9 ? 4 : 5, 1, 1, patron, 0, number + 1, 0,
                                       now_, "", 1});
  }

  void AddSession(const id::Uuid& cohort, int number) {
    const absl::Time start = now_ + absl::Hours(24 * 7 * number + 24);
    rows_[kInsertSession].push_back({made_.id, ids_.Next(), cohort, 2, 1, "Workshop", start,
                                     start + absl::Hours(1), made_.coach, "Room 1", "",
                                     "What went well", "", 0, 0, 1});
  }

  const OrganisationSize size_;
  const absl::Time now_;
  const time::SystemClock clock_;
  id::Generator ids_;
  Organisation made_;
  std::map<absl::string_view, std::vector<db::Values>> rows_;
};

}  // namespace

absl::StatusOr<Organisation> Fill(db::Pool& pool, const OrganisationSize& size, absl::Time now) {
  return Filler(size, now).Fill(pool);
}

absl::Status TakeStock(db::Pool& pool) {
  return db::Transaction(pool, time::SystemClock().Now() + absl::Minutes(1),
                         [](db::Connection& tx) {
                           return tx
                               .Query(
                                   "ANALYZE TABLE team, staff_member, cohort, "
                                   "cohort_coach, enrolment, session",
                                   {})
                               .status();
                         });
}

}  // namespace dap::bench
