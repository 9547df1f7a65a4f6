#include "services/notification/notification_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/notification/convert.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/messages.h"

namespace dap::notification {
namespace {

constexpr int kDefaultPageSize = 50;

// Everything here belongs to the person it is addressed to, and to nobody else.
absl::Status RequireOwn(const rpc::Call& call, const id::Uuid& organisation,
                        const id::Uuid& staff) {
  const auth::Principal& caller = call.principal();
  if (caller.organisation != organisation) {
    return status::Denied("OTHER_ORGANISATION", "This is in another organisation than yours.");
  }
  if (caller.staff.is_nil() || caller.staff != staff) {
    return status::Denied("NOT_YOURS", "Only the person themselves sees what they are told.");
  }
  return absl::OkStatus();
}

// A person of a resource name "organisations/{organisation}/staff/{staff}", who is the caller.
absl::StatusOr<MessageKey> OwnPerson(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> ids, id::Ids(name, {"organisations", "staff"}));
  RETURN_IF_ERROR(RequireOwn(call, ids[0], ids[1]));
  return MessageKey{ids[0], ids[1], {}};
}

// A message of the caller's.
absl::StatusOr<MessageKey> OwnMessage(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> ids,
                   id::Ids(name, {"organisations", "staff", "messages"}));
  RETURN_IF_ERROR(RequireOwn(call, ids[0], ids[1]));
  return MessageKey{ids[0], ids[1], ids[2]};
}

absl::StatusOr<Message> Existing(absl::StatusOr<std::optional<Message>> found,
                                 absl::string_view name) {
  RETURN_IF_ERROR(found.status());
  if (!*found) return status::NotFound("message", name);
  return **std::move(found);
}

}  // namespace

NotificationService::NotificationService(const requests::Ledger& ledger,
                                         const rpc::PageTokens& page_tokens)
    : ledger_(ledger), page_tokens_(page_tokens) {}

void NotificationService::BindTo(rpc::Service& service) {
  rpc::Bind(service, "ListMessages", this, &NotificationService::ListMessages);
  rpc::Bind(service, "GetMessage", this, &NotificationService::GetMessage);
  rpc::Bind(service, "MarkMessageRead", this, &NotificationService::MarkMessageRead);
  rpc::Bind(service, "GetPreferences", this, &NotificationService::GetPreferences);
  rpc::Bind(service, "UpdatePreferences", this, &NotificationService::UpdatePreferences);
}

absl::StatusOr<v1::ListMessagesResponse> NotificationService::ListMessages(
    const Call& call, const v1::ListMessagesRequest& request) {
  ASSIGN_OR_RETURN(const MessageKey own, OwnPerson(call, request.parent()));
  const std::string fingerprint = rpc::QueryFingerprint(request);
  ASSIGN_OR_RETURN(const std::string position,
                   page_tokens_.Open(request.page_token(), fingerprint));
  const int size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  InboxQuery query = {
      own.organisation, own.recipient, request.unread_only(), request.show_unsent(), {}, size + 1};
  if (!position.empty()) {
    ASSIGN_OR_RETURN(query.before, id::Uuid::Parse(position));
  }
  ASSIGN_OR_RETURN(std::vector<Message> messages,
                   db::Read(ledger_.pool, call.deadline(),
                            [&](db::Connection& db) { return ListInbox(db, query); }));
  const bool more = static_cast<int>(messages.size()) > size;
  if (more) messages.pop_back();
  v1::ListMessagesResponse response;
  for (const Message& message : messages) *response.add_messages() = ToProto(message);
  if (more) {
    response.set_next_page_token(
        page_tokens_.Sign(fingerprint, messages.back().message.ToString()));
  }
  return response;
}

absl::StatusOr<v1::GetMessageResponse> NotificationService::GetMessage(
    const Call& call, const v1::GetMessageRequest& request) {
  ASSIGN_OR_RETURN(const MessageKey key, OwnMessage(call, request.name()));
  ASSIGN_OR_RETURN(const Message message,
                   Existing(db::Read(ledger_.pool, call.deadline(),
                                     [&](db::Connection& db) { return FindMessage(db, key); }),
                            request.name()));
  v1::GetMessageResponse response;
  *response.mutable_message() = ToProto(message);
  return response;
}

absl::StatusOr<v1::MarkMessageReadResponse> NotificationService::MarkMessageRead(
    const Call& call, const v1::MarkMessageReadRequest& request) {
  ASSIGN_OR_RETURN(const MessageKey key, OwnMessage(call, request.name()));
  return requests::Once<v1::MarkMessageReadResponse>(
      ledger_, call, request,
      [&](db::Connection& tx, feed::Outbox&) -> absl::StatusOr<v1::MarkMessageReadResponse> {
        RETURN_IF_ERROR(SaveRead(tx, key, ledger_.clock.Now()));
        ASSIGN_OR_RETURN(const Message message, Existing(FindMessage(tx, key), request.name()));
        v1::MarkMessageReadResponse response;
        *response.mutable_message() = ToProto(message);
        return response;
      });
}

absl::StatusOr<v1::GetPreferencesResponse> NotificationService::GetPreferences(
    const Call& call, const v1::GetPreferencesRequest& request) {
  ASSIGN_OR_RETURN(const MessageKey own, OwnPerson(call, request.name()));
  ASSIGN_OR_RETURN(const Preferences preferences,
                   db::Read(ledger_.pool, call.deadline(), [&](db::Connection& db) {
                     return FindPreferences(db, own.organisation, own.recipient);
                   }));
  v1::GetPreferencesResponse response;
  *response.mutable_preferences() = ToProto(preferences);
  return response;
}

absl::StatusOr<v1::UpdatePreferencesResponse> NotificationService::UpdatePreferences(
    const Call& call, const v1::UpdatePreferencesRequest& request) {
  ASSIGN_OR_RETURN(const MessageKey own, OwnPerson(call, request.name()));
  return requests::Once<v1::UpdatePreferencesResponse>(
      ledger_, call, request,
      [&](db::Connection& tx, feed::Outbox&) -> absl::StatusOr<v1::UpdatePreferencesResponse> {
        const Preferences preferences = FromProto(request.preferences());
        RETURN_IF_ERROR(
            SavePreferences(tx, own.organisation, own.recipient, preferences, ledger_.clock.Now()));
        v1::UpdatePreferencesResponse response;
        *response.mutable_preferences() = ToProto(preferences);
        return response;
      });
}

}  // namespace dap::notification
