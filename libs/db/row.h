// A row of a result, read by column index in the order of the SELECT list, from 0.
#ifndef DAP_LIBS_DB_ROW_H_
#define DAP_LIBS_DB_ROW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"

namespace dap::db {

// Owns its values; copy and move freely, read from any thread.
//
// A statement and the code that reads its rows are written together, so a mismatch (no such column,
// a NULL read without Optional, text read as a number) is a defect: it ends the process with a
// message that names the column, rather than let a made-up value go on into other records.
class Row {
 public:
  // A DATETIME is held as the text the server gave and parsed when asked for.
  using Cell = std::variant<std::monostate, int64_t, uint64_t, double, std::string>;

  Row() = default;
  explicit Row(std::vector<Cell> cells) : cells_(std::move(cells)) {}

  int size() const { return static_cast<int>(cells_.size()); }
  bool IsNull(int column) const;

  // Also of DECIMAL, as SUM() gives it, where it is a whole number.
  int64_t Int(int column) const;
  uint64_t UInt(int column) const;
  bool Bool(int column) const { return Int(column) != 0; }
  double Double(int column) const;
  // Text and bytes. The reference lives as long as the row.
  const std::string& String(int column) const;
  // BINARY(16).
  id::Uuid Uuid(int column) const;
  // DATETIME, which this project keeps in UTC.
  absl::Time Time(int column) const;
  // DATE.
  absl::CivilDay Day(int column) const;

  // The same; nothing where the column is NULL.
  std::optional<int64_t> OptionalInt(int column) const { return Maybe(column, &Row::Int); }
  std::optional<uint64_t> OptionalUInt(int column) const { return Maybe(column, &Row::UInt); }
  std::optional<bool> OptionalBool(int column) const { return Maybe(column, &Row::Bool); }
  std::optional<double> OptionalDouble(int column) const { return Maybe(column, &Row::Double); }
  std::optional<std::string> OptionalString(int column) const {
    return Maybe(column, &Row::String);
  }
  std::optional<id::Uuid> OptionalUuid(int column) const { return Maybe(column, &Row::Uuid); }
  std::optional<absl::Time> OptionalTime(int column) const { return Maybe(column, &Row::Time); }
  std::optional<absl::CivilDay> OptionalDay(int column) const { return Maybe(column, &Row::Day); }

 private:
  template <typename T>
  std::optional<std::remove_cvref_t<T>> Maybe(int column, T (Row::*read)(int) const) const {
    if (IsNull(column)) return std::nullopt;
    return (this->*read)(column);
  }
  const Cell& At(int column) const;

  std::vector<Cell> cells_;
};

using Rows = std::vector<Row>;

}  // namespace dap::db

#endif  // DAP_LIBS_DB_ROW_H_
