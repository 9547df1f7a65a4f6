// A statement's parameter: what goes in at a `?`.
//
//   connection.Execute("UPDATE cohort SET state = ? WHERE organisation = ? AND cohort = ?",
//                      {state, organisation, cohort});
#ifndef DAP_LIBS_DB_VALUE_H_
#define DAP_LIBS_DB_VALUE_H_

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/id/uuid.h"

namespace dap::db {

// SQL's NULL, of whatever type the column has.
struct Null {};

// Owns what it holds, so a Value may outlive its source. Converts implicitly from everything a
// column may keep; an empty optional is NULL. How each is kept:
//   integers, enums, bool   any integer column (bool as 0 or 1)
//   double                  DOUBLE
//   string                  text (UTF-8) and binary columns alike; zero bytes are kept
//   Uuid                    BINARY(16)
//   absl::Time              DATETIME(6) in UTC, cut to microseconds; years 1 to 9999
//   absl::CivilDay          DATE
class Value {
 public:
  using Held = std::variant<Null, int64_t, uint64_t, double, std::string, id::Uuid, absl::Time,
                            absl::CivilDay>;

  Value(Null) {}             // NOLINT(google-explicit-constructor): see above, as for the rest
  Value(std::nullopt_t) {}   // NOLINT
  Value(absl::nullopt_t) {}  // NOLINT
  template <std::integral T>
  Value(T value) {  // NOLINT
    if constexpr (std::is_signed_v<T> || std::is_same_v<T, bool>) {
      held_ = static_cast<int64_t>(value);
    } else {
      held_ = static_cast<uint64_t>(value);
    }
  }
  template <typename T>
  requires std::is_enum_v<T> Value(T value) : held_(static_cast<int64_t>(value)) {}  // NOLINT
  template <std::floating_point T>
  Value(T value) : held_(static_cast<double>(value)) {}          // NOLINT
  Value(std::string value) : held_(std::move(value)) {}          // NOLINT
  Value(const char* value) : held_(std::string(value)) {}        // NOLINT
  Value(absl::string_view value) : held_(std::string(value)) {}  // NOLINT
  Value(std::string_view value) : held_(std::string(value)) {}   // NOLINT
  Value(const id::Uuid& value) : held_(value) {}                 // NOLINT
  Value(absl::Time value) : held_(value) {}                      // NOLINT
  Value(absl::CivilDay value) : held_(value) {}                  // NOLINT
  template <typename T>
  Value(std::optional<T> value) {  // NOLINT
    if (value.has_value()) held_ = Value(*std::move(value)).held_;
  }
  template <typename T>
  Value(absl::optional<T> value) {  // NOLINT
    if (value.has_value()) held_ = Value(*std::move(value)).held_;
  }

  const Held& held() const { return held_; }
  bool is_null() const { return std::holds_alternative<Null>(held_); }

 private:
  Held held_;
};

using Values = std::vector<Value>;

}  // namespace dap::db

#endif  // DAP_LIBS_DB_VALUE_H_
