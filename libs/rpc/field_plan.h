// What field_rules.cc checks, compiled from the descriptors.
#ifndef DAP_LIBS_RPC_FIELD_PLAN_H_
#define DAP_LIBS_RPC_FIELD_PLAN_H_

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace dap::rpc {

class MessagePlan;

// The rules of one field, defaults filled in.
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  bool required = false;
  bool is_bytes = false;
  bool uuid = false;
  bool has_min = false;
  bool has_max = false;
  // Whether there is anything to check of a value that is there.
  bool checks_values = false;
  int64_t min = 0;
  int64_t max = 0;
  int64_t min_length = 0;
  int64_t max_length = 0;
  int64_t min_items = 0;
  int64_t max_items = 0;
  std::unique_ptr<const RE2> pattern;
  // The segments of a resource pattern; empty in place of a variable.
  std::vector<std::string> resource;
  std::string resource_text;
  // Of a message field.
  const MessagePlan* message = nullptr;
};

// The fields of a message that have something to check.
class MessagePlan {
 public:
  // One a descriptor and process, never freed. Thread-safe.
  static const MessagePlan* For(const google::protobuf::Descriptor* descriptor);

  std::vector<FieldPlan> fields;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_FIELD_PLAN_H_
