#include "services/gateway/revocations.h"

#include <algorithm>
#include <utility>

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
      after_(At(answered_ - options.keep)) {
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
    if (!polled.ok()) {
      telemetry::Log(
          telemetry::Severity::kWarning, "revocations_stale",
          {{"code", absl::StatusCodeToString(polled.code())}, {"reason", status::Reason(polled)}});
    }
    Observe();
  } while (!stop_.WaitForNotificationWithTimeout(options_.poll));
}

absl::Status Revocations::Poll() {
  v1::ListStaffStateChangesRequest request;
  *request.mutable_after() = after_;
  request.set_page_size(kPage);
  for (bool more = true; more && !stop_.HasBeenNotified();) {
    rpc::CallContext context;
    context.deadline = clock_.Now() + kPatience;
    ASSIGN_OR_RETURN(auto page, enrolment_->Call<v1::ListStaffStateChangesResponse>(
                                    kListChanges, request, context));
    more = page.more();
    if (page.has_last()) *request.mutable_after() = page.last();
    RETURN_IF_ERROR(TakePage(std::move(page)));
  }
  const absl::Time seen = TimeOf(request.after());
  after_ = At(std::max(TimeOf(after_), seen - options_.overlap));
  answered_ = clock_.Now();
  Forget();
  return absl::OkStatus();
}

absl::Status Revocations::TakePage(v1::ListStaffStateChangesResponse page) {
  const absl::Time until = clock_.Now() + options_.keep;
  absl::MutexLock lock(&mutex_);
  for (const auto& change : page.changes()) {
    if (change.staff_member().size() != id::Uuid::kBytes) {
      return status::Internal("a changed person without an id");
    }
    const id::Uuid staff = id::Uuid::FromBytes(change.staff_member());
    switch (change.state()) {
      case v1::STAFF_STATE_ACTIVE:
        revoked_.erase(staff);
        break;
      case v1::STAFF_STATE_SUSPENDED:
        // Until it is told how it ends.
        revoked_[staff] = absl::InfiniteFuture();
        break;
      default:
        // Told again in the overlap it would never end: the first word counts.
        revoked_[staff] = std::min(until, revoked_.try_emplace(staff, until).first->second);
    }
  }
  return absl::OkStatus();
}

void Revocations::Forget() {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  absl::erase_if(revoked_, [now](const auto& one) { return one.second <= now; });
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
