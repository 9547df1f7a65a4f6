#include "libs/rpc/client_call.h"

#include <grpcpp/alarm.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/rpc/call_path.h"
#include "libs/rpc/error_details.h"
#include "libs/status/error.h"
#include "libs/time/clock.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::DescriptorPool;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::MethodOptions;

constexpr absl::Duration kMaxBackoff = absl::Seconds(2);

// One call with all its tries. Keeps itself alive from try to try.
class UnaryCall final : public std::enable_shared_from_this<UnaryCall> {
 public:
  UnaryCall(const std::shared_ptr<grpc::Channel>& channel, const ChannelOptions& options,
            absl::string_view method, const CallContext& context, Message* response,
            std::function<void(const absl::Status&)> done)
      : stub_(channel),
        path_(absl::StrCat("/", method)),
        context_(context),
        trace_((context.trace.valid() ? context.trace : telemetry::CurrentTrace())),
        deadline_(context.deadline == absl::InfiniteFuture()
                      ? time::SystemClock().Now() + options.default_deadline
                      : context.deadline),
        backoff_(options.first_backoff),
        response_(response),
        done_(std::move(done)) {}

  void Start(const Message& request, int tries) {
    tries_left_ = tries;
    if (absl::Status status = Serialize(request, &request_); !status.ok()) return done_(status);
    Try();
  }

 private:
  void Try() {
    --tries_left_;
    client_ = std::make_unique<grpc::ClientContext>();
    Prepare(context_, trace_, deadline_, *client_);
    answer_.Clear();
    stub_.UnaryCall(client_.get(), path_, {}, &request_, &answer_,
                    [self = shared_from_this()](grpc::Status status) { self->Ended(status); });
  }

  void Ended(const grpc::Status& ended) {
    // Its callback holds this, which would keep itself forever. It has fired, so nothing waits
    // here.
    alarm_.reset();
    if (ended.ok()) {
      return done_(Decode(answer_, response_).ok()
                       ? absl::OkStatus()
                       : status::Internal(absl::StrCat(path_, ": the answer is malformed")));
    }
    const absl::Duration pause = backoff_ * absl::Uniform(random_, 0.5, 1.0);
    const bool again = ended.error_code() == grpc::StatusCode::UNAVAILABLE && tries_left_ > 0 &&
                       time::SystemClock().Now() + pause < deadline_;
    if (!again) return done_(FromGrpc(ended));
    backoff_ = std::min(backoff_ * 2, kMaxBackoff);
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(absl::ToChronoTime(time::SystemClock().Now() + pause),
                [self = shared_from_this()](bool) { self->Try(); });
  }

  grpc::GenericStub stub_;
  const std::string path_;
  const CallContext context_;
  const telemetry::TraceContext trace_;
  const absl::Time deadline_;
  absl::Duration backoff_;
  Message* const response_;
  const std::function<void(const absl::Status&)> done_;
  // The rest belongs to whichever callback runs; they follow each other.
  int tries_left_ = 0;
  absl::BitGen random_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer answer_;
  std::unique_ptr<grpc::ClientContext> client_;
  std::unique_ptr<grpc::Alarm> alarm_;
};

}  // namespace

const MethodDescriptor* FindMethod(absl::string_view method) {
  return DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrReplaceAll(method, {{"/", "."}}));
}

bool MayRetry(const MethodDescriptor& method, const Message& request) {
  if (method.options().idempotency_level() == MethodOptions::NO_SIDE_EFFECTS) return true;
  const FieldDescriptor* id = request.GetDescriptor()->FindFieldByName("request_id");
  return id != nullptr && !id->is_repeated() && id->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
         request.GetReflection()->HasField(request, id);
}

void Prepare(const CallContext& context, const telemetry::TraceContext& trace, absl::Time deadline,
             grpc::ClientContext& client) {
  if (deadline != absl::InfiniteFuture()) client.set_deadline(absl::ToChronoTime(deadline));
  const telemetry::TraceContext span =
      trace.valid() ? trace.Child() : telemetry::TraceContext::New();
  client.AddMetadata("traceparent", span.ToString());
  if (context.principal.has_value()) {
    client.AddMetadata(auth::kPrincipalMetadata, auth::Serialize(*context.principal));
  }
  if (!context.bearer.empty()) {
    client.AddMetadata("authorization", absl::StrCat("Bearer ", context.bearer));
  }
}

void StartUnary(const std::shared_ptr<grpc::Channel>& channel, const ChannelOptions& options,
                absl::string_view method, const Message& request, const CallContext& context,
                Message* response, std::function<void(const absl::Status&)> done) {
  const MethodDescriptor* descriptor = FindMethod(method);
  if (descriptor == nullptr) {
    return done(status::Internal(absl::StrCat("call of ", method, ": its proto is not linked in")));
  }
  if (descriptor->input_type() != request.GetDescriptor() ||
      descriptor->output_type() != response->GetDescriptor()) {
    return done(status::Internal(absl::StrCat("call of ", method, " with ", request.GetTypeName(),
                                              " and ", response->GetTypeName())));
  }
  auto call =
      std::make_shared<UnaryCall>(channel, options, method, context, response, std::move(done));
  call->Start(request, MayRetry(*descriptor, request) ? options.max_attempts : 1);
}

}  // namespace dap::rpc
