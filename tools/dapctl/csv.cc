#include "tools/dapctl/csv.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::ctl {
namespace {

constexpr int kEnd = std::char_traits<char>::eof();
constexpr size_t kLongestRow = 64 << 10;

}  // namespace

bool IsUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t at) {
      return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
    };
    const unsigned first = byte(i);
    const size_t length = first < 0x80   ? 1
                          : first < 0xc2 ? 0
                          : first < 0xe0 ? 2
                          : first < 0xf0 ? 3
                          : first < 0xf5 ? 4
                                         : 0;
    if (length == 0) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return false;
    }
    const unsigned second = byte(i + 1);
    // Overlong forms, surrogates, and what is beyond U+10FFFF.
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
      return false;
    }
    i += length;
  }
  return true;
}

int CsvReader::Get() {
  const int c = input_.get();
  if (c != kEnd) ++row_bytes_;
  if (c == '\n') ++line_;
  return c;
}

absl::Status CsvReader::Bad(absl::string_view why) const {
  return status::Invalid(absl::StrCat("line ", line_), "CSV_INVALID", why);
}

absl::StatusOr<bool> CsvReader::Next(std::vector<std::string>* cells) {
  cells->clear();
  if (!began_) {
    began_ = true;
    for (int expected : {0xef, 0xbb, 0xbf}) {
      if (input_.peek() != expected) {
        if (expected != 0xef) return Bad("is not UTF-8.");
        break;
      }
      input_.get();
    }
  }
  row_line_ = line_;
  row_bytes_ = 0;
  if (input_.peek() == kEnd) return false;
  for (int ended_by = ','; ended_by == ',';) {
    RETURN_IF_ERROR(Cell(&cells->emplace_back(), &ended_by));
    if (!IsUtf8(cells->back())) return Bad("has a cell that is not UTF-8.");
  }
  return true;
}

// Leaves in *ended_by what comes after the cell: a comma, '\n' or kEnd.
absl::Status CsvReader::Cell(std::string* cell, int* ended_by) {
  bool quoted = false;
  if (input_.peek() == '"') {
    quoted = true;
    Get();
    RETURN_IF_ERROR(Quoted(cell));
  }
  for (;;) {
    // A CR is counted with the row that it is in, so the line of an error is looked at before.
    const int next = input_.peek();
    if (next == '\r') {
      Get();
      if (input_.peek() != '\n') return Bad("has a carriage return that ends no line.");
      continue;
    }
    if (next == ',' || next == '\n' || next == kEnd) {
      Get();
      *ended_by = next;
      return absl::OkStatus();
    }
    if (quoted) return Bad("has text after a closing quote.");
    if (next == '"') return Bad("has a quote inside a cell that does not begin with one.");
    if (next == 0) return Bad("has a zero byte.");
    cell->push_back(static_cast<char>(Get()));
    if (row_bytes_ > kLongestRow) return Bad("is longer than 64 KiB.");
  }
}

absl::Status CsvReader::Quoted(std::string* cell) {
  for (;;) {
    const int c = Get();
    if (c == kEnd) {
      return status::Invalid(absl::StrCat("line ", row_line_), "CSV_INVALID",
                             "begins a row with a quote that is never closed.");
    }
    if (c == 0) return Bad("has a zero byte.");
    if (c == '"') {
      if (input_.peek() != '"') return absl::OkStatus();
      Get();
    }
    cell->push_back(static_cast<char>(c));
    if (row_bytes_ > kLongestRow) return Bad("is longer than 64 KiB, or a quote is not closed.");
  }
}

std::string CsvRow(const std::vector<std::string>& cells) {
  std::string row;
  for (const std::string& given : cells) {
    if (!row.empty() || &given != &cells[0]) row.push_back(',');
    const bool formula =
        !given.empty() && absl::string_view("=+-@").find(given[0]) != absl::string_view::npos;
    const std::string cell = formula ? absl::StrCat("'", given) : given;
    if (cell.find_first_of("\",\r\n") == std::string::npos) {
      row.append(cell);
    } else {
      absl::StrAppend(&row, "\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
    }
  }
  return absl::StrCat(row, "\r\n");
}

}  // namespace dap::ctl
