#include "tools/dapctl/error_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/status/error.h"

namespace dap::ctl {
namespace {

bool IsUsage(const absl::Status& status) {
  return absl::IsInvalidArgument(status) && status::Reason(status) == "USAGE";
}

absl::string_view Advice(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return "Change the request and send it again.";
    case absl::StatusCode::kFailedPrecondition:
      return "Do what is missing first, then send it again.";
    case absl::StatusCode::kNotFound:
      return "Look at the name; it may also be hidden from this caller.";
    case absl::StatusCode::kAlreadyExists:
      return "It is there already: read it instead.";
    case absl::StatusCode::kAborted:
      return "Read it again and make the change anew.";
    case absl::StatusCode::kPermissionDenied:
      return "Call as somebody who may (dapctl list shows the roles of each method).";
    case absl::StatusCode::kUnauthenticated:
      return "Give a token that is good now, with --token.";
    case absl::StatusCode::kResourceExhausted:
      return "Wait, then send the same again.";
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return "Look whether the services are up, then send the same again.";
    case absl::StatusCode::kUnimplemented:
      return "The server has no such method from outside (dapctl list shows what there is).";
    default:
      return "Tell the operators, with the trace if one is named.";
  }
}

// One line of plain text, whatever came.
std::string Plain(absl::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return plain;
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kDone;
  if (IsUsage(status)) return kUsage;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return kUnavailable;
    default:
      return kRefused;
  }
}

std::string ErrorText(const absl::Status& status) {
  const std::vector<status::Violation> violations = status::Violations(status);
  if (IsUsage(status)) {
    return absl::StrCat("dapctl: ", Plain(violations[0].description),
                        "\n  dapctl help tells what there is.\n");
  }
  const std::string reason = status::Reason(status);
  std::string text = absl::StrCat(absl::StatusCodeToString(status.code()),
                                  reason.empty() ? "" : absl::StrCat(" ", Plain(reason)), ": ",
                                  Plain(status.message()), "\n");
  for (const status::Violation& violation : violations) {
    if (absl::StrCat(violation.subject, ": ", violation.description) == status.message()) continue;
    absl::StrAppend(&text, "  ", Plain(violation.subject), ": ", Plain(violation.description));
    if (!violation.reason.empty()) absl::StrAppend(&text, " (", Plain(violation.reason), ")");
    text.push_back('\n');
  }
  const absl::Duration wait = status::RetryAfter(status);
  if (wait > absl::ZeroDuration()) {
    absl::StrAppend(&text, "  Retry after ", absl::FormatDuration(wait), ".\n");
  }
  absl::StrAppend(&text, "  ", Advice(status), "\n");
  return text;
}

}  // namespace dap::ctl
