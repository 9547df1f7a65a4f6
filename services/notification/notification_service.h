// The gRPC face of dap.notification.v1.NotificationService: who may, what to do, and how it is
// told.
#ifndef DAP_SERVICES_NOTIFICATION_NOTIFICATION_SERVICE_H_
#define DAP_SERVICES_NOTIFICATION_NOTIFICATION_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/notification/v1/notification_service.pb.h"
#include "libs/requests/requests.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/service.h"

namespace dap::notification {

// Thread-safe. Each method is one RPC; its errors are in the proto. Everything is the caller's own:
// PERMISSION_DENIED (OTHER_ORGANISATION, NOT_YOURS) before anything is looked up.
class NotificationService {
 public:
  // All of it outlives this.
  NotificationService(const requests::Ledger& ledger, const rpc::PageTokens& page_tokens);

  // Binds every method. This outlives `service`.
  void BindTo(rpc::Service& service);

 private:
  using Call = rpc::Call;

  absl::StatusOr<v1::ListMessagesResponse> ListMessages(const Call& call,
                                                        const v1::ListMessagesRequest&);
  absl::StatusOr<v1::GetMessageResponse> GetMessage(const Call& call, const v1::GetMessageRequest&);
  absl::StatusOr<v1::MarkMessageReadResponse> MarkMessageRead(const Call& call,
                                                              const v1::MarkMessageReadRequest&);
  absl::StatusOr<v1::GetPreferencesResponse> GetPreferences(const Call& call,
                                                            const v1::GetPreferencesRequest&);
  absl::StatusOr<v1::UpdatePreferencesResponse> UpdatePreferences(
      const Call& call, const v1::UpdatePreferencesRequest&);

  const requests::Ledger ledger_;
  const rpc::PageTokens& page_tokens_;
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_NOTIFICATION_SERVICE_H_
