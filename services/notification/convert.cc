#include "services/notification/convert.h"

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/id/resource_name.h"

namespace dap::notification {
namespace {

// Whole microseconds, which is what is kept.
google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int32_t>((micros - timestamp.seconds() * 1000000) * 1000));
  return timestamp;
}

}  // namespace

v1::Message ToProto(const Message& message) {
  v1::Message proto;
  proto.set_name(id::Name({{"organisations", message.organisation},
                           {"staff", message.recipient},
                           {"messages", message.message}}));
  proto.set_kind(static_cast<v1::MessageKind>(message.kind));
  proto.set_subject(message.text.subject);
  proto.set_body(message.text.body);
  proto.set_about(message.about);
  proto.set_why(message.text.why);
  proto.set_outcome(static_cast<v1::MessageOutcome>(message.outcome));
  proto.set_outcome_reason(message.outcome_reason);
  *proto.mutable_create_time() = ToTimestamp(message.create_time);
  if (message.send_time) *proto.mutable_send_time() = ToTimestamp(*message.send_time);
  if (message.read_time) *proto.mutable_read_time() = ToTimestamp(*message.read_time);
  return proto;
}

v1::Preferences ToProto(const Preferences& preferences) {
  v1::Preferences proto;
  proto.set_email(preferences.email);
  proto.set_no_nudges(preferences.no_nudges);
  return proto;
}

Preferences FromProto(const v1::Preferences& preferences) {
  return {preferences.email(), preferences.no_nudges()};
}

}  // namespace dap::notification
