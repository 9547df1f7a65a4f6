// Between the protos and the domain.
#ifndef DAP_SERVICES_NOTIFICATION_CONVERT_H_
#define DAP_SERVICES_NOTIFICATION_CONVERT_H_

#include "dap/notification/v1/message.pb.h"
#include "dap/notification/v1/notification_service.pb.h"
#include "services/notification/domain/message.h"
#include "services/notification/store/contacts.h"

namespace dap::notification {

v1::Message ToProto(const Message& message);
v1::Preferences ToProto(const Preferences& preferences);
Preferences FromProto(const v1::Preferences& preferences);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_CONVERT_H_
