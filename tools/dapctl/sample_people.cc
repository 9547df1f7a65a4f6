#include "tools/dapctl/sample_people.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/dapctl/csv.h"

namespace dap::ctl {
namespace {

constexpr int kTeamSize = 10;
constexpr std::array kTeams = {"Customer service",  "Communications", "Policy",
                               "Senior management", "Field services", "People and learning"};
constexpr std::array kFirst = {"Amara", "Ben",   "Carys", "Dev",   "Eilidh",
                               "Farid", "Grace", "Hamza", "Iona",  "Jamal",
                               "Kezia", "Liam",  "Mei",   "Niall", "Olwen"};
constexpr std::array kLast = {"Abbott", "Banerjee", "Clarke", "Davies"};

std::string Person(int person) { return absl::StrFormat("p%03d", person + 1); }
std::string Team(int team) { return absl::StrFormat("t%d", team + 1); }

}  // namespace

// The first name goes round every 15 and the last name changes with it, so that no two are the
// same.
std::string SampleName(int person) {
  return absl::StrCat(kFirst[person % kFirst.size()], " ", kLast[person / kFirst.size()]);
}

std::string SampleEmail(int person) {
  std::string name = absl::AsciiStrToLower(SampleName(person));
  name[name.find(' ')] = '.';
  return absl::StrCat(name, "@sample.example");
}

std::string SampleStaffCsv() {
  std::string csv = CsvRow({"kind", "external_id", "display_name", "email", "team_external_id",
                            "manager_external_id", "parent_external_id"});
  for (size_t team = 0; team < kTeams.size(); ++team) {
    csv += CsvRow({"team", Team(team), kTeams[team], "", "", "", ""});
  }
  for (int person = 0; person < kSamplePeople; ++person) {
    const int team = person / kTeamSize;
    // The first of a team leads it.
    const std::string manager = person % kTeamSize == 0 ? "" : Person(team * kTeamSize);
    csv += CsvRow({"person", Person(person), SampleName(person), SampleEmail(person), Team(team),
                   manager, ""});
  }
  return csv;
}

}  // namespace dap::ctl
