#include "libs/db/sql_text.h"

#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/db/datetime.h"
#include "libs/status/error.h"

namespace dap::db {
namespace {

size_t QuotedLength(absl::string_view sql) {
  const char quote = sql[0];
  for (size_t i = 1; i < sql.size(); ++i) {
    if (sql[i] == '\\' && quote != '`') {
      ++i;
    } else if (sql[i] == quote) {
      // A doubled quote is two quoted texts side by side, which ends at the same place.
      return i + 1;
    }
  }
  return 0;
}

// "--" begins a comment only before white space or at the end: 1--1 is 2.
bool IsLineComment(absl::string_view sql) {
  if (sql[0] == '#') return true;
  return absl::StartsWith(sql, "--") &&
         (sql.size() == 2 || absl::ascii_isspace(static_cast<unsigned char>(sql[2])));
}

// The length of the UTF-8 sequence at the front; 0 where there is none.
size_t SequenceLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead < 0x80                   ? 1
                        : lead >= 0xc2 && lead < 0xe0 ? 2
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
  if (length == 0 || length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and beyond U+10FFFF.
  if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f) ||
      (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f)) {
    return 0;
  }
  return length;
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string Hexadecimal(absl::string_view bytes) {
  return absl::StrCat("X'", absl::BytesToHexString(bytes), "'");
}

struct Literal {
  std::string operator()(Null) const { return "NULL"; }
  std::string operator()(int64_t value) const { return absl::StrCat(value); }
  std::string operator()(uint64_t value) const { return absl::StrCat(value); }
  // 17 digits give every double back; the exponent makes it one, not a DECIMAL.
  std::string operator()(double value) const { return absl::StrFormat("%.17e", value); }
  std::string operator()(const id::Uuid& value) const { return Hexadecimal(value.bytes()); }
  std::string operator()(absl::Time value) const {
    std::string text;
    return FormatDateTime(value, &text) ? absl::StrCat("'", text, "'") : "";
  }
  std::string operator()(absl::CivilDay value) const {
    std::string text;
    return FormatDate(value, &text) ? absl::StrCat("'", text, "'") : "";
  }
  std::string operator()(const std::string& value) const {
    if (!IsUtf8(value)) return Hexadecimal(value);
    std::string literal = "'";
    for (char c : value) {
      if (c == '\0') {
        literal += "\\0";
      } else {
        if (c == '\'' || c == '\\') literal += '\\';
        literal += c;
      }
    }
    return literal + "'";
  }
};

}  // namespace

bool IsComment(absl::string_view sql) {
  return IsLineComment(sql) || (absl::StartsWith(sql, "/*") && !absl::StartsWith(sql, "/*!") &&
                                !absl::StartsWith(sql, "/*+") && !absl::StartsWith(sql, "/*M!"));
}

size_t TokenLength(absl::string_view sql) {
  if (sql[0] == '\'' || sql[0] == '"' || sql[0] == '`') return QuotedLength(sql);
  if (IsLineComment(sql)) {
    const size_t end = sql.find('\n');
    return end == absl::string_view::npos ? sql.size() : end + 1;
  }
  if (absl::StartsWith(sql, "/*")) {
    const size_t end = sql.find("*/", 2);
    return end == absl::string_view::npos ? 0 : end + 2;
  }
  return 1;
}

absl::StatusOr<std::string> WithLiterals(absl::string_view sql, const Values& values) {
  std::string text;
  size_t next = 0;
  while (!sql.empty()) {
    const size_t length = TokenLength(sql);
    if (length == 0) return status::Internal("a quote or comment in a statement does not end");
    if (sql[0] != '?') {
      absl::StrAppend(&text, sql.substr(0, length));
    } else if (next < values.size()) {
      const std::string literal = std::visit(Literal(), values[next++].held());
      if (literal.empty()) return status::Internal("a time or day beyond the years 1 to 9999");
      text += literal;
    } else {
      return status::Internal("a statement has more parameters than values");
    }
    sql.remove_prefix(length);
  }
  if (next != values.size())
    return status::Internal("a statement has fewer parameters than values");
  return text;
}

}  // namespace dap::db
