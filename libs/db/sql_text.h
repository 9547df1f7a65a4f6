// SQL as text: where its quotes and comments are, and values written into it.
#ifndef DAP_LIBS_DB_SQL_TEXT_H_
#define DAP_LIBS_DB_SQL_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/value.h"

namespace dap::db {

// The length of what `sql` (not empty) begins with: a quoted text, a quoted name or a comment in
// full, else one byte. 0 where it begins with one that does not end.
size_t TokenLength(absl::string_view sql);
// `sql` begins with a comment that the server does not read either.
bool IsComment(absl::string_view sql);

// `sql` with each `?` replaced by a literal of its value. Text that is no UTF-8 becomes a
// hexadecimal literal, which is binary. INTERNAL where the numbers differ.
absl::StatusOr<std::string> WithLiterals(absl::string_view sql, const Values& values);

}  // namespace dap::db

#endif  // DAP_LIBS_DB_SQL_TEXT_H_
