// Public holidays that ship with the programme: those of the UK's nations, as versioned data. Pure.
#ifndef DAP_LIBS_HOLIDAYS_CALENDAR_H_
#define DAP_LIBS_HOLIDAYS_CALENDAR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace dap::holidays {

struct Holiday {
  absl::CivilDay day;
  std::string name;
};

// One nation's. Thread-safe once made.
class Calendar {
 public:
  // A file of data/; the format is told in README.md. INVALID_ARGUMENT (CALENDAR_MALFORMED) with
  // the line.
  static absl::StatusOr<Calendar> Parse(absl::string_view text);

  // "scotland".
  const std::string& id() const { return id_; }
  // "Scotland".
  const std::string& title() const { return title_; }
  // Rises with every release that changes a date.
  int version() const { return version_; }
  int first_year() const { return first_year_; }
  int last_year() const { return last_year_; }
  // In order.
  const std::vector<Holiday>& holidays() const { return holidays_; }

  // Whether the data says anything of that day's year; outside no day is known to be a holiday.
  bool Covers(absl::CivilDay day) const {
    return first_year_ <= day.year() && day.year() <= last_year_;
  }
  // Null on every other day.
  const Holiday* Find(absl::CivilDay day) const;

 private:
  Calendar() = default;

  std::string id_;
  std::string title_;
  int version_ = 0;
  int first_year_ = 0;
  int last_year_ = 0;
  std::vector<Holiday> holidays_;
};

// All that ship, by id. Read once and never destroyed.
const std::vector<Calendar>& Shipped();
// Null where none has this id.
const Calendar* FindShipped(absl::string_view id);

}  // namespace dap::holidays

#endif  // DAP_LIBS_HOLIDAYS_CALENDAR_H_
