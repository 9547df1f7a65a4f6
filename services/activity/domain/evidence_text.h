// An evidence pack as files: CSV for spreadsheets, a page for printers. Pure.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_EVIDENCE_TEXT_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_EVIDENCE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/activity/domain/evidence.h"

namespace dap::activity {

// RFC 4180: lines end in CRLF, every line has as many fields. A row for each category and tool, one
// for each category and one for all.
std::string EvidenceCsv(const EvidencePack& pack);
// A row for each month.
std::string EvidenceByMonthCsv(const EvidencePack& pack);
// A page of its own: no script, and nothing is fetched.
std::string EvidenceHtml(const EvidencePack& pack, absl::string_view time_zone);

// A text as a field of a CSV line: quoted where it must be, and with an apostrophe before what a
// spreadsheet would take for a formula.
std::string CsvField(absl::string_view text);
// A text as HTML shows it, in an element or in an attribute.
std::string HtmlText(absl::string_view text);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_EVIDENCE_TEXT_H_
