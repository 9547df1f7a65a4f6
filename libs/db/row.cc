#include "libs/db/row.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/numbers.h"
#include "libs/db/datetime.h"

namespace dap::db {
namespace {

[[noreturn]] void Mismatch(int column, const char* wanted, const Row::Cell& cell) {
  static constexpr const char* kNames[] = {"NULL", "a signed integer", "an unsigned integer",
                                           "a double", "text"};
  ABSL_RAW_LOG(FATAL, "column %d of a row was read as %s but is %s", column, wanted,
               kNames[cell.index()]);
  std::abort();
}

// DECIMAL comes as text; a sum of integers has no fraction.
template <typename T>
bool WholeNumber(const std::string& text, T* number) {
  return absl::SimpleAtoi(absl::string_view(text).substr(0, text.find('.')), number);
}

}  // namespace

const Row::Cell& Row::At(int column) const {
  if (column < 0 || column >= size()) {
    ABSL_RAW_LOG(FATAL, "column %d was read of a row of %d", column, size());
  }
  return cells_[column];
}

bool Row::IsNull(int column) const { return std::holds_alternative<std::monostate>(At(column)); }

int64_t Row::Int(int column) const {
  const Cell& cell = At(column);
  if (const auto* number = std::get_if<int64_t>(&cell)) return *number;
  if (const auto* number = std::get_if<uint64_t>(&cell);
      number != nullptr && *number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return static_cast<int64_t>(*number);
  }
  int64_t number = 0;
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr || !WholeNumber(*text, &number)) Mismatch(column, "Int", cell);
  return number;
}

uint64_t Row::UInt(int column) const {
  const Cell& cell = At(column);
  if (const auto* number = std::get_if<uint64_t>(&cell)) return *number;
  if (const auto* number = std::get_if<int64_t>(&cell); number != nullptr && *number >= 0) {
    return static_cast<uint64_t>(*number);
  }
  uint64_t number = 0;
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr || !WholeNumber(*text, &number)) Mismatch(column, "UInt", cell);
  return number;
}

double Row::Double(int column) const {
  const Cell& cell = At(column);
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  if (const auto* number = std::get_if<int64_t>(&cell)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<uint64_t>(&cell)) return static_cast<double>(*number);
  double number = 0;
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr || !absl::SimpleAtod(*text, &number)) Mismatch(column, "Double", cell);
  return number;
}

const std::string& Row::String(int column) const {
  const Cell& cell = At(column);
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) Mismatch(column, "String", cell);
  return *text;
}

id::Uuid Row::Uuid(int column) const {
  const std::string& bytes = String(column);
  if (bytes.size() != id::Uuid::kBytes) Mismatch(column, "Uuid", At(column));
  return id::Uuid::FromBytes(bytes);
}

absl::Time Row::Time(int column) const {
  absl::Time time;
  if (!ParseDateTime(String(column), &time)) Mismatch(column, "Time", At(column));
  return time;
}

absl::CivilDay Row::Day(int column) const {
  absl::CivilDay day;
  if (!ParseDate(String(column), &day)) Mismatch(column, "Day", At(column));
  return day;
}

}  // namespace dap::db
