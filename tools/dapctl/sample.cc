#include "tools/dapctl/sample.h"

#include <fstream>
#include <string>

#include "libs/id/uuid.h"
#include "libs/status/macros.h"
#include "tools/dapctl/gateway.h"
#include "tools/dapctl/sample_organisation.h"

namespace dap::ctl {
namespace {

// Long enough for services that have just been started and for their feeds to catch up.
constexpr absl::Duration kPatience = absl::Minutes(2);

// The organisation of an earlier output; empty where there is none.
std::string KnownOrganisation(const std::string& path) {
  std::ifstream file(path);
  std::string key;
  std::string value;
  while (file >> key >> value) {
    if (key == "organisation" && id::Uuid::Parse(value).ok()) return value;
  }
  return "";
}

}  // namespace

std::vector<Flag> SampleFlags() {
  return {{"token_key", "FILE", "the private key that the gateway's tokens are signed with"},
          {"token_issuer", "TEXT", "the issuer that the gateway trusts"},
          {"token_audience", "TEXT", "the audience that the gateway wants"},
          {"known", "FILE", "the output of an earlier run; none where the file is absent"}};
}

absl::Status Sample(const Arguments& arguments, Streams& streams) {
  ASSIGN_OR_RETURN(const Gateway gateway, Gateway::From(arguments));
  ASSIGN_OR_RETURN(const std::string key, arguments.Need("token_key"));
  ASSIGN_OR_RETURN(std::string issuer, arguments.Need("token_issuer"));
  ASSIGN_OR_RETURN(std::string audience, arguments.Need("token_audience"));
  ASSIGN_OR_RETURN(TokenMaker tokens, TokenMaker::Open("token_key", key, std::move(issuer),
                                                       std::move(audience), absl::Hours(1)));
  SampleCaller caller(gateway, std::move(tokens), kPatience);
  SampleOrganisation sample(caller, streams);
  RETURN_IF_ERROR(sample.Load(KnownOrganisation(arguments.Get("known"))));
  streams.out << sample.Roles() << std::flush;
  return absl::OkStatus();
}

}  // namespace dap::ctl
