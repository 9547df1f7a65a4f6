#include "libs/db/testing/shared_server.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/str_cat.h"
#include "libs/db/connection.h"
#include "libs/db/testing/private_server.h"
#include "libs/db/testing/schema.h"
#include "libs/db/testing/server_folder.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::db::testing {
namespace {

struct Address {
  int port;
  std::string folder;
};

std::string AddressFile() { return absl::StrCat(ServersFolder(), "/address"); }

std::optional<Address> ReadAddress() {
  std::ifstream file(AddressFile());
  Address address;
  if (!(file >> address.port >> std::ws) || !std::getline(file, address.folder)) return {};
  return address;
}

std::optional<Options> Running() {
  const std::optional<Address> address = ReadAddress();
  if (!address) return {};
  Options options;
  options.port = address->port;
  options.user = "root";
  const auto connection = Connection::Open(options);
  if (!connection.ok() || !ServesFolder(**connection, address->folder)) return {};
  return options;
}

// Owned by this process and ended with it.
Options OwnServer() {
  static std::unique_ptr<PrivateServer> server;
  absl::StatusOr<std::unique_ptr<PrivateServer>> started = PrivateServer::Start();
  if (!started.ok()) {
    ABSL_RAW_LOG(FATAL, "no database server: %s", started.status().ToString().c_str());
  }
  server = *std::move(started);
  return server->options();
}

}  // namespace

absl::Status StartSharedServer() {
  RETURN_IF_ERROR(StopSharedServer());
  ASSIGN_OR_RETURN(std::unique_ptr<PrivateServer> server, PrivateServer::Start());
  server->Detach();
  SetOwner(server->folder(), 0);
  // Written aside and moved, so that nobody reads half of it.
  const std::string half = AddressFile() + ".half";
  std::ofstream(half) << server->port() << "\n" << server->folder() << "\n";
  std::filesystem::rename(half, AddressFile());
  return absl::OkStatus();
}

absl::Status StopSharedServer() {
  if (const std::optional<Address> address = ReadAddress()) {
    RemoveFolder(address->folder);
    std::filesystem::remove(AddressFile());
  }
  RemoveAbandonedFolders();
  return absl::OkStatus();
}

const Options& SharedServer() {
  static const Options options = [] {
    std::optional<Options> running = Running();
    return running ? *running : OwnServer();
  }();
  return options;
}

}  // namespace dap::db::testing
