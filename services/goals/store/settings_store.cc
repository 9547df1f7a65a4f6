#include "services/goals/store/settings_store.h"

#include <optional>

#include "libs/status/macros.h"

namespace dap::goals {
namespace {

constexpr char kLoad[] =
    "SELECT max_open_goals, max_goal_days, max_step_minutes, suggestions, skilled_percent, "
    "sure_median, unsure_median FROM organisation_settings WHERE organisation = ?";

}  // namespace

absl::StatusOr<Settings> LoadSettings(db::Connection& tx, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, tx.QueryOne(kLoad, {organisation}));
  Settings settings;
  if (!row) return settings;
  int* const numbers[] = {&settings.max_open_goals, &settings.max_goal_days,
                          &settings.max_step_minutes, &settings.suggestions,
                          &settings.skilled_percent};
  int column = 0;
  for (int* number : numbers) {
    *number = static_cast<int>(row->OptionalInt(column++).value_or(*number));
  }
  settings.sure_median = row->OptionalDouble(column++).value_or(settings.sure_median);
  settings.unsure_median = row->OptionalDouble(column).value_or(settings.unsure_median);
  return settings;
}

}  // namespace dap::goals
