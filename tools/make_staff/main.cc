// make_staff: believable staff of any size as a CSV for `dapctl hr-sync`, the same for the same
// seed.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

ABSL_FLAG(int, people, 2000, "how many people: 1 to 5,000,000");
ABSL_FLAG(int, teams, 40, "how many teams: 1 to 100,000");
ABSL_FLAG(uint64_t, seed, 1, "another seed gives other people");
ABSL_FLAG(double, changed, 0, "share of people, 0 to 1, who have moved teams since");
ABSL_FLAG(double, leavers, 0, "share of people, 0 to 1, who are missing");
ABSL_FLAG(std::string, domain, "ashfordvale.example", "domain of the e-mail addresses");
ABSL_FLAG(std::string, out, "", "file to write; standard output where empty");

namespace {

using Words = std::vector<const char*>;

const Words& FirstNames() {
  static const Words& words = *new Words{
      "Aisha",  "Alan",   "Amina",  "Andrew", "Anna",  "Bethan", "Bilal",  "Callum",  "Carys",
      "Chidi",  "Claire", "Daniel", "Deepa",  "Donna", "Eilidh", "Elena",  "Farah",   "Fergus",
      "Gareth", "Grace",  "Hamza",  "Hannah", "Imran", "Iona",   "Jamal",  "Jasmine", "Joan",
      "Kamal",  "Keira",  "Kwame",  "Lena",   "Liam",  "Maeve",  "Marcus", "Mei",     "Nadia",
      "Niamh",  "Olu",    "Owen",   "Priya",  "Rhys",  "Rosa",   "Samir",  "Siobhan", "Tariq",
      "Tomasz", "Uma",    "Wendy",  "Yusuf",  "Zofia"};
  return words;
}

const Words& LastNames() {
  static const Words& words = *new Words{
      "Adeyemi", "Ahmed",   "Bailey",  "Begum",   "Brown",   "Campbell", "Chowdhury", "Clarke",
      "Cooper",  "Davies",  "Doherty", "Edwards", "Evans",   "Fraser",   "Green",     "Griffiths",
      "Hall",    "Hughes",  "Hussain", "Jones",   "Kaur",    "Kelly",    "Khan",      "Kowalski",
      "Lewis",   "MacLeod", "Mensah",  "Miller",  "Mohamed", "Morgan",   "Murphy",    "Nowak",
      "O'Neill", "Okafor",  "Patel",   "Price",   "Quinn",   "Roberts",  "Robinson",  "Shah",
      "Singh",   "Smith",   "Stewart", "Taylor",  "Thomas",  "Walker",   "Wilson",    "Wood"};
  return words;
}

const Words& TeamNames() {
  static const Words& words = *new Words{"Chief executive's office",
                                         "Customer service",
                                         "Communications",
                                         "Policy",
                                         "Benefits",
                                         "Council tax",
                                         "Housing repairs",
                                         "Lettings",
                                         "Libraries",
                                         "Parking",
                                         "Planning",
                                         "Licensing",
                                         "Social care",
                                         "Schools",
                                         "Highways",
                                         "Waste",
                                         "Leisure",
                                         "Registrars",
                                         "Elections",
                                         "Legal",
                                         "Finance",
                                         "Procurement",
                                         "People",
                                         "IT",
                                         "Data",
                                         "Community safety"};
  return words;
}

const char* OneOf(const Words& words, std::mt19937_64& random) {
  return words[random() % words.size()];
}

bool Happens(double share, std::mt19937_64& random) {
  return static_cast<double>(random() % 1000000) < share * 1000000;
}

// The address of somebody: name and number, so that it is unique.
std::string Email(const std::string& first, const std::string& last, int number) {
  std::string name = absl::AsciiStrToLower(absl::StrCat(first, ".", last, number));
  name.erase(std::remove(name.begin(), name.end(), '\''), name.end());
  return absl::StrCat(name, "@", absl::GetFlag(FLAGS_domain));
}

// Every team but the first is below one that came before it, three or so to each.
void WriteTeams(int teams, std::ostream& out) {
  for (int i = 0; i < teams; ++i) {
    const size_t names = TeamNames().size();
    const std::string name =
        absl::StrCat(TeamNames()[i % names],
                     i < static_cast<int>(names) ? "" : absl::StrCat(" ", i / names + 1));
    const std::string parent = i == 0 ? "" : absl::StrFormat("T%05d", (i - 1) / 3);
    out << absl::StrFormat("team,T%05d,%s,,,,%s,,\n", i, name, parent);
  }
}

// One in ten manages the others of their ten. What is drawn for a person does not depend on the
// shares, so that two runs with the same seed differ just in who has changed.
void WritePeople(int people, int teams, uint64_t seed, std::ostream& out) {
  for (int i = 0; i < people; ++i) {
    std::mt19937_64 random(seed * 1000003 + static_cast<uint64_t>(i));
    const std::string first = OneOf(FirstNames(), random);
    const std::string last = OneOf(LastNames(), random);
    const int team = static_cast<int>(random() % teams);
    const int next_team = static_cast<int>(random() % teams);
    const bool moved = Happens(absl::GetFlag(FLAGS_changed), random);
    if (Happens(absl::GetFlag(FLAGS_leavers), random)) continue;
    const std::string manager = i % 10 == 0 ? "" : absl::StrFormat("P%07d", i / 10 * 10);
    out << absl::StrFormat("person,P%07d,%s %s,%s,T%05d,%s,,,\n", i, first, last,
                           Email(first, last, i), moved ? next_team : team, manager);
  }
}

int Run() {
  const int people = absl::GetFlag(FLAGS_people);
  const int teams = absl::GetFlag(FLAGS_teams);
  if (people < 1 || people > 5000000 || teams < 1 || teams > 100000) {
    std::cerr << "make_staff: --people is 1 to 5,000,000 and --teams 1 to 100,000\n";
    return 2;
  }
  std::ofstream file;
  if (!absl::GetFlag(FLAGS_out).empty()) file.open(absl::GetFlag(FLAGS_out));
  std::ostream& out = absl::GetFlag(FLAGS_out).empty() ? std::cout : file;
  out << "kind,external_id,display_name,email,team_external_id,manager_external_id,"
         "parent_external_id,left,update_time\n";
  WriteTeams(teams, out);
  WritePeople(people, teams, absl::GetFlag(FLAGS_seed), out);
  out.flush();
  if (out) return 0;
  std::cerr << "make_staff: can't write " << absl::GetFlag(FLAGS_out) << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("believable staff as a CSV for dapctl hr-sync");
  absl::ParseCommandLine(argc, argv);
  return Run();
}
