#include "libs/rpc/field_plan.h"

#include <cstdio>
#include <cstdlib>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "dap/options/v1/items.pb.h"
#include "dap/options/v1/rules.pb.h"

namespace dap::rpc {
namespace {

using ::dap::options::v1::Rules;
using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

constexpr int64_t kDefaultCharacters = 1000;
constexpr int64_t kDefaultBytes = 65536;
constexpr int64_t kDefaultItems = 1000;

// A rule that cannot be compiled is a mistake in a proto of our own; no call can be served with it.
[[noreturn]] void Die(const FieldDescriptor& field, absl::string_view problem) {
  std::fprintf(stderr, "rules of %s: %.*s\n", field.full_name().c_str(),
               static_cast<int>(problem.size()), problem.data());
  std::abort();
}

std::vector<std::string> CompileResource(const FieldDescriptor& field, const std::string& text) {
  std::vector<std::string> segments;
  for (absl::string_view segment : absl::StrSplit(text, '/')) {
    const bool variable = !segment.empty() && segment.front() == '{' && segment.back() == '}';
    if (segment.empty() || (!variable && segment.find_first_of("{}") != absl::string_view::npos)) {
      Die(field, absl::StrCat("malformed resource pattern ", text));
    }
    segments.emplace_back(variable ? "" : segment);
  }
  return segments;
}

FieldPlan Compile(const FieldDescriptor& field) {
  const Rules& rules = field.options().GetExtension(options::v1::rules);
  FieldPlan plan;
  plan.field = &field;
  plan.required = rules.required();
  plan.is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
  plan.uuid = rules.uuid();
  plan.has_min = rules.has_min();
  plan.has_max = rules.has_max();
  plan.min = rules.min();
  plan.max = rules.max();
  plan.min_length = rules.min_length();
  plan.max_length = rules.max_length() != 0 ? rules.max_length()
                    : plan.is_bytes         ? kDefaultBytes
                                            : kDefaultCharacters;
  plan.min_items = rules.min_items();
  plan.max_items = rules.max_items() != 0 ? rules.max_items() : kDefaultItems;
  if (!rules.pattern().empty()) {
    plan.pattern = std::make_unique<const RE2>(rules.pattern(), RE2::Quiet);
    if (!plan.pattern->ok()) Die(field, plan.pattern->error());
  }
  if (!rules.resource().empty()) {
    plan.resource = CompileResource(field, rules.resource());
    plan.resource_text = rules.resource();
  }
  return plan;
}

// Whether a message type has, itself or in what it holds, anything that can be checked. Types may hold
// themselves, so those being looked at count as having nothing.
bool HasChecks(const Descriptor& descriptor, absl::flat_hash_set<const Descriptor*>& seen) {
  if (!seen.insert(&descriptor).second) return false;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.is_repeated() || field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
        field.options().HasExtension(options::v1::rules)) {
      return true;
    }
    if (field.message_type() != nullptr && HasChecks(*field.message_type(), seen)) return true;
  }
  return false;
}

bool HasChecks(const Descriptor& descriptor) {
  absl::flat_hash_set<const Descriptor*> seen;
  return HasChecks(descriptor, seen);
}

class Plans {
 public:
  const MessagePlan* For(const Descriptor* descriptor) {
    absl::MutexLock lock(&mutex_);
    return Get(*descriptor);
  }

 private:
  // The plan stands in the table before its fields are made, so that a type may hold itself.
  MessagePlan* Get(const Descriptor& descriptor) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::unique_ptr<MessagePlan>& slot = plans_[&descriptor];
    if (slot != nullptr) return slot.get();
    slot = std::make_unique<MessagePlan>();
    MessagePlan* plan = slot.get();  // `slot` moves when the table grows
    for (int i = 0; i < descriptor.field_count(); ++i) {
      FieldPlan field = Compile(*descriptor.field(i));
      const Descriptor* message = field.field->message_type();
      const bool deferred = field.field->options().GetExtension(options::v1::checked_by_handler);
      if (message != nullptr && !deferred && HasChecks(*message)) field.message = Get(*message);
      field.checks_values = field.message != nullptr || field.has_min || field.has_max ||
                            field.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
      if (field.checks_values || field.required || field.field->is_repeated()) {
        plan->fields.push_back(std::move(field));
      }
    }
    return plan;
  }

  absl::Mutex mutex_;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<MessagePlan>> plans_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace

const MessagePlan* MessagePlan::For(const Descriptor* descriptor) {
  static auto& plans = *new Plans;
  return plans.For(descriptor);
}

}  // namespace dap::rpc
