#include "services/goals/data/shipped_catalogue.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::goals {
namespace {

absl::Status Malformed(const ShippedFile& file, absl::string_view what) {
  return status::Invalid(file.name, "DATA_MALFORMED", absl::StrCat(file.name, ": ", what));
}

// Keeps the first fault of a text; protobuf's own words go to the log otherwise.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat("line ", line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status Parse(const ShippedFile& file, google::protobuf::Message* message) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(file.text, message)) return absl::OkStatus();
  return Malformed(file, error.text());
}

bool IsFramework(absl::string_view name) {
  return absl::ConsumeSuffix(&name, ".textproto") && !name.empty() &&
         absl::ascii_isdigit(name.back());
}

Framework ToFramework(const v1::Framework& message) {
  Framework framework{std::string(absl::StripPrefix(message.name(), "frameworks/")),
                      message.title(),
                      message.source(),
                      {}};
  for (const v1::Area& area : message.areas()) {
    Area& added = framework.areas.emplace_back(Area{area.key(), area.title(), {}});
    for (const v1::Task& task : area.tasks()) added.tasks.push_back({task.key(), task.statement()});
  }
  return framework;
}

GoalTemplate ToGoalTemplate(const v1::GoalTemplate& message) {
  GoalTemplate one;
  one.key = std::string(absl::StripPrefix(message.name(), "goalTemplates/"));
  one.version = message.version();
  one.title = message.title();
  one.area = message.area();
  one.tasks.assign(message.tasks().begin(), message.tasks().end());
  one.setting = static_cast<GoalSetting>(message.setting());
  for (const v1::GoalTemplateStep& step : message.steps()) {
    one.steps.push_back({step.text(), step.minutes()});
  }
  one.stretch = message.stretch();
  if (message.has_review_by_date()) {
    const google::type::Date& date = message.review_by_date();
    const absl::CivilDay day(date.year(), date.month(), date.day());
    // No 30th of February: a date that is none stays unset, which the catalogue refuses.
    if (day.month() == date.month() && day.day() == date.day()) one.review_by = day;
  }
  one.owner = message.owner();
  return one;
}

}  // namespace

absl::StatusOr<Catalogue> ReadCatalogue(const std::vector<ShippedFile>& files) {
  std::vector<Framework> frameworks;
  std::vector<GoalTemplate> goal_templates;
  for (const ShippedFile& file : files) {
    if (IsFramework(file.name)) {
      v1::Framework message;
      RETURN_IF_ERROR(Parse(file, &message));
      if (absl::StrCat(absl::StripPrefix(message.name(), "frameworks/"), ".textproto") !=
          file.name) {
        return Malformed(file, absl::StrCat("holds ", message.name()));
      }
      frameworks.push_back(ToFramework(message));
    } else {
      v1::ListGoalTemplatesResponse message;
      RETURN_IF_ERROR(Parse(file, &message));
      for (const v1::GoalTemplate& one : message.goal_templates()) {
        goal_templates.push_back(ToGoalTemplate(one));
      }
    }
  }
  return Catalogue::Create(std::move(frameworks), std::move(goal_templates));
}

}  // namespace dap::goals
