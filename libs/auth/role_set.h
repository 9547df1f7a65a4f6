#ifndef DAP_LIBS_AUTH_ROLE_SET_H_
#define DAP_LIBS_AUTH_ROLE_SET_H_

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "dap/options/v1/access.pb.h"

namespace dap::auth {

// A set of roles; a value of four bytes. ROLE_UNSPECIFIED and numbers that are no role of this
// program's are never in it.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  RoleSet(std::initializer_list<options::v1::Role> roles) {
    for (options::v1::Role role : roles) Add(role);
  }

  void Add(options::v1::Role role) { bits_ |= Bit(role); }
  bool Has(options::v1::Role role) const { return (bits_ & Bit(role)) != 0; }
  bool HasAnyOf(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  bool empty() const { return bits_ == 0; }

  // Ascending by number.
  std::vector<options::v1::Role> List() const {
    std::vector<options::v1::Role> roles;
    for (int number = options::v1::Role_MIN; number <= options::v1::Role_MAX; ++number) {
      const auto role = static_cast<options::v1::Role>(number);
      if (Has(role)) roles.push_back(role);
    }
    return roles;
  }

  friend bool operator==(RoleSet, RoleSet) = default;

 private:
  static uint32_t Bit(options::v1::Role role) {
    static_assert(options::v1::Role_MAX < 32);
    if (role == options::v1::ROLE_UNSPECIFIED || !options::v1::Role_IsValid(role)) return 0;
    return uint32_t{1} << static_cast<int>(role);
  }

  uint32_t bits_ = 0;
};

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_ROLE_SET_H_
