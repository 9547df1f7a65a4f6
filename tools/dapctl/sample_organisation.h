// The sample organisation's steps.
#ifndef DAP_TOOLS_DAPCTL_SAMPLE_ORGANISATION_H_
#define DAP_TOOLS_DAPCTL_SAMPLE_ORGANISATION_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "dap/enrolment/v1/patron_service.pb.h"
#include "dap/enrolment/v1/session_service.pb.h"
#include "tools/dapctl/commands.h"
#include "tools/dapctl/sample_caller.h"

namespace dap::ctl {

// Makes an organisation, its staff and two cohorts, one that recruits and one that runs. Every step
// may be taken again. Not thread-safe.
class SampleOrganisation {
 public:
  // Both must outlive it.
  SampleOrganisation(SampleCaller& caller, Streams& streams) : caller_(caller), streams_(streams) {}

  // `known` is the UUID of an earlier one, or empty.
  absl::Status Load(const std::string& known);

  // `organisation ID` and `ROLE SUBJECT`, a line each. After Load.
  std::string Roles() const;

 private:
  using Cohort = enrolment::v1::Cohort;
  using Enrolment = enrolment::v1::Enrolment;

  // OK with `found` false where there is no such organisation any more.
  absl::Status Find(const std::string& known, bool* found);
  absl::Status Create();
  absl::Status LoadStaff();
  absl::Status SetNation();
  absl::Status ReadStaff();
  // Whether everything is there already.
  absl::StatusOr<bool> Complete();

  absl::StatusOr<Cohort> OpenCohort(absl::string_view title, int weeks);
  absl::Status LoadRecruiting();
  absl::Status LoadRunning();
  absl::StatusOr<std::string> PlanKickOff(const Cohort& cohort);
  absl::Status InvitePatrons(const Cohort& cohort);
  absl::StatusOr<Enrolment> Apply(const Cohort& cohort, int person);
  absl::StatusOr<Enrolment> Nominate(const Cohort& cohort, int person);
  absl::Status Accept(const Enrolment& enrolment, int person);
  absl::StatusOr<std::vector<Enrolment>> FillPlaces(const Cohort& cohort);
  absl::Status Start(const Cohort& cohort, const std::string& kick_off,
                     const std::vector<Enrolment>& enrolments);

  // What the participants do (sample_doings.cc).
  absl::Status TakeBaseline(const Enrolment& enrolment, int person);
  absl::Status BeginGoal(const Enrolment& enrolment, int person);
  absl::Status LogActivities(const Enrolment& enrolment, int person);
  absl::Status ReportBarriers(const std::vector<Enrolment>& enrolments);
  absl::Status ShareExperiences(const Cohort& cohort, const std::vector<Enrolment>& enrolments);

  // A UUID that is the same whenever the step is taken.
  std::string RequestId(absl::string_view step) const;
  std::string StaffName(int person) const;
  Who As(options::v1::Role role, int person) const { return {role, staff_[person]}; }
  Who Coach() const;
  void Tell(absl::string_view step) { streams_.err << step << std::endl; }

  template <typename Resp>
  absl::StatusOr<Resp> Ask(const Who& who, absl::string_view method,
                           const google::protobuf::Message& request, Wait wait = Wait::kNo) {
    return caller_.Call<Resp>(who, method, request, wait);
  }

  SampleCaller& caller_;
  Streams& streams_;
  std::string id_;    // UUID
  std::string name_;  // "organisations/..."
  absl::Time created_;
  std::vector<std::string> staff_;  // UUIDs, by person
};

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_SAMPLE_ORGANISATION_H_
