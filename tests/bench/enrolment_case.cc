#include <fstream>
#include <functional>

#include "absl/random/random.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "libs/db/transaction.h"
#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/cases.h"
#include "tests/bench/load.h"

namespace dap::bench {
namespace {

constexpr double kGoal = 5;
// Callers at once, each somebody of another organisation where there are as many.
constexpr int kCallers = 16;
constexpr int kEnrolmentsOfCohort = 100;

// How much there is.
struct Size {
  const char* name;
  int organisations;
  int staff;       // in each
  int enrolments;  // in each
};
constexpr Size kSmall = {"1,000 staff", 1, 1000, 200};
constexpr Size kLarge = {"1,000,000 staff", 500, 2000, 400};

constexpr absl::string_view kInsertOrganisation =
    "INSERT INTO organisation (organisation, display_name, time_zone, create_time, version) VALUES";
constexpr absl::string_view kInsertStaff =
    "INSERT INTO staff_member (organisation, staff_member, source, external_id, display_name, "
    "email, active_email, state, state_since, version) VALUES";
constexpr absl::string_view kInsertCohort =
    "INSERT INTO cohort (organisation, cohort, title, state, start_date, end_date, capacity, "
    "blend_workshop, blend_conversation, blend_one_to_one, blend_online, minutes_per_week, "
    "sessions_per_week, balance_target, balance_tolerance, places_taken, next_ask, create_time, "
    "version) VALUES";
constexpr absl::string_view kInsertCoach =
    "INSERT INTO cohort_coach (organisation, cohort, staff_member, place) VALUES";
constexpr absl::string_view kInsertEnrolment =
    "INSERT INTO enrolment (organisation, enrolment, cohort, participant, open_participant, state, "
    "origin, way_in, pause_reason, ask_number, wait_number, create_time, reflection, version) "
    "VALUES";

// Whom a caller can ask for.
struct Organisation {
  id::Uuid id;
  id::Uuid coach;  // of every cohort, and the participant of the first enrolment of the first
  std::vector<id::Uuid> staff;
  std::vector<id::Uuid> cohorts;
  id::Uuid own_enrolment;
};

std::string NameOf(int number) {
  const auto letter = [](int at) { return static_cast<char>('a' + at % 26); };
  return absl::StrCat(std::string{letter(number * 7), letter(number * 11 / 26), letter(number)},
                      "name ", number);
}

// Writes one organisation as the sync and its coaches would have made it.
class Filler {
 public:
  Filler(db::Pool& pool, const Size& size, absl::Time now)
      : pool_(pool), size_(size), now_(now), ids_(clock_) {}

  absl::StatusOr<Organisation> Fill() {
    Organisation made;
    made.id = ids_.Next();
    Rows rows;
    rows[kInsertOrganisation].push_back({made.id, "Town council", "Europe/London", now_, 1});
    for (int i = 0; i < size_.staff; ++i) {
      const id::Uuid staff = made.staff.emplace_back(ids_.Next());
      const std::string name = NameOf(i);
      const std::string email = absl::StrCat(name.substr(0, 3), i, "@example.org");
      rows[kInsertStaff].push_back(
          {made.id, staff, "hr", absl::StrCat("p", i), name, email, email, 1, now_, 1});
    }
    made.coach = made.staff[0];
    for (int i = 0; i < size_.enrolments / kEnrolmentsOfCohort; ++i) AddCohort(made, i, rows);
    RETURN_IF_ERROR(Write(rows));
    return made;
  }

 private:
  using Rows = std::map<absl::string_view, std::vector<db::Values>>;

  void AddCohort(Organisation& made, int number, Rows& rows) {
    const id::Uuid cohort = made.cohorts.emplace_back(ids_.Next());
    const absl::CivilDay start(2027, 1, 11), end(2027, 4, 2);
    rows[kInsertCohort].push_back({made.id, cohort, absl::StrCat("Cohort ", number), 4, start, end,
                                   kEnrolmentsOfCohort, 25, 25, 25, 25, 60, 2, 0.5, 0.15,
                                   kEnrolmentsOfCohort, kEnrolmentsOfCohort + 1, now_, 1});
    rows[kInsertCoach].push_back({made.id, cohort, made.coach, 0});
    for (int i = 0; i < kEnrolmentsOfCohort; ++i) {
      const id::Uuid enrolment = ids_.Next();
      if (number == 0 && i == 0) made.own_enrolment = enrolment;
      const id::Uuid& participant = made.staff[number * kEnrolmentsOfCohort + i];
      rows[kInsertEnrolment].push_back({made.id, enrolment, cohort, participant, participant,
                                        i % 10 == 9 ? 4 : 5, 1, 1, 0, i + 1, 0, now_, "", 1});
    }
  }
  absl::Status Write(const Rows& rows) {
    return db::Transaction(pool_, clock_.Now() + absl::Seconds(120),
                           [&](db::Connection& tx) -> absl::Status {
                             for (const auto& [insert, values] : rows) {
                               RETURN_IF_ERROR(tx.InsertRows(insert, values).status());
                             }
                             return absl::OkStatus();
                           });
  }

