// Between the protos of what a cohort shares and the service's own types. Pure.
#ifndef DAP_SERVICES_ACTIVITY_EXPERIENCE_CONVERT_H_
#define DAP_SERVICES_ACTIVITY_EXPERIENCE_CONVERT_H_

#include <string>

#include "dap/activity/v1/experience.pb.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/id/uuid.h"
#include "services/activity/store/comments.h"
#include "services/activity/store/experiences.h"

namespace dap::activity {

std::string ExperienceName(const id::Uuid& organisation, const id::Uuid& cohort,
                           const id::Uuid& experience);
std::string CommentName(const id::Uuid& cohort, const CommentRow& row);

// As a reader who may see it gets it; `my_cheer` is the row's.
v1::Experience ToProto(const ExperienceRow& row);
v1::Comment ToProto(const CommentRow& row, const id::Uuid& cohort);
v1::ExperienceCheers CheersToProto(const ExperienceRow& row);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_EXPERIENCE_CONVERT_H_
