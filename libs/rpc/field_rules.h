// The field rules of dap.options.v1.rules, checked on a whole message.
#ifndef DAP_LIBS_RPC_FIELD_RULES_H_
#define DAP_LIBS_RPC_FIELD_RULES_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace dap::rpc {

class MessagePlan;

// The rules of a message type and of all it holds, compiled once a process. A value; thread-safe.
class FieldRules {
 public:
  // Compiles what has not been yet. A pattern that is no RE2 expression, or a resource pattern that is
  // malformed, ends the program: it is a mistake in the proto, found at the first start.
  static FieldRules For(const google::protobuf::Descriptor* descriptor);

  // INVALID_ARGUMENT that names each broken rule's field by its path ("cohort.sessions[2].title",
  // "labels[\"a\"]"), with the reason of the first: FIELD_REQUIRED, FIELD_TOO_SHORT, FIELD_TOO_LONG,
  // FIELD_PATTERN, FIELD_NOT_UUID, FIELD_NOT_RESOURCE_NAME, FIELD_OUT_OF_RANGE, LIST_TOO_SHORT,
  // LIST_TOO_LONG. At most 20 are named. Where the message has an `update_mask` that names anything,
  // what it leaves out of the resource beside it is not `required`. Costs nothing for a message without strings, bytes, lists
  // and rules; otherwise one pass over what is set.
  absl::Status Check(const google::protobuf::Message& message) const;

 private:
  explicit FieldRules(const MessagePlan* plan) : plan_(plan) {}
  const MessagePlan* plan_;  // never freed; null where there is nothing to check
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_FIELD_RULES_H_
