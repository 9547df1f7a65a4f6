// One streaming call on its way through, of any kind.
#ifndef DAP_SERVICES_GATEWAY_STREAM_CALL_H_
#define DAP_SERVICES_GATEWAY_STREAM_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/call.h"
#include "services/gateway/open_streams.h"
#include "services/gateway/route.h"

namespace dap::gateway {

// Two pumps with one message each: what the caller sends is written to the service before the next
// is read, and the other way round, so a slow side slows the other and memory is bounded by two
// messages.
//
//   caller ──OnReadDone──▶ to_service_ ──StartWrite──▶ service     (then the caller is read again)
//   caller ◀──StartWrite── to_caller_ ◀──OnReadDone── service     (then the service is read again)
//
// The call that goes out is held open (AddHold) while something outside of its own reactions may
// still start an operation on it: while the caller may send, and while a message is written to the
// caller. The first hold is let go once: when the caller has sent its last, or when the service
// has. So the service's status comes when nothing else is under way, and finishes the caller's
// call. Deletes itself after both are done, and nobody holds it. It is one of the open streams as
// long as the service's status has not come.
class StreamCall final : private OpenStreams::Stream {
 public:
  // `streams` outlives it.
  static grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Start(Route& route,
                                                                            rpc::CallInfo info,
                                                                            OpenStreams& streams);

 private:
  class Caller final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
   public:
    explicit Caller(StreamCall& call) : call_(call) {}
    void OnReadDone(bool ok) override { call_.OnCallerRead(ok); }
    void OnWriteDone(bool ok) override { call_.OnCallerWritten(ok); }
    void OnCancel() override {
      call_.call_.Cancel();
      call_.out_.TryCancel();
    }
    void OnDone() override { call_.Unref(); }

   private:
    StreamCall& call_;
  };
  class Service final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
   public:
    explicit Service(StreamCall& call) : call_(call) {}
    void OnReadDone(bool ok) override { call_.OnServiceRead(ok); }
    void OnWriteDone(bool ok) override { call_.OnServiceWritten(ok); }
    void OnDone(const grpc::Status& status) override { call_.OnServiceDone(status); }

   private:
    StreamCall& call_;
  };

  StreamCall(Route& route, rpc::CallInfo info, OpenStreams& streams);
  void Hold() override;
  void Revoke() override;
  void OnCallerRead(bool ok);
  void OnCallerWritten(bool ok);
  void OnServiceRead(bool ok);
  void OnServiceWritten(bool ok);
  void OnServiceDone(const grpc::Status& status);
  // Lets go of the call that goes out, once.
  void LetGo();
  void Unref();

  Route& route_;
  OpenStreams& streams_;
  rpc::Call call_;
  const rpc::CallStats::Start start_;
  grpc::ClientContext out_;
  Caller caller_;
  Service service_;
  grpc::ByteBuffer to_service_;
  grpc::ByteBuffer to_caller_;
  std::atomic<int> references_{2};
  std::atomic<bool> revoked_{false};

  absl::Mutex mutex_;
  bool held_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_STREAM_CALL_H_
