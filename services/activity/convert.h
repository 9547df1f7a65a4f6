// Between the protos and the service's own types. Pure.
#ifndef DAP_SERVICES_ACTIVITY_CONVERT_H_
#define DAP_SERVICES_ACTIVITY_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "dap/activity/v1/activity.pb.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/activity/v1/check_in.pb.h"
#include "dap/activity/v1/progress.pb.h"
#include "dap/activity/v1/progress_service.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/rpc/status.pb.h"
#include "google/type/date.pb.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/patron_board.h"
#include "services/activity/operations/work_out_progress.h"
#include "services/activity/store/activities.h"
#include "services/activity/store/check_ins.h"
#include "services/activity/store/patron_queue.h"
#include "services/activity/store/revisions.h"
#include "services/activity/store/shared_activities.h"

namespace dap::activity {

// An id as an event carries it.
std::string Bytes(const id::Uuid& id);

// Cut to microseconds, as the database keeps it; a time outside of its years is infinite.
absl::Time FromProto(const google::protobuf::Timestamp& time);
google::protobuf::Timestamp ToProto(absl::Time time);
google::type::Date ToProto(absl::CivilDay day);
// INVALID_ARGUMENT (DATE_MALFORMED) for `field` where there is no such day from the year 2000 on.
absl::StatusOr<absl::CivilDay> FromProto(const google::type::Date& date, absl::string_view field);

std::string EnrolmentName(const id::Uuid& organisation, const id::Uuid& cohort,
                          const id::Uuid& enrolment);

// Whose eyes it is for: link and note go only to those whom the visibility names.
enum class Reader { kSelf, kCoach };
v1::Activity ToProto(const ActivityRow& row, const id::Uuid& cohort, Reader reader);
// As a member of the cohort gets it: a patron, unless they are more than that, without the day.
v1::SharedActivity ToProto(const SharedActivity& shared, const Member& reader);
v1::ActivityRevision ToProto(const RevisionRow& row, const id::Uuid& cohort);
v1::CheckIn ToProto(const CheckInRow& row, const id::Uuid& cohort);
v1::PatronQueueEntry ToProto(const QueueView& view);
v1::PatronBoardRow ToProto(const BoardView& view, const id::Uuid& organisation);
v1::Progress ToProto(const ProgressResult& progress);
v1::ParticipantProgress ToParticipantProgress(const ProgressResult& progress,
                                              absl::string_view display_name);

// An error within an answer, with all its details, as the call would have given it.
google::rpc::Status ToProto(const absl::Status& status, const rpc::Call& call);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_CONVERT_H_
