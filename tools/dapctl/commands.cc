#include "tools/dapctl/commands.h"

#include <algorithm>
#include <functional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/id/uuid.h"
#include "libs/status/macros.h"
#include "tools/dapctl/arguments.h"
#include "tools/dapctl/call.h"
#include "tools/dapctl/describe.h"
#include "tools/dapctl/error_text.h"
#include "tools/dapctl/gateway.h"
#include "tools/dapctl/health.h"
#include "tools/dapctl/hr_sync.h"
#include "tools/dapctl/lines.h"
#include "tools/dapctl/linked_protos.h"
#include "tools/dapctl/sample.h"
#include "tools/dapctl/token.h"

namespace dap::ctl {
namespace {

struct Command {
  std::string name;
  std::string words;  // after the name, as the help shows them
  std::string summary;
  std::vector<Flag> flags;
  std::function<absl::Status(const Arguments&, Streams&)> run;
};

absl::Status RunCall(const Arguments& arguments, Streams& streams) {
  const std::vector<std::string>& words = arguments.words();
  if (words.empty() || words.size() > 2) return UsageError("call METHOD [JSON | - | @FILE]");
  ASSIGN_OR_RETURN(const auto* method, FindMethod(words[0]));
  CallOptions options;
  options.request_id = arguments.Get("request_id");
  options.defaults = arguments.Has("defaults");
  if (!options.request_id.empty() && options.request_id != "auto" &&
      !id::Uuid::Parse(options.request_id).ok()) {
    return UsageError("--request_id is a UUID or auto");
  }
  const std::string otherwise = method->client_streaming() ? "-" : "{}";
  ASSIGN_OR_RETURN(const auto input,
                   Lines::Open(words.size() == 2 ? words[1] : otherwise, streams.in));
  ASSIGN_OR_RETURN(const Gateway gateway, Gateway::From(arguments));
  const bool streaming = method->client_streaming() || method->server_streaming();
  const rpc::CallContext context =
      streaming && !arguments.Has("timeout") ? gateway.StreamContext() : gateway.Context();
  return CallMethod(*gateway.channel, context, method, *input, options, streams.out, streams.err);
}

std::vector<Flag> CallFlags() {
  return {{"request_id", "auto|UUID", "what an empty request_id becomes; told on stderr"},
          {"defaults", "", "print fields that have their default, too"}};
}

const std::vector<Command>& Commands() {
  static const auto* const commands = new std::vector<Command>{
      {"call", "METHOD [JSON | - | @FILE]",
       "Calls a method: JSON in, JSON out. One that streams takes and gives one JSON a line.",
       CallFlags(), RunCall},
      {"list",
       "[SERVICE]",
       "Lists methods with their callers and HTTP paths.",
       {},
       [](const Arguments& arguments, Streams& streams) {
         return List(arguments.words().empty() ? "" : arguments.words()[0], streams.out);
       }},
      {"describe",
       "METHOD | MESSAGE | ENUM",
       "Shows fields, types and rules.",
       {},
       [](const Arguments& arguments, Streams& streams) {
         if (arguments.words().size() != 1) return UsageError("describe METHOD | MESSAGE | ENUM");
         return Describe(arguments.words()[0], streams.out);
       }},
      {"hr-sync", "FILE", "Streams a CSV of staff to the service, which plans what changes.",
       HrSyncFlags(), HrSync},
      {"sample", "", "Loads the sample organisation where it is not there yet; prints who is who.",
       SampleFlags(), Sample},
      {"token", "", "Prints a token, signed with a key of our own.", TokenFlags(),
       [](const Arguments& arguments, Streams& streams) { return Token(arguments, streams.out); }},
      {"jwks", "", "Writes the public half of a token key.", JwksFlags(),
       [](const Arguments& arguments, Streams&) { return Jwks(arguments); }},
      {"health", "HOST:PORT", "Succeeds where the process there says SERVING.", HealthFlags(),
       [](const Arguments& arguments, Streams&) { return Health(arguments); }},
  };
  return *commands;
}

void PrintFlags(const std::vector<Flag>& flags, std::ostream& out) {
  for (const Flag& flag : flags) {
    std::string text = absl::StrCat("--", flag.name, flag.value.empty() ? "" : "=", flag.value);
    text.resize(std::max<size_t>(text.size() + 2, 26), ' ');
    out << "      " << text << flag.meaning << "\n";
  }
}

void PrintHelp(std::ostream& out) {
  out << "dapctl [FLAG...] COMMAND [FLAG...] [WORD...]\n\nFlags of commands that call the "
         "gateway:\n";
  PrintFlags(GatewayFlags(), out);
  out << "\nCommands:\n";
  for (const Command& command : Commands()) {
    out << "  " << command.name << (command.words.empty() ? "" : " ") << command.words << "\n      "
        << command.summary << "\n";
    PrintFlags(command.flags, out);
  }
  out << "\nExit codes: 0 done, 1 refused, 2 wrong command line, 3 nobody answered (try again).\n";
}

// The first word, which flags of the gateway may precede.
std::string CommandName(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!absl::StartsWith(arguments[i], "-")) return arguments[i];
    if (arguments[i] == "--help" || arguments[i] == "-h") return "help";
    // Before the command every flag takes a value.
    if (!absl::StrContains(arguments[i], '=')) ++i;
  }
  return "";
}

absl::Status Run(const std::vector<std::string>& arguments, Streams& streams) {
  const std::string name = CommandName(arguments);
  if (name.empty()) return UsageError("which command?");
  if (name == "help" ||
      std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    PrintHelp(streams.out);
    return absl::OkStatus();
  }
  for (const Command& command : Commands()) {
    if (command.name != name) continue;
    // The flags of the gateway may always be given, so that a wrapper can give them to any command.
    std::vector<Flag> flags = command.flags;
    for (const Flag& flag : GatewayFlags()) {
      const auto same = [&](const Flag& own) { return own.name == flag.name; };
      if (std::none_of(flags.begin(), flags.end(), same)) flags.push_back(flag);
    }
    ASSIGN_OR_RETURN(Arguments parsed, Arguments::Parse(arguments, flags));
    parsed.DropFirstWord();
    return command.run(parsed, streams);
  }
  return UsageError(absl::StrCat("there is no command ", name));
}

}  // namespace

int RunCommand(const std::vector<std::string>& arguments, Streams& streams) {
  const absl::Status status = Run(arguments, streams);
  if (!status.ok()) streams.err << ErrorText(status) << std::flush;
  return ExitCodeOf(status);
}

}  // namespace dap::ctl
