#include <functional>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "dap/enrolment/v1/session_service.pb.h"
#include "libs/status/macros.h"
#include "tests/bench/cases.h"
#include "tests/bench/load.h"
#include "tests/bench/organisations.h"
#include "tests/bench/running.h"

namespace dap::bench {
namespace {

constexpr double kGoal = 5;
// Callers at once, each somebody of another organisation where there are as many.
constexpr int kCallers = 16;

// How much there is.
struct Size {
  const char* name;
  std::vector<OrganisationSize> organisations;
};

Size Small() { return {"1,000 staff", {{1000, 200}}}; }

// One of 100,000 among many small ones.
Size Large() {
  Size size = {"1,000,000 staff", {{101'800, 20'360}}};
  size.organisations.resize(500, {1800, 360});
  return size;
}

// The first organisation, which is the largest, and others from all over, one a caller.
absl::StatusOr<std::vector<Organisation>> FillAll(const tests::System& system, const Size& size) {
  std::fprintf(stderr, "enrolment: writing %s ...\n", size.name);
  ASSIGN_OR_RETURN(const db::Options database, DatabaseOf(system, "enrolment"));
  ASSIGN_OR_RETURN(auto pool, db::Pool::Create(database));
  std::vector<Organisation> some;
  const size_t apart = std::max<size_t>(1, size.organisations.size() / kCallers);
  for (size_t i = 0; i < size.organisations.size(); ++i) {
    ASSIGN_OR_RETURN(Organisation made, Fill(*pool, size.organisations[i], system.Now()));
    if (i % apart == 0) some.push_back(std::move(made));
  }
  RETURN_IF_ERROR(TakeStock(*pool));
  return some;
}

// What is asked for, again and again, of an organisation.
struct Question {
  const char* name;
  const char* method;  // "EnrolmentService/GetCohort"
  options::v1::Role role;
  std::function<std::string(const Organisation&, absl::BitGen&)> request;
};

std::string Named(const Organisation& organisation) {
  return absl::StrCat("organisations/", organisation.id.ToString());
}

std::string AnyOf(const Organisation& from, const char* collection,
                  const std::vector<id::Uuid>& ids, absl::BitGen& random) {
  const size_t which = absl::Uniform<size_t>(random, 0, ids.size());
  return absl::StrCat(Named(from), collection, ids[which].ToString());
}

std::string AnyPrefix(absl::BitGen& random) {
  return std::string(1, absl::Uniform(absl::IntervalClosed, random, 'a', 'z'));
}

// Of one thing, or all of a few.
std::vector<Question> Looks() {
  return {
      {"GetStaffMember", "EnrolmentService/GetStaffMember", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::GetStaffMemberRequest request;
         request.set_name(AnyOf(from, "/staff/", from.staff, random));
         return request.SerializeAsString();
       }},
      {"GetEnrolment", "EnrolmentService/GetEnrolment", options::v1::ROLE_PARTICIPANT,
       [](const Organisation& from, absl::BitGen&) {
         enrolment::v1::GetEnrolmentRequest request;
         request.set_name(absl::StrCat(Named(from), "/cohorts/", from.cohorts[0].ToString(),
                                       "/enrolments/", from.own_enrolment.ToString()));
         return request.SerializeAsString();
       }},
      {"GetCohortOverview", "EnrolmentService/GetCohortOverview", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::GetCohortOverviewRequest request;
         request.set_name(AnyOf(from, "/cohorts/", from.cohorts, random));
         return request.SerializeAsString();
       }},
      {"ListSessions", "SessionService/ListSessions", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListSessionsRequest request;
         request.set_parent(AnyOf(from, "/cohorts/", from.cohorts, random));
         return request.SerializeAsString();
       }},
      {"ListCohorts, of a coach", "EnrolmentService/ListCohorts", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen&) {
         enrolment::v1::ListCohortsRequest request;
         request.set_parent(Named(from));
         request.set_coach(absl::StrCat(Named(from), "/staff/", from.coach.ToString()));
         return request.SerializeAsString();
       }},
  };
}

