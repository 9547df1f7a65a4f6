// Names that the sample's steps share. For the sample only.
#ifndef DAP_TOOLS_DAPCTL_SAMPLE_STEPS_H_
#define DAP_TOOLS_DAPCTL_SAMPLE_STEPS_H_

namespace dap::ctl {

inline constexpr char kRunningTitle[] = "Everyday digital";
inline constexpr char kRecruitingTitle[] = "Digital engagement for teams";
inline constexpr int kExperiences = 3;

inline constexpr char kCreateOrganisation[] =
    "dap.enrolment.v1.EnrolmentService/CreateOrganisation";
inline constexpr char kGetOrganisation[] = "dap.enrolment.v1.EnrolmentService/GetOrganisation";
inline constexpr char kSetOrganisationDaysOff[] =
    "dap.enrolment.v1.WorkingDaysService/SetOrganisationDaysOff";
inline constexpr char kListStaff[] = "dap.enrolment.v1.EnrolmentService/ListStaff";
inline constexpr char kListCohorts[] = "dap.enrolment.v1.EnrolmentService/ListCohorts";
inline constexpr char kListSyncRuns[] = "dap.enrolment.v1.StaffSyncService/ListSyncRuns";
inline constexpr char kListExperiences[] = "dap.activity.v1.ExperienceService/ListExperiences";

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_SAMPLE_STEPS_H_
