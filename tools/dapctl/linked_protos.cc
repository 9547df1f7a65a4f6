#include "tools/dapctl/linked_protos.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "dap/enrolment/v1/roster_service.pb.h"
#include "dap/enrolment/v1/staff_sync_service.pb.h"
#include "dap/events/v1/event_feed_service.pb.h"
#include "dap/gateway/v1/gateway_service.pb.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "dap/notification/v1/notification_service.pb.h"
#include "tools/dapctl/arguments.h"

namespace dap::ctl {

using ::google::protobuf::Descriptor;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::ServiceDescriptor;

// Naming a message of each file is also what keeps the linker from leaving the file out.
std::vector<const ServiceDescriptor*> Services() {
  std::vector<const ServiceDescriptor*> services;
  for (const Descriptor* message :
       {activity::v1::LogActivityRequest::descriptor(),
        enrolment::v1::GetCohortRequest::descriptor(),
        enrolment::v1::SyncStaffRequest::descriptor(),
        enrolment::v1::GetRosterEntryRequest::descriptor(),
        events::v1::ReadEventsRequest::descriptor(), gateway::v1::GetStatusRequest::descriptor(),
        goals::v1::GetGoalRequest::descriptor(),
        notification::v1::ListMessagesRequest::descriptor()}) {
    for (int i = 0; i < message->file()->service_count(); ++i) {
      services.push_back(message->file()->service(i));
    }
  }
  std::sort(services.begin(), services.end(),
            [](auto* a, auto* b) { return a->full_name() < b->full_name(); });
  return services;
}

absl::StatusOr<const MethodDescriptor*> FindMethod(absl::string_view name) {
  std::string close;
  std::string dotted(absl::StripPrefix(name, "/"));
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  const absl::string_view last = absl::string_view(dotted).substr(dotted.rfind('.') + 1);
  for (const ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      if (method->full_name() == dotted) return method;
      if (absl::EqualsIgnoreCase(method->name(), last)) {
        absl::StrAppend(&close, close.empty() ? "; do you mean " : " or ", service->full_name(),
                        "/", method->name());
      }
    }
  }
  return UsageError(absl::StrCat("there is no method ", name, close, close.empty() ? "" : "?"));
}

}  // namespace dap::ctl
