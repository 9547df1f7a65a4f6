#include "tools/dapctl/staff_file.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tools/dapctl/arguments.h"
#include "tools/dapctl/id_digest.h"

namespace dap::ctl {
namespace {

namespace v1 = enrolment::v1;

constexpr std::array kColumns = {"kind",
                                 "external_id",
                                 "display_name",
                                 "email",
                                 "team_external_id",
                                 "manager_external_id",
                                 "parent_external_id",
                                 "left",
                                 "update_time"};
constexpr size_t kMostErrors = 20;
// A cell that clears its field.
constexpr char kNone[] = "(none)";

bool IsColumn(absl::string_view name) {
  return std::find(kColumns.begin(), kColumns.end(), name) != kColumns.end();
}

}  // namespace

absl::StatusOr<ColumnNames> ParseColumns(absl::string_view text) {
  ColumnNames names;
  if (text.empty()) return names;
  for (absl::string_view pair : absl::StrSplit(text, ',')) {
    const std::vector<std::string> sides = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (sides.size() != 2 || !IsColumn(sides[0]) || sides[1].empty() ||
        !names.emplace(sides[0], sides[1]).second) {
      return UsageError(absl::StrCat("--columns has \"", pair,
                                     "\": give OURS=THEIRS, OURS once and one of ",
                                     absl::StrJoin(kColumns, " ")));
    }
  }
  return names;
}

absl::StatusOr<std::unique_ptr<StaffFile>> StaffFile::Open(const std::string& path,
                                                           const ColumnNames& names) {
  std::unique_ptr<StaffFile> file(new StaffFile(path));
  if (!file->file_) return UsageError(absl::StrCat("cannot read ", path));
  RETURN_IF_ERROR(file->ReadHeader(names));
  return file;
}

absl::Status StaffFile::ReadHeader(const ColumnNames& names) {
  ASSIGN_OR_RETURN(const bool any, csv_.Next(&cells_));
  if (!any) return status::Invalid("line 1", "CSV_HEADER", "is missing: the file is empty.");
  width_ = cells_.size();
  std::map<std::string, std::string> ours;  // by theirs
  for (const char* column : kColumns) {
    const auto renamed = names.find(column);
    ours[renamed == names.end() ? column : renamed->second] = column;
  }
  for (size_t i = 0; i < cells_.size(); ++i) {
    const auto known = ours.find(cells_[i]);
    if (known == ours.end()) {
      // With a mapping the file is somebody else's, and may hold more than we want.
      if (!names.empty()) continue;
      return status::Invalid(
          "line 1", "CSV_HEADER",
          absl::StrCat("has the unknown column \"", cells_[i], "\"; there are ",
                       absl::StrJoin(kColumns, ","), " (--columns maps others)"));
    }
    if (!columns_.emplace(known->second, i).second) {
      return status::Invalid("line 1", "CSV_HEADER",
                             absl::StrCat("has the column \"", cells_[i], "\" twice."));
    }
  }
  for (const char* needed : {"kind", "external_id"}) {
    if (columns_.count(needed) == 0) {
      return status::Invalid("line 1", "CSV_HEADER",
                             absl::StrCat("has no column \"", needed, "\"."));
    }
  }
  return absl::OkStatus();
}

const std::string* StaffFile::Cell(absl::string_view column) const {
  const auto found = columns_.find(std::string(column));
  if (found == columns_.end() || cells_[found->second].empty()) return nullptr;
  return &cells_[found->second];
}

absl::Status StaffFile::Bad(absl::string_view column, absl::string_view why) const {
  return status::Invalid(absl::StrCat("line ", line(), ", ", column), "CSV_CELL", why);
}

absl::StatusOr<bool> StaffFile::Next(v1::StaffRecord* record) {
  record->Clear();
  const absl::StatusOr<bool> any = csv_.Next(&cells_);
  broken_ = !any.ok();
  if (!any.ok() || !*any) return any;
  if (cells_.size() != width_) {
    return Bad("cells",
               absl::StrCat("There are ", cells_.size(), "; the header has ", width_, "."));
  }
  const std::string* kind = Cell("kind");
  for (const char* column : {"external_id", "display_name", "email", "left", "update_time"}) {
    const std::string* cell = Cell(column);
    if (cell != nullptr && *cell == kNone) return Bad(column, "Can't be cleared.");
  }
  if (kind != nullptr && *kind == "team") {
    RETURN_IF_ERROR(ReadTeam(record->mutable_team()));
  } else if (kind != nullptr && *kind == "person") {
    RETURN_IF_ERROR(ReadPerson(record->mutable_person()));
  } else {
    return Bad("kind", "Must be team or person.");
  }
  return true;
}

std::string StaffFile::Reference(const std::string& cell) {
  return cell == kNone ? std::string() : cell;
}

absl::Status StaffFile::ReadTeam(v1::TeamRecord* team) const {
  if (const auto* cell = Cell("external_id")) team->set_external_id(*cell);
  if (const auto* cell = Cell("display_name")) team->set_display_name(*cell);
  if (const auto* cell = Cell("parent_external_id")) {
    team->set_parent_external_id(Reference(*cell));
  }
  for (const char* column : {"email", "team_external_id", "manager_external_id", "left"}) {
    if (Cell(column) != nullptr) return Bad(column, "A team has none: leave the cell empty.");
  }
  return Cell("update_time") == nullptr ? absl::OkStatus() : ReadTime(team->mutable_update_time());
}

absl::Status StaffFile::ReadPerson(v1::PersonRecord* person) const {
  if (const auto* cell = Cell("external_id")) person->set_external_id(*cell);
  if (const auto* cell = Cell("display_name")) person->set_display_name(*cell);
  if (const auto* cell = Cell("email")) person->set_email(*cell);
  if (const auto* cell = Cell("team_external_id")) {
    person->set_team_external_id(Reference(*cell));
  }
  if (const auto* cell = Cell("manager_external_id")) {
    person->set_manager_external_id(Reference(*cell));
  }
  if (Cell("parent_external_id") != nullptr) {
    return Bad("parent_external_id", "A person has none: leave the cell empty.");
  }
  if (const auto* cell = Cell("left")) {
    if (*cell != "true" && *cell != "false") return Bad("left", "Must be true, false or empty.");
    person->set_left(*cell == "true");
  }
  return Cell("update_time") == nullptr ? absl::OkStatus()
                                        : ReadTime(person->mutable_update_time());
}

absl::Status StaffFile::ReadTime(google::protobuf::Timestamp* time) const {
  absl::Time parsed;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, *Cell("update_time"), &parsed, &error)) {
    return Bad("update_time", "Must be a time such as 2026-11-24T09:30:00Z.");
  }
  time->set_seconds(absl::ToUnixSeconds(parsed));
  time->set_nanos(static_cast<int32_t>((parsed - absl::FromUnixSeconds(time->seconds())) /
                                       absl::Nanoseconds(1)));
  return absl::OkStatus();
}

absl::StatusOr<StaffSummary> Summarise(const std::string& path, const ColumnNames& names) {
  ASSIGN_OR_RETURN(const auto file, StaffFile::Open(path, names));
  IdDigest digest;
  StaffSummary summary;
  std::vector<status::Violation> wrong;
  v1::StaffRecord record;
  for (;;) {
    const absl::StatusOr<bool> any = file->Next(&record);
    if (any.ok() && !*any) break;
    if (any.ok()) {
      ++summary.count;
      digest.Add(ExternalId(record));
      continue;
    }
    for (const status::Violation& violation : status::Violations(any.status())) {
      wrong.push_back(violation);
    }
    if (file->broken() || wrong.size() >= kMostErrors) break;
  }
  RETURN_IF_ERROR(status::InvalidAll(wrong));
  summary.checksum = digest.Finish();
  return summary;
}

}  // namespace dap::ctl
