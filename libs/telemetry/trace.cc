#include "libs/telemetry/trace.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"

namespace dap::telemetry {
namespace {

// 00-<32 digits>-<16 digits>-<2 digits>
constexpr size_t kLength = 55;
constexpr size_t kTraceId = 3;
constexpr size_t kSpanId = 36;
constexpr size_t kFlags = 53;

thread_local TraceContext current_trace;

// -1 for anything but a lower-case hexadecimal digit.
int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <size_t N>
bool ReadHex(absl::string_view digits, std::array<uint8_t, N>& bytes) {
  for (size_t i = 0; i < N; ++i) {
    const int high = Digit(digits[2 * i]);
    const int low = Digit(digits[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

template <size_t N>
bool AllZero(const std::array<uint8_t, N>& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b == 0; });
}

template <size_t N>
std::string Hex(const std::array<uint8_t, N>& bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

// Never zeros only.
template <size_t N>
void Randomize(std::array<uint8_t, N>& bytes) {
  thread_local absl::BitGen random;
  do {
    for (uint8_t& b : bytes) b = absl::Uniform<uint8_t>(random);
  } while (AllZero(bytes));
}

}  // namespace

std::optional<TraceContext> TraceContext::Parse(absl::string_view traceparent) {
  if (traceparent.size() < kLength || traceparent[2] != '-' || traceparent[kSpanId - 1] != '-' ||
      traceparent[kFlags - 1] != '-') {
    return std::nullopt;
  }
  std::array<uint8_t, 1> version{};
  std::array<uint8_t, 1> flags{};
  TraceContext trace;
  if (!ReadHex(traceparent, version) || !ReadHex(traceparent.substr(kTraceId), trace.trace_id_) ||
      !ReadHex(traceparent.substr(kSpanId), trace.span_id_) ||
      !ReadHex(traceparent.substr(kFlags), flags)) {
    return std::nullopt;
  }
  if (version[0] == 0xff) return std::nullopt;
  if (traceparent.size() > kLength && (version[0] == 0 || traceparent[kLength] != '-')) {
    return std::nullopt;
  }
  if (!trace.valid()) return std::nullopt;
  // The other bits have no meaning in version 00, and what has none must be sent as zero.
  trace.flags_ = flags[0] & 1;
  return trace;
}

TraceContext TraceContext::New() {
  TraceContext trace;
  Randomize(trace.trace_id_);
  Randomize(trace.span_id_);
  trace.flags_ = 1;
  return trace;
}

TraceContext TraceContext::Child() const {
  TraceContext child = *this;
  Randomize(child.span_id_);
  return child;
}

std::string TraceContext::ToString() const {
  return absl::StrFormat("00-%s-%s-%02x", trace_id(), span_id(), flags_);
}

std::string TraceContext::trace_id() const { return Hex(trace_id_); }

std::string TraceContext::span_id() const { return Hex(span_id_); }

bool TraceContext::valid() const { return !AllZero(trace_id_) && !AllZero(span_id_); }

const TraceContext& CurrentTrace() { return current_trace; }

ScopedTrace::ScopedTrace(const TraceContext& trace) : former_(current_trace) {
  current_trace = trace;
}

ScopedTrace::~ScopedTrace() { current_trace = former_; }

}  // namespace dap::telemetry
