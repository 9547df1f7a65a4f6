#include "tools/dapctl/arguments.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::ctl {
namespace {

absl::StatusOr<Flag> Find(const std::vector<Flag>& flags, const std::string& name) {
  const auto found =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  if (found != flags.end()) return *found;
  return UsageError(absl::StrCat("there is no flag --", name, " here"));
}

}  // namespace

absl::Status UsageError(absl::string_view message) {
  return status::Invalid("command line", "USAGE", message);
}

absl::StatusOr<Arguments> Arguments::Parse(const std::vector<std::string>& arguments,
                                           const std::vector<Flag>& flags) {
  Arguments parsed;
  bool only_words = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (only_words || !absl::StartsWith(argument, "-") || argument == "-") {
      parsed.words_.push_back(argument);
      continue;
    }
    if (argument == "--") {
      only_words = true;
      continue;
    }
    const size_t equals = argument.find('=');
    const std::string name(argument.substr(0, equals).substr(argument[1] == '-' ? 2 : 1));
    ASSIGN_OR_RETURN(const Flag flag, Find(flags, name));
    std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    if (flag.value.empty() && equals != std::string::npos) {
      return UsageError(absl::StrCat("--", name, " takes no value"));
    }
    if (!flag.value.empty() && equals == std::string::npos) {
      if (++i == arguments.size()) return UsageError(absl::StrCat("--", name, " needs a value"));
      value = arguments[i];
    }
    if (!parsed.given_.emplace(name, std::move(value)).second) {
      return UsageError(absl::StrCat("--", name, " is given twice"));
    }
  }
  return parsed;
}

std::string Arguments::Get(absl::string_view flag, absl::string_view otherwise) const {
  const auto found = given_.find(std::string(flag));
  return std::string(found == given_.end() ? otherwise : absl::string_view(found->second));
}

absl::StatusOr<std::string> Arguments::Need(absl::string_view flag) const {
  std::string value = Get(flag);
  if (value.empty()) return UsageError(absl::StrCat("give --", flag, "=..."));
  return value;
}

absl::StatusOr<absl::Duration> Arguments::Duration(absl::string_view flag,
                                                   absl::Duration otherwise) const {
  if (!Has(flag)) return otherwise;
  absl::Duration duration;
  if (!absl::ParseDuration(Get(flag), &duration) || duration <= absl::ZeroDuration()) {
    return UsageError(absl::StrCat("--", flag, " is a time above zero, such as 30s or 1m"));
  }
  return duration;
}

}  // namespace dap::ctl
