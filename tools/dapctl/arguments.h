// The command line: flags and words.
#ifndef DAP_TOOLS_DAPCTL_ARGUMENTS_H_
#define DAP_TOOLS_DAPCTL_ARGUMENTS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dap::ctl {

struct Flag {
  std::string name;
  // What stands for its value in the help; empty: it takes none.
  std::string value;
  std::string meaning;
};

// What was given. A value.
class Arguments {
 public:
  // Flags stand anywhere: `--name=value`, `--name value`, or `--name` where it takes no value.
  // After
  // `--` everything is a word; so is `-`. INVALID_ARGUMENT (USAGE) naming the flag that is not
  // among `flags`, comes twice, or has a value too many or too few.
  static absl::StatusOr<Arguments> Parse(const std::vector<std::string>& arguments,
                                         const std::vector<Flag>& flags);

  const std::vector<std::string>& words() const { return words_; }
  // There must be one.
  void DropFirstWord() { words_.erase(words_.begin()); }

  bool Has(absl::string_view flag) const { return given_.count(std::string(flag)) != 0; }
  std::string Get(absl::string_view flag, absl::string_view otherwise = "") const;
  // INVALID_ARGUMENT (USAGE) where it is absent or empty.
  absl::StatusOr<std::string> Need(absl::string_view flag) const;
  // A length of time above zero ("30s", "1m30s").
  absl::StatusOr<absl::Duration> Duration(absl::string_view flag, absl::Duration otherwise) const;

 private:
  std::map<std::string, std::string> given_;
  std::vector<std::string> words_;
};

// INVALID_ARGUMENT with the reason USAGE: the command line is wrong.
absl::Status UsageError(absl::string_view message);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_ARGUMENTS_H_
