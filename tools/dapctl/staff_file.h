// A CSV of staff as the records of a sync.
//
// Its columns, in any order: kind ("team" or "person") and external_id, which must be there, and
// display_name, email, team_external_id, manager_external_id, parent_external_id, left,
// update_time. An empty cell is an absent field, which keeps what is held; the cell `(none)` clears
// it: of team_external_id, manager_external_id and parent_external_id, as nobody goes without the
// rest. `left` is true or false,
// `update_time` RFC 3339.
#ifndef DAP_TOOLS_DAPCTL_STAFF_FILE_H_
#define DAP_TOOLS_DAPCTL_STAFF_FILE_H_

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dap/enrolment/v1/staff_sync.pb.h"
#include "tools/dapctl/csv.h"

namespace dap::ctl {

// Our name of a column to the file's.
using ColumnNames = std::map<std::string, std::string>;

// "email=mail,external_id=employee no". INVALID_ARGUMENT (USAGE) for a column there is not.
absl::StatusOr<ColumnNames> ParseColumns(absl::string_view text);

// Reads one record after the other; memory holds one. Not thread-safe.
class StaffFile {
 public:
  // Reads the header. INVALID_ARGUMENT: the file cannot be read, a column is missing, unknown
  // (where it is not mapped) or there twice.
  static absl::StatusOr<std::unique_ptr<StaffFile>> Open(const std::string& path,
                                                         const ColumnNames& names);

  // The next record; false at the end. INVALID_ARGUMENT naming line and column. After a row whose
  // cells are wrong it can go on; after one that is no CSV it cannot (broken()).
  absl::StatusOr<bool> Next(enrolment::v1::StaffRecord* record);
  // The line on which the last record began.
  int64_t line() const { return csv_.line(); }
  bool broken() const { return broken_; }

 private:
  explicit StaffFile(const std::string& path) : file_(path, std::ios::binary), csv_(file_) {}
  absl::Status ReadHeader(const ColumnNames& names);
  // Null where the cell is empty or there is no such column.
  const std::string* Cell(absl::string_view column) const;
  absl::Status Bad(absl::string_view column, absl::string_view why) const;
  absl::Status ReadTeam(enrolment::v1::TeamRecord* team) const;
  absl::Status ReadPerson(enrolment::v1::PersonRecord* person) const;
  // Of a field that can be cleared: the empty text for (none).
  static std::string Reference(const std::string& cell);
  absl::Status ReadTime(google::protobuf::Timestamp* time) const;

  std::ifstream file_;
  CsvReader csv_;
  std::map<std::string, size_t, std::less<>> columns_;  // by our name
  size_t width_ = 0;
  std::vector<std::string> cells_;
  bool broken_ = false;
};

// What a sync's end tells of a file.
struct StaffSummary {
  int64_t count = 0;
  // The SHA-256 of the external ids in order, each followed by a zero byte.
  std::string checksum;
};

// Reads the whole file once. INVALID_ARGUMENT naming up to 20 wrong lines at once.
absl::StatusOr<StaffSummary> Summarise(const std::string& path, const ColumnNames& names);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_STAFF_FILE_H_
