// A proto service whose methods are bound to plain functions, by descriptor.
//
//   rpc::Service service("dap.goals.v1.GoalsService");
//   rpc::Bind(service, "GetGoal", &face, &GoalsFace::GetGoal);
//   ...
//   ASSIGN_OR_RETURN(auto server, rpc::Server::Start(options, {&service}));
//
// What the wrapper around every handler has done before it runs: a deadline is set, the peer and the
// principal are known, the method's access rule and the request's field rules hold, and there is a
// free thread. What it does after: errors become gRPC statuses with their details, the call is counted,
// timed and logged. A handler does not throw.
#ifndef DAP_LIBS_RPC_SERVICE_H_
#define DAP_LIBS_RPC_SERVICE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libs/rpc/call.h"
#include "libs/rpc/sender.h"
#include "libs/rpc/stream.h"

namespace grpc {
class ByteBuffer;
}

namespace dap::rpc {

// Answers an asynchronous call. Copied freely, called from any thread; the first call counts, and one
// after the caller has left does nothing. It must be called: a call that is never answered stays open
// until its caller leaves.
template <typename Resp>
using Respond = std::function<void(absl::StatusOr<Resp>)>;

// How one method is served, without its types.
struct Handler {
  enum class Kind { kPooled, kAsync, kBidi, kServerStream, kWatch };
  using Message = google::protobuf::Message;
  using Answer = std::function<void(const absl::Status&, const Message*)>;

  Kind kind = Kind::kPooled;
  const google::protobuf::MethodDescriptor* method = nullptr;
  const Message* request = nullptr;  // the prototype
  std::function<absl::Status(const Call&, const Message&, grpc::ByteBuffer*)> pooled;
  std::function<void(std::shared_ptr<Call>, const Message&, Answer)> async;
  std::function<absl::Status(const Call&, MessageStream&)> stream;
  std::function<void(std::shared_ptr<Call>, const Message&, std::shared_ptr<MessageSink>)> watch;
};

// Serializes into a buffer as gRPC sends it.
absl::Status Serialize(const google::protobuf::Message& message, grpc::ByteBuffer* bytes);

// Not thread-safe; bind everything, then give it to a Server, which it must outlive.
class Service {
 public:
  // By full name ("dap.goals.v1.GoalsService"). A name that is not linked in, a method that the
  // service has not, message types that differ from the method's, and a method bound twice or never
  // are all told by Server::Start.
  explicit Service(absl::string_view full_name);
  explicit Service(const google::protobuf::ServiceDescriptor* descriptor);

  // Runs on the server's bounded worker pool; may block. A full pool answers RESOURCE_EXHAUSTED
  // (QUEUE_FULL) for it.
  template <typename Req, typename Resp>
  void Unary(absl::string_view method,
             std::function<absl::StatusOr<Resp>(const Call&, const Req&)> handler) {
    Handler bound = Make<Req>(Handler::Kind::kPooled);
    bound.pooled = [handler = std::move(handler)](const Call& call,
                                                  const google::protobuf::Message& request,
                                                  grpc::ByteBuffer* response) {
      absl::StatusOr<Resp> result = handler(call, static_cast<const Req&>(request));
      return result.ok() ? Serialize(*result, response) : std::move(result).status();
    };
    Add(method, std::move(bound), Req::descriptor(), Resp::descriptor());
  }

  // Runs on a thread of gRPC: must not block, and the request is gone when it returns. For what waits
  // long (long polls) or joins a batcher.
  template <typename Req, typename Resp>
  void Async(absl::string_view method,
             std::function<void(std::shared_ptr<Call>, const Req&, Respond<Resp>)> handler) {
    Handler bound = Make<Req>(Handler::Kind::kAsync);
    bound.async = [handler = std::move(handler)](std::shared_ptr<Call> call,
                                                 const google::protobuf::Message& request,
                                                 Handler::Answer answer) {
      handler(std::move(call), static_cast<const Req&>(request),
              [answer = std::move(answer)](absl::StatusOr<Resp> result) {
                answer(result.status(), result.ok() ? &*result : nullptr);
              });
    };
    Add(method, std::move(bound), Req::descriptor(), Resp::descriptor());
  }

  // Blocks on a thread of the server's bounded stream pool for as long as the stream lasts; too many
  // streams at once are RESOURCE_EXHAUSTED (STREAMS_FULL).
  template <typename Req, typename Resp>
  void Bidi(absl::string_view method,
            std::function<absl::Status(const Call&, Stream<Req, Resp>&)> handler) {
    Handler bound = Make<Req>(Handler::Kind::kBidi);
    bound.stream = [handler = std::move(handler)](const Call& call, MessageStream& messages) {
      Stream<Req, Resp> stream(messages);
      return handler(call, stream);
    };
    Add(method, std::move(bound), Req::descriptor(), Resp::descriptor());
  }

