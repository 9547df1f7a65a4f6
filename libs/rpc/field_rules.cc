#include "libs/rpc/field_rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "dap/options/v1/rules.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "libs/id/uuid.h"
#include "libs/rpc/field_plan.h"
#include "libs/status/error.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::dap::status::Violation;

constexpr size_t kMaxViolations = 20;

// Where the check stands, and what it has found.
class Findings {
 public:
  bool full() const { return violations_.size() >= kMaxViolations; }
  void Add(absl::string_view reason, std::string description) {
    if (!full()) violations_.push_back({absl::StrJoin(path_, ""), std::move(description),
                                        std::string(reason)});
  }
  void Enter(const FieldDescriptor& field) {
    path_.push_back(path_.empty() ? field.name() : absl::StrCat(".", field.name()));
  }
  void EnterItem(absl::string_view key) { path_.push_back(absl::StrCat("[", key, "]")); }
  void Leave() { path_.pop_back(); }
  template <typename F>
  void Forget(F which) {
    violations_.erase(std::remove_if(violations_.begin(), violations_.end(), which),
                      violations_.end());
  }
  absl::Status Result() const { return status::InvalidAll(violations_); }

 private:
  std::vector<std::string> path_;
  std::vector<Violation> violations_;
};

int64_t CountCodePoints(const std::string& text) {
  int64_t count = 0;
  for (char c : text) count += (c & 0xC0) != 0x80;
  return count;
}

// "a/{b}/c" against "a/<uuid>/c".
bool IsResourceName(const std::vector<std::string>& pattern, absl::string_view name) {
  size_t at = 0;
  for (absl::string_view segment : absl::StrSplit(name, '/')) {
    if (at == pattern.size()) return false;
    const bool variable = pattern[at].empty();
    if (variable ? !id::Uuid::Parse(segment).ok() : segment != pattern[at]) return false;
    ++at;
  }
  return at == pattern.size();
}

void CheckLength(const FieldPlan& plan, int64_t length, absl::string_view unit,
                 Findings& findings) {
  if (length > plan.max_length) {
    findings.Add("FIELD_TOO_LONG", absl::StrCat("at most ", plan.max_length, " ", unit, ", not ",
                                                length));
  } else if (length < plan.min_length) {
    findings.Add("FIELD_TOO_SHORT", absl::StrCat("at least ", plan.min_length, " ", unit, ", not ",
                                                 length));
  }
}

void CheckString(const FieldPlan& plan, const std::string& value, Findings& findings) {
  if (plan.is_bytes) return CheckLength(plan, static_cast<int64_t>(value.size()), "bytes", findings);
  // A code point is 1 to 4 bytes, so most strings need no counting.
  if (static_cast<int64_t>(value.size()) > plan.max_length || plan.min_length > 0) {
    CheckLength(plan, CountCodePoints(value), "characters", findings);
  }
  if (plan.pattern != nullptr && !RE2::FullMatch(value, *plan.pattern)) {
    findings.Add("FIELD_PATTERN", absl::StrCat("must match ", plan.pattern->pattern()));
  }
  if (plan.uuid && !id::Uuid::Parse(value).ok()) {
    findings.Add("FIELD_NOT_UUID", "must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057");
  }
  if (!plan.resource.empty() && !IsResourceName(plan.resource, value)) {
    findings.Add("FIELD_NOT_RESOURCE_NAME",
                 absl::StrCat("must be a resource name of the form ", plan.resource_text));
  }
}

template <typename Number>
void CheckRange(const FieldPlan& plan, Number value, Findings& findings) {
  bool low = false;
  bool high = false;
  if constexpr (std::is_floating_point_v<Number>) {
    // NaN is in no range.
    low = plan.has_min && !(value >= static_cast<Number>(plan.min));
    high = plan.has_max && !(value <= static_cast<Number>(plan.max));
  } else {
    low = plan.has_min && std::cmp_less(value, plan.min);
    high = plan.has_max && std::cmp_greater(value, plan.max);
  }
  if (low && !high) {
    findings.Add("FIELD_OUT_OF_RANGE", absl::StrCat("at least ", plan.min));
  } else if (high) {
    findings.Add("FIELD_OUT_OF_RANGE", absl::StrCat("at most ", plan.max));
  }
}

void CheckMessage(const MessagePlan& plan, const Message& message, Findings& findings);

// One value: `index` of a repeated field, or -1.
void CheckValue(const FieldPlan& plan, const Message& message, int index, Findings& findings) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* field = plan.field;
  const bool item = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return CheckString(
          plan,
          item ? reflection.GetRepeatedStringReference(message, field, index, &scratch)
               : reflection.GetStringReference(message, field, &scratch),
          findings);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CheckMessage(*plan.message,
                          item ? reflection.GetRepeatedMessage(message, field, index)
                               : reflection.GetMessage(message, field),
                          findings);
