#include "services/enrolment/store/working_days.h"

#include <limits>

#include "libs/status/macros.h"

namespace dap::enrolment::store {
namespace {

constexpr char kLoadSettings[] = R"sql(
  SELECT leave_max_days, leave_late_days, leave_ahead_days, leave_periods, named_days,
         holiday_calendars
  FROM working_days_settings WHERE organisation = ?)sql";

constexpr char kDeleteNamedDays[] = R"sql(
  DELETE FROM named_day WHERE organisation = ? AND scope = ? AND subject = ?)sql";
constexpr char kInsertNamedDays[] =
    "INSERT INTO named_day (organisation, scope, subject, day, title) VALUES";

constexpr char kFindHolidayCalendar[] = R"sql(
  SELECT holiday_calendar, title FROM holiday_calendar
  WHERE organisation = ? AND holiday_calendar = ?)sql";
constexpr char kSaveHolidayCalendar[] = R"sql(
  INSERT INTO holiday_calendar (organisation, holiday_calendar, title, create_time)
  VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE title = VALUES(title))sql";

constexpr char kInsertLeave[] = R"sql(
  INSERT INTO leave_period
    (organisation, enrolment, first_day, leave_period, last_day, create_time, created_by)
  VALUES (?, ?, ?, ?, ?, ?, ?))sql";
constexpr char kDeleteLeave[] = R"sql(
  DELETE FROM leave_period WHERE organisation = ? AND enrolment = ? AND leave_period = ?)sql";

Leave ReadLeave(const db::Row& row) {
  return {row.Uuid(0), row.Uuid(1), row.Uuid(2), row.Day(3), row.Day(4), row.Time(5), row.Uuid(6)};
}

HolidayCalendar ReadHolidayCalendar(const id::Uuid& organisation, const db::Row& row) {
  HolidayCalendar calendar;
  calendar.organisation = organisation;
  calendar.id = row.Uuid(0);
  calendar.title = row.String(1);
  return calendar;
}

}  // namespace

const char kListNamedDaysSql[] = R"sql(
  SELECT day, title FROM named_day
  WHERE organisation = ? AND scope = ? AND subject = ? ORDER BY day)sql";
const char kListHolidayCalendarsSql[] = R"sql(
  SELECT holiday_calendar, title FROM holiday_calendar
  WHERE organisation = ? ORDER BY holiday_calendar)sql";
const char kListLeaveSql[] = R"sql(
  SELECT organisation, enrolment, leave_period, first_day, last_day, create_time, created_by
  FROM leave_period
  WHERE organisation = ? AND enrolment = ?
    AND (first_day > ? OR (first_day = ? AND leave_period > ?))
  ORDER BY first_day, leave_period LIMIT ?)sql";

absl::StatusOr<WorkingDaysSettings> LoadWorkingDaysSettings(db::Connection& connection,
                                                            const id::Uuid& organisation) {
  WorkingDaysSettings settings;
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kLoadSettings, {organisation}));
  if (!row.has_value()) return settings;
  int* const numbers[] = {&settings.leave_max_days,   &settings.leave_late_days,
                          &settings.leave_ahead_days, &settings.leave_periods,
                          &settings.named_days,       &settings.holiday_calendars};
  for (int column = 0; column < 6; ++column) {
    if (!row->IsNull(column)) *numbers[column] = static_cast<int>(row->Int(column));
  }
  return settings;
}

absl::StatusOr<std::vector<NamedDay>> ListNamedDays(db::Connection& connection,
                                                    const id::Uuid& organisation,
                                                    days_off::Scope scope,
                                                    const id::Uuid& subject) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListNamedDaysSql, {organisation, scope, subject}));
  std::vector<NamedDay> days;
  for (const db::Row& row : rows) days.push_back({row.Day(0), row.String(1)});
  return days;
}

absl::Status ReplaceNamedDays(db::Connection& tx, const id::Uuid& organisation,
                              days_off::Scope scope, const id::Uuid& subject,
                              const std::vector<NamedDay>& days) {
  RETURN_IF_ERROR(tx.Execute(kDeleteNamedDays, {organisation, scope, subject}).status());
  std::vector<db::Values> rows;
  for (const NamedDay& day : days) {
    rows.push_back({organisation, scope, subject, day.day, day.title});
  }
  return tx.InsertRows(kInsertNamedDays, rows).status();
}

absl::StatusOr<std::vector<HolidayCalendar>> ListHolidayCalendars(db::Connection& connection,
                                                                  const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kListHolidayCalendarsSql, {organisation}));
  std::vector<HolidayCalendar> calendars;
  for (const db::Row& row : rows) calendars.push_back(ReadHolidayCalendar(organisation, row));
  return calendars;
}

absl::StatusOr<std::optional<HolidayCalendar>> FindHolidayCalendar(db::Connection& connection,
                                                                   const id::Uuid& organisation,
                                                                   const id::Uuid& calendar) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kFindHolidayCalendar, {organisation, calendar}));
  if (!row.has_value()) return std::optional<HolidayCalendar>();
  return std::optional<HolidayCalendar>(ReadHolidayCalendar(organisation, *row));
}

absl::Status SaveHolidayCalendar(db::Connection& tx, const HolidayCalendar& calendar,
                                 absl::Time now) {
  return tx.Execute(kSaveHolidayCalendar, {calendar.organisation, calendar.id, calendar.title, now})
      .status();
}

absl::Status InsertLeave(db::Connection& tx, const Leave& leave) {
  return tx
      .Execute(kInsertLeave, {leave.organisation, leave.enrolment, leave.first, leave.id,
                              leave.last, leave.create_time, leave.created_by})
      .status();
}

absl::StatusOr<bool> DeleteLeave(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& enrolment, const id::Uuid& leave) {
  ASSIGN_OR_RETURN(int64_t gone, tx.Execute(kDeleteLeave, {organisation, enrolment, leave}));
  return gone > 0;
}

absl::StatusOr<std::vector<Leave>> ListLeave(db::Connection& connection,
                                             const id::Uuid& organisation,
                                             const id::Uuid& enrolment, const LeavePosition& after,
                                             int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListLeaveSql, {organisation, enrolment, after.first,
                                                    after.first, after.leave, limit}));
  std::vector<Leave> leave;
  for (const db::Row& row : rows) leave.push_back(ReadLeave(row));
  return leave;
}

absl::StatusOr<std::vector<Leave>> ListAllLeave(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& enrolment) {
  return ListLeave(connection, organisation, enrolment, LeavePosition(),
                   std::numeric_limits<int>::max());
}

}  // namespace dap::enrolment::store
