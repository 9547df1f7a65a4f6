#include "services/enrolment/staff_state_service.h"

#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/store/staff.h"

namespace dap::enrolment {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kUsualPage = 1000;
constexpr int kNanosASecond = 1'000'000'000;

// The nil id, before all others, where it is empty.
absl::StatusOr<id::Uuid> IdOf(const std::string& bytes, absl::string_view field) {
  if (bytes.empty()) return id::Uuid();
  if (bytes.size() != id::Uuid::kBytes) {
    return status::Invalid(field, "FIELD_INVALID", "must have 16 bytes");
  }
  return id::Uuid::FromBytes(bytes);
}

absl::StatusOr<store::StateChange> ReadPosition(const v1::StaffStatePosition& proto) {
  if (proto.time().seconds() < TimeUtil::kTimestampMinSeconds ||
      proto.time().seconds() > TimeUtil::kTimestampMaxSeconds || proto.time().nanos() < 0 ||
      proto.time().nanos() >= kNanosASecond) {
    return status::Invalid("after.time", "FIELD_INVALID", "must be a time");
  }
  store::StateChange position;
  position.time = absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(proto.time()));
  ASSIGN_OR_RETURN(position.organisation, IdOf(proto.organisation(), "after.organisation"));
  ASSIGN_OR_RETURN(position.staff, IdOf(proto.staff_member(), "after.staff_member"));
  return position;
}

}  // namespace

StaffStateFace::StaffStateFace(db::Pool& pool)
    : pool_(pool), service_("dap.enrolment.v1.StaffStateService") {
  rpc::Bind(service_, "ListStaffStateChanges", this, &StaffStateFace::ListStaffStateChanges);
}

absl::StatusOr<v1::ListStaffStateChangesResponse> StaffStateFace::ListStaffStateChanges(
    const rpc::Call& call, const v1::ListStaffStateChangesRequest& request) {
  ASSIGN_OR_RETURN(const store::StateChange after, ReadPosition(request.after()));
  const int limit = request.page_size() == 0 ? kUsualPage : request.page_size();
  ASSIGN_OR_RETURN(const std::vector<store::StateChange> changes,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return store::ListStateChanges(connection, after, limit, request.away_only());
                   }));
  v1::ListStaffStateChangesResponse response;
  for (const store::StateChange& one : changes) {
    auto& change = *response.add_changes();
    change.set_staff_member(std::string(one.staff.bytes()));
    change.set_state(static_cast<v1::StaffState>(one.state));
  }
  response.set_more(changes.size() == static_cast<size_t>(limit));
  if (!changes.empty()) {
    v1::StaffStatePosition& last = *response.mutable_last();
    *last.mutable_time() =
        TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(changes.back().time));
    last.set_organisation(std::string(changes.back().organisation.bytes()));
    last.set_staff_member(std::string(changes.back().staff.bytes()));
  }
  return response;
}

}  // namespace dap::enrolment
