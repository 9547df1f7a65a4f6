// Reads CSV as RFC 4180 has it, and nothing looser.
#ifndef DAP_TOOLS_DAPCTL_CSV_H_
#define DAP_TOOLS_DAPCTL_CSV_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dap::ctl {

// Lines end with LF or CRLF, the last one's end may be missing; a byte order mark is skipped; text
// is UTF-8. Memory holds one row, which may have 64 KiB. Not thread-safe.
class CsvReader {
 public:
  // `input` must outlive it.
  explicit CsvReader(std::istream& input) : input_(input) {}

  // The next row; false at the end. INVALID_ARGUMENT (CSV_INVALID) naming the line: a quote inside
  // a cell that has none around it, text after a closing quote, a quote never closed, a CR alone, a
  // zero byte, a row too long, text that is not UTF-8. After an error there is no going on.
  absl::StatusOr<bool> Next(std::vector<std::string>* cells);

  // The line on which the last row began, from 1.
  int64_t line() const { return row_line_; }

 private:
  int Get();
  absl::Status Bad(absl::string_view why) const;
  absl::Status Cell(std::string* cell, int* ended_by);
  absl::Status Quoted(std::string* cell);

  std::istream& input_;
  bool began_ = false;
  int64_t line_ = 1;
  int64_t row_line_ = 1;
  size_t row_bytes_ = 0;
};

// A row with its line end. Cells are quoted where they must be, and a leading =, +, - or @ gets an
// apostrophe before it, because spreadsheets would run it.
std::string CsvRow(const std::vector<std::string>& cells);

// Whether `text` is well-formed UTF-8.
bool IsUtf8(absl::string_view text);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_CSV_H_
