// Every face of this service that works on the same parts.
#ifndef DAP_SERVICES_ENROLMENT_FACES_H_
#define DAP_SERVICES_ENROLMENT_FACES_H_

#include <vector>

#include "services/enrolment/calendar_service.h"
#include "services/enrolment/enrolment_service.h"
#include "services/enrolment/participant_service.h"
#include "services/enrolment/parts.h"
#include "services/enrolment/patron_service.h"
#include "services/enrolment/report_service.h"
#include "services/enrolment/session_service.h"
#include "services/enrolment/staff_state_service.h"
#include "services/enrolment/working_days_service.h"

namespace dap::enrolment {

// Listed once, for the program and the tests alike. Must outlive the server.
class Faces {
 public:
  explicit Faces(const Parts& parts)
      : enrolment_(parts),
        participant_(parts),
        patron_(parts),
        report_(parts),
        session_(parts),
        calendar_(parts),
        staff_state_(parts.pool),
        working_days_(parts) {}

  std::vector<rpc::Service*> services() {
    return {&enrolment_.service(), &enrolment_.roster_service(), &participant_.service(),
            &patron_.service(),    &report_.service(),           &session_.service(),
            &calendar_.service(),  &staff_state_.service(),      &working_days_.service()};
  }

 private:
  EnrolmentFace enrolment_;
  ParticipantFace participant_;
  PatronFace patron_;
  ReportFace report_;
  SessionFace session_;
  CalendarFace calendar_;
  StaffStateFace staff_state_;
  WorkingDaysFace working_days_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_FACES_H_
