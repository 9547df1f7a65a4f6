#include "services/gateway/revocations.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace dap::gateway {
namespace {

namespace v1 = enrolment::v1;
using google::protobuf::util::TimeUtil;

constexpr char kListChanges[] = "dap.enrolment.v1.StaffStateService/ListStaffStateChanges";
constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr int kPage = 5000;
// Changes of so long ago and less are read again at the start: who came back while all who are away
// were read is among them.
constexpr absl::Duration kLookBack = absl::Hours(24);

v1::StaffStatePosition At(absl::Time time) {
  v1::StaffStatePosition position;
  *position.mutable_time() = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
  return position;
}

absl::Time TimeOf(const v1::StaffStatePosition& position) {
  return absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(position.time()));
}

}  // namespace

Revocations::Revocations(std::shared_ptr<rpc::Channel> enrolment, const RevocationOptions& options,
                         const time::Clock& clock)
    : enrolment_(std::move(enrolment)),
      options_(options),
      clock_(clock),
      answered_(clock.Now()),
      after_(At(answered_ - kLookBack)) {
  if (options_.registry == nullptr) return;
  people_ = &telemetry::Gauges(*options_.registry, "dap_gateway_revoked_people",
                               "People whose tokens are refused.")
                 .Add({});
  age_ = &telemetry::Gauges(*options_.registry, "dap_gateway_revocations_age_seconds",
                            "Since enrolment last told whose tokens are refused.")
              .Add({});
}

Revocations::~Revocations() {
  if (!stop_.HasBeenNotified()) stop_.Notify();
  if (thread_.joinable()) thread_.join();
}

bool Revocations::Has(const auth::Principal& principal) const {
  if (principal.staff.is_nil()) return false;
  absl::ReaderMutexLock lock(&mutex_);
  return revoked_.contains(principal.staff);
}

void Revocations::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Revocations::Run() {
  do {
    const absl::Status polled = Poll();
    if (!polled.ok() && !stop_.HasBeenNotified()) {
      telemetry::Log(
          telemetry::Severity::kWarning, "revocations_stale",
          {{"code", absl::StatusCodeToString(polled.code())}, {"reason", status::Reason(polled)}});
    }
    Observe();
  } while (!stop_.WaitForNotificationWithTimeout(options_.poll));
}

absl::Status Revocations::Poll() {
  if (!read_all_) {
    RETURN_IF_ERROR(Read(/*away_only=*/true, read_to_));
    read_all_ = true;
  }
  v1::StaffStatePosition seen = after_;
  RETURN_IF_ERROR(Read(/*away_only=*/false, seen));
  after_ = At(std::max(TimeOf(after_), TimeOf(seen) - options_.overlap));
  answered_ = clock_.Now();
  return absl::OkStatus();
}

absl::Status Revocations::Read(bool away_only, v1::StaffStatePosition& after) {
  v1::ListStaffStateChangesRequest request;
  request.set_page_size(kPage);
  request.set_away_only(away_only);
  for (bool more = true; more;) {
    if (stop_.HasBeenNotified()) return absl::CancelledError("stopping");
    *request.mutable_after() = after;
    rpc::CallContext context;
    context.deadline = clock_.Now() + kPatience;
    ASSIGN_OR_RETURN(const auto page, enrolment_->Call<v1::ListStaffStateChangesResponse>(
                                          kListChanges, request, context));
    RETURN_IF_ERROR(TakePage(page));
    more = page.more();
    if (page.has_last()) after = page.last();
  }
  return absl::OkStatus();
}

absl::Status Revocations::TakePage(const v1::ListStaffStateChangesResponse& page) {
  std::vector<id::Uuid> newly;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& change : page.changes()) {
      if (change.staff_member().size() != id::Uuid::kBytes) {
        return status::Internal("a changed person without an id");
      }
      const id::Uuid staff = id::Uuid::FromBytes(change.staff_member());
      if (change.state() == v1::STAFF_STATE_ACTIVE) {
        revoked_.erase(staff);
      } else if (revoked_.insert(staff).second) {
        newly.push_back(staff);
      }
    }
  }
  if (!options_.on_revoked) return absl::OkStatus();
  for (const id::Uuid& staff : newly) options_.on_revoked(staff);
  return absl::OkStatus();
}

void Revocations::Observe() {
  if (people_ == nullptr) return;
  {
    absl::ReaderMutexLock lock(&mutex_);
    people_->Set(static_cast<double>(revoked_.size()));
  }
  age_->Set(absl::ToDoubleSeconds(clock_.Now() - answered_));
}

}  // namespace dap::gateway