#define DAP_NUMBER_(cpp_type, Type)                                                             \
  case FieldDescriptor::cpp_type:                                                               \
    return CheckRange(plan,                                                                     \
                      item ? reflection.GetRepeated##Type(message, field, index)                \
                           : reflection.Get##Type(message, field),                              \
                      findings)
      DAP_NUMBER_(CPPTYPE_INT32, Int32);
      DAP_NUMBER_(CPPTYPE_INT64, Int64);
      DAP_NUMBER_(CPPTYPE_UINT32, UInt32);
      DAP_NUMBER_(CPPTYPE_UINT64, UInt64);
      DAP_NUMBER_(CPPTYPE_DOUBLE, Double);
      DAP_NUMBER_(CPPTYPE_FLOAT, Float);
      DAP_NUMBER_(CPPTYPE_ENUM, EnumValue);
#undef DAP_NUMBER_
    case FieldDescriptor::CPPTYPE_BOOL:
      return;
  }
}

// The key of a map's entry, as it stands in a path.
std::string KeyText(const Message& entry) {
  const FieldDescriptor* key = entry.GetDescriptor()->map_key();
  const Reflection& reflection = *entry.GetReflection();
  switch (key->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return absl::StrCat("\"", reflection.GetString(entry, key).substr(0, 100), "\"");
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(entry, key));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(entry, key));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(entry, key));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(entry, key));
    default:
      return reflection.GetBool(entry, key) ? "true" : "false";
  }
}

void CheckItems(const FieldPlan& plan, const Message& message, Findings& findings) {
  const Reflection& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, plan.field);
  if (plan.required && size == 0) {
    return findings.Add("FIELD_REQUIRED", "must not be empty");
  }
  if (size < plan.min_items) {
    findings.Add("LIST_TOO_SHORT", absl::StrCat("at least ", plan.min_items, " items, not ", size));
  }
  if (size > plan.max_items) {
    // Not looked into: the caller must shorten it first.
    return findings.Add("LIST_TOO_LONG",
                        absl::StrCat("at most ", plan.max_items, " items, not ", size));
  }
  if (!plan.checks_values) return;
  for (int i = 0; i < size && !findings.full(); ++i) {
    findings.EnterItem(plan.field->is_map()
                           ? KeyText(reflection.GetRepeatedMessage(message, plan.field, i))
                           : absl::StrCat(i));
    CheckValue(plan, message, i, findings);
    findings.Leave();
  }
}

// Whether a field that is set is empty all the same: an optional or oneof string of no length.
bool IsEmptyString(const FieldPlan& plan, const Message& message) {
  if (plan.field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
  std::string scratch;
  return message.GetReflection()->GetStringReference(message, plan.field, &scratch).empty();
}

void CheckMessage(const MessagePlan& plan, const Message& message, Findings& findings) {
  for (const FieldPlan& field : plan.fields) {
    if (findings.full()) return;
    if (field.field->is_repeated()) {
      findings.Enter(*field.field);
      CheckItems(field, message, findings);
      findings.Leave();
      continue;
    }
    const bool set = message.GetReflection()->HasField(message, field.field);
    if (set && !IsEmptyString(field, message)) {
      if (!field.checks_values) continue;
      findings.Enter(*field.field);
      CheckValue(field, message, -1, findings);
      findings.Leave();
    } else if (field.required && (set || field.field->real_containing_oneof() == nullptr)) {
      findings.Enter(*field.field);
      findings.Add("FIELD_REQUIRED", "must be set");
      findings.Leave();
    }
  }
}

// The request's `update_mask`; none where the type has no such field or nothing is named.
const google::protobuf::FieldMask* UpdateMask(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("update_mask");
  if (field == nullptr || field->is_repeated() ||
      field->message_type() != google::protobuf::FieldMask::descriptor()) {
    return nullptr;
  }
  const auto& mask = static_cast<const google::protobuf::FieldMask&>(
      message.GetReflection()->GetMessage(message, field));
  return mask.paths().empty() ? nullptr : &mask;
}

// Whether the mask leaves out what is at a violation's path: "cohort.blend.online" is named by
// "blend".
bool LeavesOut(const google::protobuf::FieldMask& mask, absl::string_view path) {
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '.');
  if (parts.size() < 2) return false;
  return std::none_of(mask.paths().begin(), mask.paths().end(), [&](const std::string& named) {
    return named == "*" || absl::string_view(named).substr(0, named.find('.')) == parts[1];
  });
}

}  // namespace

FieldRules FieldRules::For(const Descriptor* descriptor) {
  const MessagePlan* plan = MessagePlan::For(descriptor);
  return FieldRules(plan->fields.empty() ? nullptr : plan);
}

absl::Status FieldRules::Check(const Message& message) const {
  if (plan_ == nullptr) return absl::OkStatus();
  Findings findings;
  CheckMessage(*plan_, message, findings);
  if (const google::protobuf::FieldMask* mask = UpdateMask(message); mask != nullptr) {
    findings.Forget([mask](const Violation& violation) {
      return violation.reason == "FIELD_REQUIRED" && LeavesOut(*mask, violation.subject);
    });
  }
  return findings.Result();
}

}  // namespace dap::rpc
