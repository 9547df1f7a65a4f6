#include "services/enrolment/store/organisations.h"

#include "libs/status/macros.h"

namespace dap::enrolment::store {
namespace {

constexpr char kInsertOrganisation[] = R"sql(
  INSERT INTO organisation (organisation, display_name, time_zone, create_time, version)
  VALUES (?, ?, ?, ?, ?))sql";

constexpr char kFindOrganisation[] = R"sql(
  SELECT organisation, display_name, time_zone, create_time, version
  FROM organisation WHERE organisation = ?)sql";

constexpr char kInsertSettings[] = R"sql(
  INSERT INTO organisation_settings
    (organisation, patron_limit, pause_max_days, join_code_hours, join_code_early_minutes,
     join_code_tries, join_code_tries_minutes, minutes_per_week, sessions_per_week,
     blend_workshop, blend_conversation, blend_one_to_one, blend_online,
     balance_target, balance_tolerance, catch_up_working_days, calendar_feeds)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

constexpr char kLoadSettings[] = R"sql(
  SELECT patron_limit, pause_max_days, join_code_hours, join_code_early_minutes,
         join_code_tries, join_code_tries_minutes, minutes_per_week, sessions_per_week,
         blend_workshop, blend_conversation, blend_one_to_one, blend_online,
         balance_target, balance_tolerance, cover_max_days, catch_up_working_days,
         calendar_feeds
  FROM organisation_settings WHERE organisation = ?)sql";

}  // namespace

absl::Status InsertOrganisation(db::Connection& tx, const Organisation& organisation) {
  return tx
      .Execute(kInsertOrganisation,
               {organisation.id, organisation.display_name, organisation.time_zone,
                organisation.create_time, organisation.version})
      .status();
}

absl::StatusOr<std::optional<Organisation>> FindOrganisation(db::Connection& connection,
                                                             const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kFindOrganisation, {organisation}));
  if (!row.has_value()) return std::optional<Organisation>();
  Organisation found;
  found.id = row->Uuid(0);
  found.display_name = row->String(1);
  found.time_zone = row->String(2);
  found.create_time = row->Time(3);
  found.version = row->Int(4);
  return std::optional<Organisation>(std::move(found));
}

absl::Status InsertSettings(db::Connection& tx, const id::Uuid& organisation,
                            const Settings& settings) {
  return tx
      .Execute(kInsertSettings,
               {organisation, settings.patron_limit, settings.pause_max_days,
                absl::ToInt64Hours(settings.join_code_valid),
                absl::ToInt64Minutes(settings.join_code_early), settings.join_code_tries,
                absl::ToInt64Minutes(settings.join_code_window),
                settings.commitment.minutes_per_week, settings.commitment.sessions_per_week,
                settings.blend.workshop, settings.blend.conversation, settings.blend.one_to_one,
                settings.blend.online, settings.balance.target, settings.balance.tolerance,
                settings.catch_up_working_days, settings.calendar_feeds})
      .status();
}

absl::StatusOr<Settings> LoadSettings(db::Connection& connection, const id::Uuid& organisation) {
  Settings settings;
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kLoadSettings, {organisation}));
  if (!row.has_value()) return settings;
  const auto number = [&row](int column) { return static_cast<int>(row->Int(column)); };
  settings.patron_limit = number(0);
  settings.pause_max_days = number(1);
  settings.join_code_valid = absl::Hours(row->Int(2));
  settings.join_code_early = absl::Minutes(row->Int(3));
  settings.join_code_tries = number(4);
  settings.join_code_window = absl::Minutes(row->Int(5));
  settings.commitment = {number(6), number(7)};
  settings.blend = {number(8), number(9), number(10), number(11)};
  settings.balance = {row->Double(12), row->Double(13)};
  settings.cover_max_days = number(14);
  settings.catch_up_working_days = number(15);
  settings.calendar_feeds = number(16);
  return settings;
}

}  // namespace dap::enrolment::store
