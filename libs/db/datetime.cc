#include "libs/db/datetime.h"

#include "absl/strings/ascii.h"

namespace dap::db {
namespace {

constexpr int kDateLength = 10;     // 2026-11-24
constexpr int kSecondsLength = 19;  // 2026-11-24 21:54:38
constexpr int kMicrosDigits = 6;

void PutDigits(int64_t number, int digits, char* to) {
  for (int i = digits - 1; i >= 0; --i, number /= 10) to[i] = static_cast<char>('0' + number % 10);
}

bool TakeDigits(absl::string_view text, int* number) {
  *number = 0;
  for (char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    *number = *number * 10 + (c - '0');
  }
  return true;
}

void PutDate(absl::CivilDay day, char* to) {
  PutDigits(day.year(), 4, to);
  to[4] = '-';
  PutDigits(day.month(), 2, to + 5);
  to[7] = '-';
  PutDigits(day.day(), 2, to + 8);
}

bool HasYear(absl::CivilDay day) { return day.year() >= 1 && day.year() <= 9999; }

}  // namespace

bool FormatDate(absl::CivilDay day, std::string* text) {
  if (!HasYear(day)) return false;
  text->resize(kDateLength);
  PutDate(day, text->data());
  return true;
}

bool FormatDateTime(absl::Time time, std::string* text) {
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) return false;
  const int64_t micros = absl::ToUnixMicros(time);
  // Division that rounds down, so that times before 1970 are right.
  int64_t seconds = micros / 1000000;
  int64_t fraction = micros % 1000000;
  if (fraction < 0) {
    fraction += 1000000;
    --seconds;
  }
  int64_t days = seconds / 86400;
  int64_t second = seconds % 86400;
  if (second < 0) {
    second += 86400;
    --days;
  }
  const absl::CivilDay day = absl::CivilDay(1970, 1, 1) + days;
  if (!HasYear(day)) return false;
  text->resize(kSecondsLength + 1 + kMicrosDigits);
  char* to = text->data();
  PutDate(day, to);
  to[10] = ' ';
  PutDigits(second / 3600, 2, to + 11);
  to[13] = ':';
  PutDigits(second / 60 % 60, 2, to + 14);
  to[16] = ':';
  PutDigits(second % 60, 2, to + 17);
  to[19] = '.';
  PutDigits(fraction, kMicrosDigits, to + 20);
  return true;
}

bool ParseDate(absl::string_view text, absl::CivilDay* day) {
  int year, month, date;
  if (text.size() != kDateLength || text[4] != '-' || text[7] != '-' ||
      !TakeDigits(text.substr(0, 4), &year) || !TakeDigits(text.substr(5, 2), &month) ||
      !TakeDigits(text.substr(8, 2), &date)) {
    return false;
  }
  *day = absl::CivilDay(year, month, date);
  // CivilDay carries 31 April over to 1 May.
  return day->month() == month && day->day() == date;
}

bool ParseDateTime(absl::string_view text, absl::Time* time) {
  absl::CivilDay day;
  int hour, minute, second, micros = 0;
  if (text.size() < kSecondsLength || !ParseDate(text.substr(0, kDateLength), &day) ||
      text[10] != ' ' || text[13] != ':' || text[16] != ':' ||
      !TakeDigits(text.substr(11, 2), &hour) || !TakeDigits(text.substr(14, 2), &minute) ||
      !TakeDigits(text.substr(17, 2), &second)) {
    return false;
  }
  absl::string_view fraction = text.substr(kSecondsLength);
  if (!fraction.empty()) {
    fraction.remove_prefix(1);
    if (text[kSecondsLength] != '.' || fraction.size() > kMicrosDigits ||
        !TakeDigits(fraction, &micros)) {
      return false;
    }
    for (size_t digits = fraction.size(); digits < kMicrosDigits; ++digits) micros *= 10;
  }
  const int64_t days = day - absl::CivilDay(1970, 1, 1);
  *time = absl::FromUnixSeconds(days * 86400 + hour * 3600 + minute * 60 + second) +
          absl::Microseconds(micros);
  return true;
}

}  // namespace dap::db
