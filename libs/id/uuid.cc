#include "libs/id/uuid.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::id {
namespace {

constexpr int kTextLength = 36;
// 26 bits of counter within a millisecond: 12 in rand_a and 14 at the head of rand_b (RFC
// 9562, 6.2, method 1). It starts low enough in each millisecond to leave room for growth.
constexpr uint32_t kCounterBits = 26;

bool IsDash(int at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

absl::StatusOr<Uuid> Uuid::Parse(absl::string_view text) {
  const auto malformed = [] {
    return status::Invalid("id", "UUID_MALFORMED", "is no UUID (8-4-4-4-12 hexadecimal digits)");
  };
  if (text.size() != kTextLength) return malformed();
  std::array<uint8_t, kBytes> bytes{};
  int nibble = 0;
  for (int at = 0; at < kTextLength; ++at) {
    if (IsDash(at)) {
      if (text[at] != '-') return malformed();
      continue;
    }
    const int digit = HexDigit(text[at]);
    if (digit < 0) return malformed();
    bytes[nibble / 2] = static_cast<uint8_t>(bytes[nibble / 2] << 4 | digit);
    ++nibble;
  }
  Uuid uuid;
  uuid.bytes_ = bytes;
  return uuid;
}

Uuid Uuid::FromBytes(absl::string_view bytes) {
  Uuid uuid;
  if (bytes.size() == kBytes) std::memcpy(uuid.bytes_.data(), bytes.data(), kBytes);
  return uuid;
}

std::string Uuid::ToString() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(kTextLength, '-');
  int nibble = 0;
  for (int at = 0; at < kTextLength; ++at) {
    if (IsDash(at)) continue;
    const uint8_t byte = bytes_[nibble / 2];
    text[at] = kDigits[nibble % 2 == 0 ? byte >> 4 : byte & 0xF];
    ++nibble;
  }
  return text;
}

Uuid Generator::Next() {
  int64_t millis;
  uint32_t counter;
  uint64_t random;
  {
    absl::MutexLock lock(&mutex_);
    // A clock that goes back does not take the ids with it.
    const int64_t now = std::max(absl::ToUnixMillis(clock_.Now()), last_millis_);
    if (now > last_millis_) {
      last_millis_ = now;
      counter_ = absl::Uniform<uint32_t>(random_, 0, 1u << (kCounterBits - 1));
    } else if (++counter_ == 1u << kCounterBits) {
      ++last_millis_;
      counter_ = 0;
    }
    millis = last_millis_;
    counter = counter_;
    random = absl::Uniform<uint64_t>(random_);
  }
  Uuid uuid;
  auto& bytes = uuid.bytes_;
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<uint8_t>(millis >> (8 * (5 - i)));
  bytes[6] = static_cast<uint8_t>(0x70 | counter >> 22);
  bytes[7] = static_cast<uint8_t>(counter >> 14);
  bytes[8] = static_cast<uint8_t>(0x80 | (counter >> 8 & 0x3F));
  bytes[9] = static_cast<uint8_t>(counter);
  std::memcpy(&bytes[10], &random, 6);
  return uuid;
}

}  // namespace dap::id
