// Which request a piece of work belongs to, as W3C Trace Context carries it between processes
// (https://www.w3.org/TR/trace-context/). There is no tracing backend here: the ids stand in every
// log line and every outgoing call, so that one request can be followed through all services.
#ifndef DAP_LIBS_TELEMETRY_TRACE_H_
#define DAP_LIBS_TELEMETRY_TRACE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dap::telemetry {

// A value. The default one belongs to no trace.
class TraceContext {
 public:
  TraceContext() = default;

  // From a `traceparent` header. Nothing where the specification calls it invalid: a wrong length,
  // upper-case or other characters, version ff, an id of zeros only. A version after 00 is read as
  // 00 and may be followed by "-" and anything. The caller then starts a New one.
  static std::optional<TraceContext> Parse(absl::string_view traceparent);

  // A new trace, sampled, with its first span.
  static TraceContext New();
  // A new span of the same trace, for a call to another process.
  TraceContext Child() const;

  // The `traceparent` header, always of version 00; for a context of no trace it is one that every
  // reader refuses, so look at valid() first.
  std::string ToString() const;
  // 32 and 16 lower-case hexadecimal digits.
  std::string trace_id() const;
  std::string span_id() const;
  bool sampled() const { return (flags_ & 1) != 0; }
  bool valid() const;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;

 private:
  std::array<uint8_t, 16> trace_id_{};
  std::array<uint8_t, 8> span_id_{};
  uint8_t flags_ = 0;
};

// The context of the work this thread does now; one of no trace outside every ScopedTrace.
const TraceContext& CurrentTrace();

// Makes `trace` the thread's context for its own lifetime, then puts the former back. Lives on the
// stack of one thread; scopes nest.
class ScopedTrace {
 public:
  explicit ScopedTrace(const TraceContext& trace);
  ~ScopedTrace();
  ScopedTrace(const ScopedTrace&) = delete;
  ScopedTrace& operator=(const ScopedTrace&) = delete;

 private:
  const TraceContext former_;
};

}  // namespace dap::telemetry

#endif  // DAP_LIBS_TELEMETRY_TRACE_H_
