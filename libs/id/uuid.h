// UUIDs: the id of everything kept. Version 7 (RFC 9562) where we make them, so that new rows land
// at the end of an index; any version is read.
#ifndef DAP_LIBS_ID_UUID_H_
#define DAP_LIBS_ID_UUID_H_

#include <array>
#include <compare>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/time/clock.h"

namespace dap::id {

// A value of 16 bytes. The default one is nil, which is nobody's id.
class Uuid {
 public:
  static constexpr int kBytes = 16;

  constexpr Uuid() = default;

  // From the text form, 8-4-4-4-12 in hexadecimal of either case. INVALID_ARGUMENT otherwise
  // (reason UUID_MALFORMED); the caller names the field.
  static absl::StatusOr<Uuid> Parse(absl::string_view text);
  // From BINARY(16); nil where `bytes` has another length.
  static Uuid FromBytes(absl::string_view bytes);

  std::string ToString() const;
  absl::string_view bytes() const {
    return absl::string_view(reinterpret_cast<const char*>(bytes_.data()), kBytes);
  }
  bool is_nil() const { return *this == Uuid(); }

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Uuid& uuid) {
    return H::combine(std::move(state), uuid.bytes_);
  }
  friend std::ostream& operator<<(std::ostream& out, const Uuid& uuid) {
    return out << uuid.ToString();
  }

 private:
  friend class Generator;
  std::array<uint8_t, kBytes> bytes_{};
};

// Makes version 7 UUIDs that never repeat and, within one generator, always ascend. Thread-safe.
class Generator {
 public:
  explicit Generator(const time::Clock& clock) : clock_(clock) {}
  Uuid Next();

 private:
  const time::Clock& clock_;
  absl::Mutex mutex_;
  absl::BitGen random_ ABSL_GUARDED_BY(mutex_);
  int64_t last_millis_ ABSL_GUARDED_BY(mutex_) = 0;
  uint32_t counter_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace dap::id

#endif  // DAP_LIBS_ID_UUID_H_
