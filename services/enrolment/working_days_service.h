// The gRPC face of dap.enrolment.v1.WorkingDaysService: reads names, asks the operation, fills the
// answer. Rules and errors are told in the proto.
#ifndef DAP_SERVICES_ENROLMENT_WORKING_DAYS_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_WORKING_DAYS_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/working_days_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/enrolment/parts.h"

namespace dap::enrolment {

// Thread-safe. Each call blocks for its database work: one transaction for a change, a read for the
// rest, and one more transaction where a coach's look is recorded.
class WorkingDaysFace {
 public:
  explicit WorkingDaysFace(const Parts& parts);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;

  Result<v1::ListHolidayCalendarsResponse> ListHolidayCalendars(
      const Call&, const v1::ListHolidayCalendarsRequest&);
  Result<v1::GetHolidayCalendarResponse> GetHolidayCalendar(const Call&,
                                                            const v1::GetHolidayCalendarRequest&);
  Result<v1::CreateHolidayCalendarResponse> CreateHolidayCalendar(
      const Call&, const v1::CreateHolidayCalendarRequest&);
  Result<v1::ReplaceHolidayCalendarResponse> ReplaceHolidayCalendar(
      const Call&, const v1::ReplaceHolidayCalendarRequest&);
  Result<v1::GetOrganisationDaysOffResponse> GetOrganisationDaysOff(
      const Call&, const v1::GetOrganisationDaysOffRequest&);
  Result<v1::SetOrganisationDaysOffResponse> SetOrganisationDaysOff(
      const Call&, const v1::SetOrganisationDaysOffRequest&);
  Result<v1::GetCohortDaysOffResponse> GetCohortDaysOff(const Call&,
                                                        const v1::GetCohortDaysOffRequest&);
  Result<v1::SetCohortDaysOffResponse> SetCohortDaysOff(const Call&,
                                                        const v1::SetCohortDaysOffRequest&);
  Result<v1::GetStaffCalendarResponse> GetStaffCalendar(const Call&,
                                                        const v1::GetStaffCalendarRequest&);
  Result<v1::SetStaffCalendarResponse> SetStaffCalendar(const Call&,
                                                        const v1::SetStaffCalendarRequest&);
  Result<v1::AddLeaveResponse> AddLeave(const Call&, const v1::AddLeaveRequest&);
  Result<v1::RemoveLeaveResponse> RemoveLeave(const Call&, const v1::RemoveLeaveRequest&);
  Result<v1::ListLeaveResponse> ListLeave(const Call&, const v1::ListLeaveRequest&);
  Result<v1::ListDaysOffResponse> ListDaysOff(const Call&, const v1::ListDaysOffRequest&);

  const Parts parts_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_WORKING_DAYS_SERVICE_H_
