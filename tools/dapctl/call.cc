#include "tools/dapctl/call.h"

#include <memory>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::ctl {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::MethodDescriptor;

std::unique_ptr<Message> New(const Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

// One call with all it needs.
class JsonCall {
 public:
  JsonCall(rpc::Channel& channel, const rpc::CallContext& context, const MethodDescriptor* method,
           const CallOptions& options, std::ostream& out, std::ostream& log)
      : channel_(channel),
        context_(context),
        method_(method),
        name_(absl::StrCat(method->service()->full_name(), "/", method->name())),
        options_(options),
        ids_(clock_),
        out_(out),
        log_(log) {}

  absl::Status Unary(Lines& input) {
    ASSIGN_OR_RETURN(const auto request, Parse(input.Rest()));
    const auto response = New(method_->output_type());
    RETURN_IF_ERROR(channel_.CallMessage(name_, *request, context_, response.get()));
    return Print(*response, true);
  }

  // Answers are printed by a thread of their own while requests are read and sent.
  absl::Status Stream(Lines& input) {
    const auto stream = channel_.StartStream(name_, context_);
    absl::Status printed;
    std::thread printer([&] {
      const auto response = New(method_->output_type());
      while (stream->ReadMessage(response.get())) {
        if (printed.ok()) printed = Print(*response, false);
      }
      input.Stop();
    });
    const absl::Status sent = Send(input, *stream);
    if (sent.ok()) {
      stream->WritesDone();
    } else {
      stream->Cancel();
    }
    printer.join();
    const absl::Status finished = stream->Finish();
    RETURN_IF_ERROR(sent);
    RETURN_IF_ERROR(finished);
    return printed;
  }

 private:
  absl::Status Send(Lines& input, rpc::ClientMessageStream& stream) {
    if (!method_->client_streaming()) {
      ASSIGN_OR_RETURN(const auto request, Parse(input.Rest()));
      stream.WriteMessage(*request);
      return absl::OkStatus();
    }
    std::string line;
    for (int count = 1; input.Next(&line); ++count) {
      absl::StatusOr<std::unique_ptr<Message>> request = Parse(line);
      if (!request.ok()) {
        return status::Invalid(absl::StrCat("message ", count), "JSON_INVALID",
                               request.status().message());
      }
      if (!stream.WriteMessage(**request)) break;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<Message>> Parse(absl::string_view json) {
    auto request = New(method_->input_type());
    json = absl::StripAsciiWhitespace(json);
    if (json.empty()) json = "{}";
    const auto parsed =
        google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, request.get());
    if (!parsed.ok()) {
      return status::Invalid("request", "JSON_INVALID",
                             absl::StrCat("not the JSON of ", method_->input_type()->full_name(),
                                          ": ", parsed.message().ToString()));
    }
    FillRequestId(*request);
    return request;
  }

  void FillRequestId(Message& request) {
    const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("request_id");
    if (options_.request_id.empty() || field == nullptr ||
        field->cpp_type() != FieldDescriptor::CPPTYPE_STRING || field->is_repeated() ||
        !request.GetReflection()->GetString(request, field).empty()) {
      return;
    }
    const std::string id =
        options_.request_id == "auto" ? ids_.Next().ToString() : options_.request_id;
    request.GetReflection()->SetString(&request, field, id);
    log_ << "request_id " << id << std::endl;
  }

  absl::Status Print(const Message& message, bool pretty) {
    google::protobuf::util::JsonPrintOptions print;
    print.add_whitespace = pretty;
    print.preserve_proto_field_names = true;
    print.always_print_primitive_fields = options_.defaults;
    std::string json;
    const auto printed = google::protobuf::util::MessageToJsonString(message, &json, print);
    if (!printed.ok()) return absl::InternalError(printed.message().ToString());
    out_ << json;
    if (!pretty) out_ << '\n';
    out_.flush();
    if (!out_) return absl::InternalError("cannot write the answer");
    return absl::OkStatus();
  }

  rpc::Channel& channel_;
  const rpc::CallContext& context_;
  const MethodDescriptor* const method_;
  const std::string name_;
  const CallOptions& options_;
  const time::SystemClock clock_;
  id::Generator ids_;
  std::ostream& out_;
  std::ostream& log_;
};

}  // namespace

absl::Status CallMethod(rpc::Channel& channel, const rpc::CallContext& context,
                        const MethodDescriptor* method, Lines& input, const CallOptions& options,
                        std::ostream& out, std::ostream& log) {
  JsonCall call(channel, context, method, options, out, log);
  return method->client_streaming() || method->server_streaming() ? call.Stream(input)
                                                                  : call.Unary(input);
}

}  // namespace dap::ctl
