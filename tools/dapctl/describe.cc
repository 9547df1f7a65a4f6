#include "tools/dapctl/describe.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "dap/options/v1/access.pb.h"
#include "dap/options/v1/rules.pb.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/descriptor.h"
#include "tools/dapctl/arguments.h"
#include "tools/dapctl/linked_protos.h"

namespace dap::ctl {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::DescriptorPool;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::ServiceDescriptor;

std::string Callers(const MethodDescriptor& method) {
  const options::v1::Access& access = method.options().GetExtension(options::v1::access);
  if (access.internal()) return "(other services)";
  if (access.public_()) return "(anyone)";
  std::vector<std::string> roles;
  for (int role : access.roles()) {
    roles.emplace_back(
        absl::StripPrefix(options::v1::Role_Name(static_cast<options::v1::Role>(role)), "ROLE_"));
  }
  return roles.empty() ? "(nobody)" : absl::StrJoin(roles, " ");
}

std::string HttpPath(const MethodDescriptor& method) {
  const google::api::HttpRule& http = method.options().GetExtension(google::api::http);
  switch (http.pattern_case()) {
    case google::api::HttpRule::kGet:
      return absl::StrCat("GET ", http.get());
    case google::api::HttpRule::kPost:
      return absl::StrCat("POST ", http.post());
    case google::api::HttpRule::kPut:
      return absl::StrCat("PUT ", http.put());
    case google::api::HttpRule::kPatch:
      return absl::StrCat("PATCH ", http.patch());
    case google::api::HttpRule::kDelete:
      return absl::StrCat("DELETE ", http.delete_());
    default:
      return "";
  }
}

std::string Signature(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name(), "(",
                      method.client_streaming() ? "stream " : "", method.input_type()->name(),
                      ") -> ", method.server_streaming() ? "stream " : "",
                      method.output_type()->name());
}

void PrintMethod(const MethodDescriptor& method, std::ostream& out) {
  out << Signature(method) << "\n    callers  " << Callers(method) << "\n";
  const std::string path = HttpPath(method);
  if (!path.empty()) out << "    http     " << path << "\n";
}

std::string RulesText(const FieldDescriptor& field) {
  const options::v1::Rules& rules = field.options().GetExtension(options::v1::rules);
  std::vector<std::string> parts;
  if (rules.required()) parts.emplace_back("required");
  if (rules.uuid()) parts.emplace_back("UUID");
  if (!rules.resource().empty()) parts.push_back(rules.resource());
  if (!rules.pattern().empty()) parts.push_back(absl::StrCat("matches ", rules.pattern()));
  if (rules.min_length() > 0) parts.push_back(absl::StrCat("length from ", rules.min_length()));
  if (rules.max_length() > 0) parts.push_back(absl::StrCat("length to ", rules.max_length()));
  if (rules.has_min()) parts.push_back(absl::StrCat("from ", rules.min()));
  if (rules.has_max()) parts.push_back(absl::StrCat("to ", rules.max()));
  if (rules.min_items() > 0) parts.push_back(absl::StrCat("items from ", rules.min_items()));
  if (rules.max_items() > 0) parts.push_back(absl::StrCat("items to ", rules.max_items()));
  return absl::StrJoin(parts, ", ");
}

std::string TypeText(const FieldDescriptor& field) {
  std::string type = field.type_name();
  if (field.message_type() != nullptr) type = field.message_type()->full_name();
  if (field.enum_type() != nullptr) type = field.enum_type()->full_name();
  if (field.is_map()) {
    return absl::StrCat("map<", field.message_type()->map_key()->type_name(), ", ",
                        TypeText(*field.message_type()->map_value()), ">");
  }
  return absl::StrCat(field.is_repeated() ? "repeated " : "",
                      field.has_optional_keyword() ? "optional " : "", type);
}

// Prints a message and, once each, the messages and enums of this program that are in it.
class Printer {
 public:
  explicit Printer(std::ostream& out) : out_(out) {}

  void Message(const Descriptor* message) {
    if (!printed_.insert(message->full_name()).second) return;
    out_ << "\n" << message->full_name() << "\n";
    for (int i = 0; i < message->field_count(); ++i) Field(*message->field(i));
    for (int i = 0; i < message->field_count(); ++i) Inside(*message->field(i));
  }

  void Enum(const EnumDescriptor* type) {
    if (!printed_.insert(type->full_name()).second) return;
    out_ << "\n" << type->full_name() << "\n";
    for (int i = 0; i < type->value_count(); ++i) out_ << "    " << type->value(i)->name() << "\n";
  }

 private:
  void Field(const FieldDescriptor& field) {
    const auto* oneof = field.real_containing_oneof();
    out_ << "    " << field.name() << "  " << TypeText(field);
    if (oneof != nullptr) out_ << "  one of " << oneof->name();
    const std::string rules = RulesText(field);
    if (!rules.empty()) out_ << "  [" << rules << "]";
    out_ << "\n";
  }

  void Inside(const FieldDescriptor& field) {
    if (field.enum_type() != nullptr) Enum(field.enum_type());
    if (field.message_type() != nullptr &&
        absl::StartsWith(field.message_type()->full_name(), "dap.")) {
      Message(field.message_type());
    }
  }

  std::ostream& out_;
  std::set<std::string> printed_;
};

}  // namespace

absl::Status List(absl::string_view part, std::ostream& out) {
  bool found = false;
  for (const ServiceDescriptor* service : Services()) {
    if (!absl::StrContains(service->full_name(), part)) continue;
    found = true;
    for (int i = 0; i < service->method_count(); ++i) PrintMethod(*service->method(i), out);
  }
  if (!found) return UsageError(absl::StrCat("no service has ", part, " in its name"));
  return absl::OkStatus();
}

absl::Status Describe(absl::string_view name, std::ostream& out) {
  Services();
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  Printer printer(out);
  if (const auto* message = pool.FindMessageTypeByName(std::string(name))) {
    printer.Message(message);
    return absl::OkStatus();
  }
  if (const auto* type = pool.FindEnumTypeByName(std::string(name))) {
    printer.Enum(type);
    return absl::OkStatus();
  }
  const absl::StatusOr<const MethodDescriptor*> method = FindMethod(name);
  if (!method.ok()) return method.status();
  PrintMethod(**method, out);
  printer.Message((*method)->input_type());
  printer.Message((*method)->output_type());
  return absl::OkStatus();
}

}  // namespace dap::ctl