std::vector<Question> Searches() {
  return {
      {"ListStaff, by the start of a name or e-mail", "EnrolmentService/ListStaff",
       options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListStaffRequest request;
         request.set_parent(Named(from));
         request.set_query_prefix(AnyPrefix(random));
         return request.SerializeAsString();
       }},
      {"ListStaff, of a team and those below, by text", "EnrolmentService/ListStaff",
       options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListStaffRequest request;
         request.set_parent(Named(from));
         request.set_team(AnyOf(from, "/teams/", from.teams, random));
         request.set_include_subteams(true);
         request.set_query_prefix(AnyPrefix(random));
         return request.SerializeAsString();
       }},
      {"ListEnrolments, of a state", "EnrolmentService/ListEnrolments", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListEnrolmentsRequest request;
         request.set_parent(AnyOf(from, "/cohorts/", from.cohorts, random));
         request.add_states(enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF);
         return request.SerializeAsString();
       }},
      {"ListEnrolments, of a patron", "EnrolmentService/ListEnrolments", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListEnrolmentsRequest request;
         const size_t which = absl::Uniform<size_t>(random, 0, from.cohorts.size());
         request.set_parent(absl::StrCat(Named(from), "/cohorts/", from.cohorts[which].ToString()));
         request.set_patron(absl::StrCat(Named(from), "/staff/", from.patrons[which].ToString()));
         return request.SerializeAsString();
       }},
      {"ListEnrolments, by text", "EnrolmentService/ListEnrolments", options::v1::ROLE_COACH,
       [](const Organisation& from, absl::BitGen& random) {
         enrolment::v1::ListEnrolmentsRequest request;
         request.set_parent(AnyOf(from, "/cohorts/", from.cohorts, random));
         request.set_query_prefix(AnyPrefix(random));
         return request.SerializeAsString();
       }},
  };
}

absl::StatusOr<Load> LoadOf(const tests::System& system, const Question& question,
                            const std::vector<Organisation>& organisations) {
  Load load{nullptr, absl::StrCat("/dap.enrolment.v1.", question.method), {}};
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
  return {.name = absl::StrCat(name, ": p99 of the large / the small"),
          .value = ratios.Median([](const Sample& sample) { return sample.rate; }),
          .goal = kGoal,
          .at_most = true};
}

}  // namespace

absl::StatusOr<Result> EnrolmentCase(const Settings& settings, tests::System& system) {
  std::fputs("enrolment: starting a second system ...\n", stderr);
  ASSIGN_OR_RETURN(const auto second, tests::System::Start());
  const Size few = Small(), many = Large();
  ASSIGN_OR_RETURN(const std::vector<Organisation> among_few, FillAll(system, few));
  ASSIGN_OR_RETURN(const std::vector<Organisation> among_many, FillAll(*second, many));
  std::vector<Question> questions = Looks();
  for (Question& search : Searches()) questions.push_back(std::move(search));
  Result result = {.name = "enrolment", .title = "reads through the gateway, 16 outstanding"};
  for (const Question& question : questions) {
    ASSIGN_OR_RETURN(const Load small, LoadOf(system, question, among_few));
    ASSIGN_OR_RETURN(const Load large, LoadOf(*second, question, among_many));
    const auto measure = [&settings](const Load& load) {
      return [&settings, &load] { return Run(load, settings.time, {}); };
    };
    ASSIGN_OR_RETURN(
        const std::vector<Series> both,
        MeasureInTurns("enrolment", settings.rounds,
                       {{absl::StrCat(question.name, ", ", few.name), measure(small)},
                        {absl::StrCat(question.name, ", ", many.name), measure(large)}}));
    result.figures.push_back(P99Ratio(both[0], both[1], question.name));
    result.series.insert(result.series.end(), both.begin(), both.end());
  }
  return result;
}

}  // namespace dap::bench