  // The same with one request.
  template <typename Req, typename Resp>
  void ServerStream(absl::string_view method,
                    std::function<absl::Status(const Call&, const Req&, Writer<Resp>&)> handler) {
    Handler bound = Make<Req>(Handler::Kind::kServerStream);
    bound.stream = [handler = std::move(handler)](const Call& call, MessageStream& messages) {
      Req request;
      absl::Status rules;
      if (!messages.ReadMessage(&request, &rules)) return absl::CancelledError("no request came");
      if (!rules.ok()) return rules;
      Writer<Resp> writer(messages);
      return handler(call, request, writer);
    };
    Add(method, std::move(bound), Req::descriptor(), Resp::descriptor());
  }

  // Runs on a thread of gRPC: must not block. Keeps the Sender and sends when there is something.
  template <typename Req, typename Resp>
  void Watch(absl::string_view method,
             std::function<void(std::shared_ptr<Call>, const Req&, Sender<Resp>)> handler) {
    Handler bound = Make<Req>(Handler::Kind::kWatch);
    bound.watch = [handler = std::move(handler)](std::shared_ptr<Call> call,
                                                 const google::protobuf::Message& request,
                                                 std::shared_ptr<MessageSink> sink) {
      handler(std::move(call), static_cast<const Req&>(request), Sender<Resp>(std::move(sink)));
    };
    Add(method, std::move(bound), Req::descriptor(), Resp::descriptor());
  }

  // For libs/rpc. INTERNAL naming everything that is wrong with the binding.
  absl::Status Check() const;
  const google::protobuf::ServiceDescriptor* descriptor() const { return descriptor_; }
  const std::vector<Handler>& handlers() const { return handlers_; }

 private:
  template <typename Req>
  static Handler Make(Handler::Kind kind) {
    Handler handler;
    handler.kind = kind;
    handler.request = &Req::default_instance();
    return handler;
  }
  void Add(absl::string_view method, Handler handler, const google::protobuf::Descriptor* request,
           const google::protobuf::Descriptor* response);

  const std::string name_;
  const google::protobuf::ServiceDescriptor* const descriptor_;
  std::vector<Handler> handlers_;
  std::vector<std::string> wrong_;
};

// Binds a member function of `face`, which must outlive the server; its type says how it is served.
template <typename Face, typename Base, typename Req, typename Resp>
void Bind(Service& service, absl::string_view method, Face* face,
          absl::StatusOr<Resp> (Base::*handler)(const Call&, const Req&)) {
  service.Unary<Req, Resp>(method, [face, handler](const Call& call, const Req& request) {
    return (face->*handler)(call, request);
  });
}
template <typename Face, typename Base, typename Req, typename Resp>
void Bind(Service& service, absl::string_view method, Face* face,
          absl::StatusOr<Resp> (Base::*handler)(const Call&, const Req&) const) {
  service.Unary<Req, Resp>(method, [face, handler](const Call& call, const Req& request) {
    return (face->*handler)(call, request);
  });
}
template <typename Face, typename Base, typename Req, typename Resp>
void Bind(Service& service, absl::string_view method, Face* face,
          void (Base::*handler)(std::shared_ptr<Call>, const Req&, Respond<Resp>)) {
  service.Async<Req, Resp>(
      method, [face, handler](std::shared_ptr<Call> call, const Req& request,
                              Respond<Resp> respond) {
        (face->*handler)(std::move(call), request, std::move(respond));
      });
}
template <typename Face, typename Base, typename Req, typename Resp>
void Bind(Service& service, absl::string_view method, Face* face,
          absl::Status (Base::*handler)(const Call&, Stream<Req, Resp>&)) {
  service.Bidi<Req, Resp>(method, [face, handler](const Call& call, Stream<Req, Resp>& stream) {
    return (face->*handler)(call, stream);
  });
}
template <typename Face, typename Base, typename Req, typename Resp>
void Bind(Service& service, absl::string_view method, Face* face,
          absl::Status (Base::*handler)(const Call&, const Req&, Writer<Resp>&)) {
  service.ServerStream<Req, Resp>(
      method, [face, handler](const Call& call, const Req& request, Writer<Resp>& writer) {
        return (face->*handler)(call, request, writer);
      });
}
template <typename Face, typename Base, typename Req, typename Resp>
void Bind(Service& service, absl::string_view method, Face* face,
          void (Base::*handler)(std::shared_ptr<Call>, const Req&, Sender<Resp>)) {
  service.Watch<Req, Resp>(
      method, [face, handler](std::shared_ptr<Call> call, const Req& request, Sender<Resp> sender) {
        (face->*handler)(std::move(call), request, std::move(sender));
      });
}

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_SERVICE_H_