  db::Pool& pool_;
  const Size size_;
  const absl::Time now_;
  const time::SystemClock clock_;
  id::Generator ids_;
};

// With the rights of dap-enrolment.
absl::StatusOr<db::Options> Database(const tests::System& system) {
  db::Options database;
  const std::vector<std::string> address = absl::StrSplit(system.Address("MARIADB"), ':');
  if (!absl::SimpleAtoi(address.at(1), &database.port)) return status::Internal("no port");
  database.user = database.schema = "dap_enrolment";
  std::getline(std::ifstream(absl::StrCat(system.folder(), "/secrets/dap_enrolment.password")),
               database.password);
  return database;
}

// Some organisations from all over, one a caller.
absl::StatusOr<std::vector<Organisation>> FillAll(const tests::System& system, const Size& size) {
  std::fprintf(stderr, "enrolment: writing %s ...\n", size.name);
  ASSIGN_OR_RETURN(const db::Options database, Database(system));
  ASSIGN_OR_RETURN(auto pool, db::Pool::Create(database));
  Filler filler(*pool, size, system.Now());
  std::vector<Organisation> some;
  for (int i = 0; i < size.organisations; ++i) {
    ASSIGN_OR_RETURN(Organisation made, filler.Fill());
    if (i % std::max(1, size.organisations / kCallers) == 0) some.push_back(std::move(made));
  }
  return some;
}

// What is asked for, again and again, of an organisation.
struct Question {
  const char* name;
  const char* method;
  options::v1::Role role;
  std::function<std::string(const Organisation&, absl::BitGen&)> request;
};

std::string Named(const Organisation& organisation) {
  return absl::StrCat("organisations/", organisation.id.ToString());
}

std::vector<Question> Questions() {
  return {
      {"GetStaffMember", "GetStaffMember", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::GetStaffMemberRequest request;
         const size_t which = absl::Uniform<size_t>(random, 0, from.staff.size());
         request.set_name(absl::StrCat(Named(from), "/staff/", from.staff[which].ToString()));
         return request.SerializeAsString();
       }},
      {"GetEnrolment", "GetEnrolment", options::v1::ROLE_PARTICIPANT,
       [](const Organisation& from, absl::BitGen&) {
         enrolment::v1::GetEnrolmentRequest request;
         request.set_name(absl::StrCat(Named(from), "/cohorts/", from.cohorts[0].ToString(),
                                       "/enrolments/", from.own_enrolment.ToString()));
         return request.SerializeAsString();
       }},
      {"ListStaff, by the start of a name or e-mail", "ListStaff", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListStaffRequest request;
         request.set_parent(Named(from));
         request.set_query_prefix(std::string(1, absl::Uniform(random, 'a', 'z')));
         return request.SerializeAsString();
       }},
      {"ListCohorts, of a coach", "ListCohorts", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen&) {
         enrolment::v1::ListCohortsRequest request;
         request.set_parent(Named(from));
         request.set_coach(absl::StrCat(Named(from), "/staff/", from.coach.ToString()));
         return request.SerializeAsString();
       }},
      {"ListEnrolments, of a state", "ListEnrolments", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListEnrolmentsRequest request;
         const size_t which = absl::Uniform<size_t>(random, 0, from.cohorts.size());
         request.set_parent(absl::StrCat(Named(from), "/cohorts/", from.cohorts[which].ToString()));
         request.add_states(enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF);
         return request.SerializeAsString();
       }},
  };
}

absl::StatusOr<Load> LoadOf(const tests::System& system, const Question& question,
                            const std::vector<Organisation>& organisations) {
  Load load{nullptr, absl::StrCat("/dap.enrolment.v1.EnrolmentService/", question.method), {}};
  for (int i = 0; i < kCallers; ++i) {
    const Organisation& from = organisations[i % organisations.size()];
    ASSIGN_OR_RETURN(const tests::Client client,
                     system.As(question.role, from.coach.ToString(), from.id.ToString()));
    load.channel = client.channel().grpc_channel();
    auto random = std::make_shared<absl::BitGen>();
    load.callers.push_back(
        {"authorization", absl::StrCat("Bearer ", client.token()),
         [&from, random, ask = question.request] { return ask(from, *random); }});
  }
  return load;
}

// The median over the rounds of the 99th percentiles of both sizes in the same round.
Figure P99Ratio(const Series& small, const Series& large, const std::string& name) {
  Series ratios{name, {}};
  for (size_t i = 0; i < small.rounds.size(); ++i) {
    Sample& ratio = ratios.rounds.emplace_back();
    ratio.rate = large.rounds[i].p99_ms / small.rounds[i].p99_ms;
  }
  return {.name = absl::StrCat(name, ": p99 with ", kLarge.name, " / ", kSmall.name),
          .value = ratios.Median([](const Sample& sample) { return sample.rate; }),
          .goal = kGoal,
          .at_most = true};
}

}  // namespace

absl::StatusOr<Result> EnrolmentCase(const Settings& settings, tests::System& system) {
  std::fputs("enrolment: starting a second system ...\n", stderr);
  ASSIGN_OR_RETURN(const auto second, tests::System::Start());
  ASSIGN_OR_RETURN(const std::vector<Organisation> few, FillAll(system, kSmall));
  ASSIGN_OR_RETURN(const std::vector<Organisation> many, FillAll(*second, kLarge));
  Result result = {.name = "enrolment", .title = "reads through the gateway, 16 outstanding"};
  for (const Question& question : Questions()) {
    ASSIGN_OR_RETURN(const Load small, LoadOf(system, question, few));
    ASSIGN_OR_RETURN(const Load large, LoadOf(*second, question, many));
    const auto measure = [&settings](const Load& load) {
      return [&settings, &load] { return Run(load, settings.time, {}); };
    };
    ASSIGN_OR_RETURN(
        const std::vector<Series> both,
        MeasureInTurns("enrolment", settings.rounds,
                       {{absl::StrCat(question.name, ", ", kSmall.name), measure(small)},
                        {absl::StrCat(question.name, ", ", kLarge.name), measure(large)}}));
    result.figures.push_back(P99Ratio(both[0], both[1], question.name));
    result.series.insert(result.series.end(), both.begin(), both.end());
  }
  return result;
}

}  // namespace dap::bench
