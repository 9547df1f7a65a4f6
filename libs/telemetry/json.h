// The two things a log line needs of JSON. Pure.
#ifndef DAP_LIBS_TELEMETRY_JSON_H_
#define DAP_LIBS_TELEMETRY_JSON_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dap::telemetry {

// Appends `text` to `out` as a JSON string with its quotes. Always gives valid JSON in valid UTF-8:
// each byte that is no part of a well-formed UTF-8 sequence becomes U+FFFD.
void AppendJsonString(absl::string_view text, std::string& out);

// Appends a number; NaN and the infinities, which JSON has not, as strings.
void AppendJsonNumber(double number, std::string& out);

}  // namespace dap::telemetry

#endif  // DAP_LIBS_TELEMETRY_JSON_H_
