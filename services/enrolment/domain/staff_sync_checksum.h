// The checksum of a sync: SHA-256 (FIPS 180-4) of what was sent, whose state can be kept between
// two streams of a run. Cryptography libraries hide that state, so it is here.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_CHECKSUM_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_CHECKSUM_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dap::enrolment {

// A value. Not thread-safe.
class SyncChecksum {
 public:
  static constexpr int kBytes = 32;

  SyncChecksum();
  // From State(); nothing where it is none.
  static std::optional<SyncChecksum> Resume(absl::string_view state);

  // Adds bytes.
  void Add(absl::string_view bytes);
  // Adds an external id as the sync counts it: followed by a zero byte.
  void AddId(absl::string_view external_id);

  // 32 bytes; adding may go on afterwards.
  std::string Digest() const;
  // At most 104 bytes.
  std::string State() const;

 private:
  void AddBlock(const uint8_t* block);

  std::array<uint32_t, 8> hash_;
  uint64_t length_ = 0;  // in bytes
  std::string partial_;  // less than a block
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_CHECKSUM_H_
