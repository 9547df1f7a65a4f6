// DATE and DATETIME(6) as text, in UTC. Apart from absl's own formatter because these run for every
// row of a batch and it takes twenty times as long.
#ifndef DAP_LIBS_DB_DATETIME_H_
#define DAP_LIBS_DB_DATETIME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace dap::db {

// "2026-11-24 21:54:38.000001" into `text`. False where the year is not 1 to 9999.
bool FormatDateTime(absl::Time time, std::string* text);
// "2026-11-24" into `text`. False likewise.
bool FormatDate(absl::CivilDay day, std::string* text);

// With or without a fraction of 1 to 6 digits.
bool ParseDateTime(absl::string_view text, absl::Time* time);
bool ParseDate(absl::string_view text, absl::CivilDay* day);

}  // namespace dap::db

#endif  // DAP_LIBS_DB_DATETIME_H_
