#include "tools/dapctl/sample_organisation.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "dap/enrolment/v1/staff_sync_service.pb.h"
#include "dap/enrolment/v1/working_days_service.pb.h"
#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tools/dapctl/hr_sync.h"
#include "tools/dapctl/id_digest.h"
#include "tools/dapctl/sample_people.h"
#include "tools/dapctl/sample_steps.h"

namespace dap::ctl {
namespace {

namespace v1 = enrolment::v1;
using namespace options::v1;  // NOLINT(google-build-using-namespace): the roles

constexpr char kOrganisation[] = "Sample Council";
constexpr char kSource[] = "sample-hr";
constexpr char kSystem[] = "sample-hr";
constexpr char kOperator[] = "sample-operator";

std::string LastPart(absl::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

// Reads are allowed to any administrator of the organisation; who it is matters from the moment
// that the staff are there.
constexpr char kAnyAdmin[] = "00000000-0000-8000-8000-000000000001";

}  // namespace

std::string SampleOrganisation::RequestId(absl::string_view step) const {
  IdDigest digest;
  digest.Add("dapctl sample");
  digest.Add(id_);
  digest.Add(step);
  std::string bytes = digest.Finish().substr(0, id::Uuid::kBytes);
  // Version 8 of RFC 9562: bits of our own making.
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  return id::Uuid::FromBytes(bytes).ToString();
}

std::string SampleOrganisation::StaffName(int person) const {
  return absl::StrCat(name_, "/staff/", staff_[person]);
}

Who SampleOrganisation::Coach() const { return As(ROLE_COACH, kSampleCoach); }

std::string SampleOrganisation::Roles() const {
  return absl::StrCat("organisation ", id_, "\nPARTICIPANT ", staff_[kSampleVolunteers[0]],
                      "\nPATRON ", staff_[kSamplePatrons[0]], "\nCOACH ", staff_[kSampleCoach],
                      "\nORG_ADMIN ", staff_[kSampleAdmin], "\nHR_SYSTEM ", kSystem, "\nOPERATOR ",
                      kOperator, "\n");
}

absl::Status SampleOrganisation::Load(const std::string& known) {
  bool found = false;
  if (!known.empty()) RETURN_IF_ERROR(Find(known, &found));
  if (!found) RETURN_IF_ERROR(Create());
  RETURN_IF_ERROR(LoadStaff());
  RETURN_IF_ERROR(ReadStaff());
  ASSIGN_OR_RETURN(const bool complete, Complete());
  if (complete) return absl::OkStatus();
  RETURN_IF_ERROR(SetNation());
  RETURN_IF_ERROR(LoadRecruiting());
  return LoadRunning();
}

absl::Status SampleOrganisation::Find(const std::string& known, bool* found) {
  caller_.SetOrganisation(known);
  v1::GetOrganisationRequest request;
  request.set_name(absl::StrCat("organisations/", known));
  const auto response =
      Ask<v1::GetOrganisationResponse>({ROLE_ORG_ADMIN, kAnyAdmin}, kGetOrganisation, request);
  *found = response.ok();
  if (absl::IsNotFound(response.status())) return absl::OkStatus();
  RETURN_IF_ERROR(response.status());
  id_ = known;
  name_ = request.name();
  created_ = absl::FromUnixSeconds(response->organisation().create_time().seconds());
  return absl::OkStatus();
}

absl::Status SampleOrganisation::Create() {
  Tell("Making the organisation");
  v1::CreateOrganisationRequest request;
  request.mutable_organisation()->set_display_name(kOrganisation);
  request.mutable_organisation()->set_time_zone("Europe/London");
  request.set_request_id(RequestId("organisation"));
  ASSIGN_OR_RETURN(const auto response,
                   Ask<v1::CreateOrganisationResponse>({ROLE_OPERATOR, kOperator},
                                                       kCreateOrganisation, request));
  name_ = response.organisation().name();
  id_ = LastPart(name_);
  created_ = absl::FromUnixSeconds(response.organisation().create_time().seconds());
  caller_.SetOrganisation(id_);
  return absl::OkStatus();
}

absl::Status SampleOrganisation::LoadStaff() {
  v1::ListSyncRunsRequest list;
  list.set_parent(name_);
  const Who system{ROLE_HR_SYSTEM, kSystem};
  ASSIGN_OR_RETURN(const auto runs, Ask<v1::ListSyncRunsResponse>(system, kListSyncRuns, list));
  for (const v1::SyncRun& run : runs.sync_runs()) {
    if (run.state() == v1::SYNC_RUN_STATE_APPLIED) return absl::OkStatus();
  }
  Tell("Telling the staff, as an HR system does");
  std::string path = "/tmp/dapctl-sample-XXXXXX";
  if (const char* folder = std::getenv("TMPDIR"))
    path = absl::StrCat(folder, "/dapctl-sample-XXXXXX");
  const int fd = mkstemp(path.data());
  if (fd < 0) return UsageError(absl::StrCat("cannot write ", path));
  close(fd);
  const absl::Cleanup remove = [&path] { unlink(path.c_str()); };
  std::ofstream(path, std::ios::binary) << SampleStaffCsv();
  StaffSyncOptions options;
  options.file = path;
  options.organisation = name_;
  options.source = kSource;
  options.apply = true;
  ASSIGN_OR_RETURN(const Gateway gateway, caller_.As(system));
  // The figures are for people; the standard output is for scripts.
  Streams told{streams_.in, streams_.err, streams_.err, streams_.terminal};
  return SyncAndTell(gateway, options, "", told);
}

// Its public holidays are those by which tools/dap clock counts working days.
absl::Status SampleOrganisation::SetNation() {
  v1::SetOrganisationDaysOffRequest request;
  request.set_name(name_);
  request.set_holiday_calendar(absl::StrCat(name_, "/holidayCalendars/england-and-wales"));
  request.set_request_id(RequestId("nation"));
  return Ask<v1::SetOrganisationDaysOffResponse>({ROLE_ORG_ADMIN, staff_[kSampleAdmin]},
                                                 kSetOrganisationDaysOff, request)
      .status();
}

absl::Status SampleOrganisation::ReadStaff() {
  std::map<std::string, std::string> by_email;
  v1::ListStaffRequest request;
  request.set_parent(name_);
  request.set_page_size(1000);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     Ask<v1::ListStaffResponse>({ROLE_ORG_ADMIN, kAnyAdmin}, kListStaff, request));
    for (const v1::StaffMember& member : page.staff()) {
      by_email[member.email()] = LastPart(member.name());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  for (int person = 0; person < kSamplePeople; ++person) {
    const std::string& id = by_email[SampleEmail(person)];
    if (id.empty()) return status::NotFound("staff_member", SampleEmail(person));
    staff_.push_back(id);
  }
  return absl::OkStatus();
}

// The last step is the last experience; a cohort with fewer was not loaded to its end.
absl::StatusOr<bool> SampleOrganisation::Complete() {
  v1::ListCohortsRequest request;
  request.set_parent(name_);
  ASSIGN_OR_RETURN(const auto cohorts,
                   Ask<v1::ListCohortsResponse>(Coach(), kListCohorts, request));
  for (const Cohort& cohort : cohorts.cohorts()) {
    if (cohort.title() != kRunningTitle || cohort.state() < v1::COHORT_STATE_RUNNING) continue;
    activity::v1::ListExperiencesRequest list;
    list.set_parent(cohort.name());
    ASSIGN_OR_RETURN(const auto shared,
                     Ask<activity::v1::ListExperiencesResponse>(Coach(), kListExperiences, list,
                                                                Wait::kForOtherService));
    return shared.experiences_size() >= kExperiences;
  }
  return false;
}

}  // namespace dap::ctl
