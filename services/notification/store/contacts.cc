#include "services/notification/store/contacts.h"

#include "libs/status/macros.h"
#include "libs/time/calendar.h"

namespace dap::notification {
namespace {

// `version` is set last, since the others look at it.
constexpr char kSaveContact[] =
    "INSERT INTO contact (organisation, staff, display_name, email, state, version) "
    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
    "display_name = IF(VALUES(version) > version, VALUES(display_name), display_name), "
    "email = IF(VALUES(version) > version, VALUES(email), email), "
    "state = IF(VALUES(version) > version, VALUES(state), state), "
    "version = GREATEST(version, VALUES(version))";
constexpr char kFindContact[] =
    "SELECT display_name, email, state, version FROM contact WHERE organisation = ? AND staff = ?";
constexpr char kLockContact[] =
    "SELECT display_name, email, state, version FROM contact WHERE organisation = ? AND staff = ? "
    "FOR UPDATE";
constexpr char kFindPreferences[] =
    "SELECT email, no_nudges FROM preferences WHERE organisation = ? AND staff = ?";
constexpr char kSavePreferences[] =
    "INSERT INTO preferences (organisation, staff, email, no_nudges, change_time) "
    "VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE email = VALUES(email), "
    "no_nudges = VALUES(no_nudges), change_time = VALUES(change_time)";
constexpr char kSaveOrganisation[] =
    "INSERT INTO organisation (organisation, time_zone) VALUES (?, ?) "
    "ON DUPLICATE KEY UPDATE time_zone = VALUES(time_zone)";
constexpr char kFindZone[] = "SELECT time_zone FROM organisation WHERE organisation = ?";
constexpr char kFindSettings[] =
    "SELECT per_day, per_week, per_month, window_opens_minute, window_closes_minute, "
    "nudge_lifetime_hours, reminder_hours, catch_up_after_hours, catch_up_days "
    "FROM organisation_settings WHERE organisation = ?";

absl::StatusOr<std::optional<Contact>> Find(db::Connection& db, absl::string_view sql,
                                            const id::Uuid& organisation, const id::Uuid& staff) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(sql, {organisation, staff}));
  std::optional<Contact> contact;
  if (row) {
    contact = Contact{
        organisation, staff, row->String(0), row->String(1), static_cast<StaffState>(row->Int(2)),
        row->Int(3)};
  }
  return contact;
}

}  // namespace

absl::Status SaveContact(db::Connection& tx, const Contact& contact) {
  return tx
      .Execute(kSaveContact, {contact.organisation, contact.staff, contact.display_name,
                              contact.email, contact.state, contact.version})
      .status();
}

absl::StatusOr<std::optional<Contact>> FindContact(db::Connection& db, const id::Uuid& organisation,
                                                   const id::Uuid& staff) {
  return Find(db, kFindContact, organisation, staff);
}

absl::StatusOr<std::optional<Contact>> LockContact(db::Connection& tx, const id::Uuid& organisation,
                                                   const id::Uuid& staff) {
  return Find(tx, kLockContact, organisation, staff);
}

absl::StatusOr<Preferences> FindPreferences(db::Connection& db, const id::Uuid& organisation,
                                            const id::Uuid& staff) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   db.QueryOne(kFindPreferences, {organisation, staff}));
  if (!row) return Preferences();
  return Preferences{row->Bool(0), row->Bool(1)};
}

absl::Status SavePreferences(db::Connection& tx, const id::Uuid& organisation,
                             const id::Uuid& staff, const Preferences& preferences,
                             absl::Time now) {
  return tx
      .Execute(kSavePreferences,
               {organisation, staff, preferences.email, preferences.no_nudges, now})
      .status();
}

absl::Status SaveOrganisation(db::Connection& tx, const id::Uuid& organisation,
                              absl::string_view time_zone) {
  return tx.Execute(kSaveOrganisation, {organisation, time_zone}).status();
}

absl::StatusOr<std::optional<absl::TimeZone>> FindZone(db::Connection& db,
                                                       const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kFindZone, {organisation}));
  std::optional<absl::TimeZone> found;
  if (!row) return found;
  const absl::StatusOr<absl::TimeZone> zone = time::ZoneOf(row->String(0));
  if (zone.ok()) found = *zone;
  return found;
}

absl::StatusOr<Settings> FindSettings(db::Connection& db, const id::Uuid& organisation) {
  Settings settings;
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kFindSettings, {organisation}));
  if (!row) return settings;
  const auto number = [&](int column, int& field) {
    if (!row->IsNull(column)) field = static_cast<int>(row->Int(column));
  };
  number(0, settings.per_day);
  number(1, settings.per_week);
  number(2, settings.per_month);
  if (!row->IsNull(3)) settings.window_opens = absl::Minutes(row->Int(3));
  if (!row->IsNull(4)) settings.window_closes = absl::Minutes(row->Int(4));
  if (!row->IsNull(5)) settings.nudge_lifetime = absl::Hours(row->Int(5));
  if (!row->IsNull(6)) settings.reminder_before = absl::Hours(row->Int(6));
  if (!row->IsNull(7)) settings.catch_up_after = absl::Hours(row->Int(7));
  if (!row->IsNull(8)) settings.catch_up_until = absl::Hours(24 * row->Int(8));
  return settings;
}

}  // namespace dap::notification
