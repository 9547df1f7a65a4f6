// Who works in the sample organisation.
#ifndef DAP_TOOLS_DAPCTL_SAMPLE_PEOPLE_H_
#define DAP_TOOLS_DAPCTL_SAMPLE_PEOPLE_H_

#include <string>

namespace dap::ctl {

// Sixty people, 0 to 59, ten a team.
inline constexpr int kSamplePeople = 60;

// Who plays which part. The others are there to be invited.
inline constexpr int kSampleCoach = 59;
inline constexpr int kSampleAdmin = 58;
inline constexpr int kSamplePatrons[] = {9, 19};
inline constexpr int kSampleVolunteers[] = {1, 2, 3, 4, 5, 6, 7, 8};
inline constexpr int kSampleNominated[] = {11, 12};
inline constexpr int kSampleApplicants[] = {21, 22, 23, 31, 32};

std::string SampleName(int person);
std::string SampleEmail(int person);

// Six teams and sixty people as `dapctl hr-sync` reads them.
std::string SampleStaffCsv();

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_SAMPLE_PEOPLE_H_
