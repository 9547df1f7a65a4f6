#include "tools/dapctl/linked_protos.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dap_proto_activity_services.h"
#include "dap_proto_enrolment_services.h"
#include "dap_proto_events_services.h"
#include "dap_proto_gateway_services.h"
#include "dap_proto_goals_services.h"
#include "dap_proto_notification_services.h"
#include "tools/dapctl/arguments.h"

namespace dap::ctl {

using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::ServiceDescriptor;

std::vector<const ServiceDescriptor*> Services() {
  std::vector<const ServiceDescriptor*> services;
  for (const auto& some : {dap_proto_activity::Services(), dap_proto_enrolment::Services(),
                           dap_proto_events::Services(), dap_proto_gateway::Services(),
                           dap_proto_goals::Services(), dap_proto_notification::Services()}) {
    services.insert(services.end(), some.begin(), some.end());
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
