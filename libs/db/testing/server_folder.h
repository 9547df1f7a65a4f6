// Where test servers keep their data, and who cleans up after a run that could not.
#ifndef DAP_LIBS_DB_TESTING_SERVER_FOLDER_H_
#define DAP_LIBS_DB_TESTING_SERVER_FOLDER_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/connection.h"

namespace dap::db::testing {

// The folder for all of them, in the build tree; made at the first call.
const std::string& ServersFolder();

// The path of a program of the server's packages, which may be outside PATH.
std::string MariadbProgram(absl::string_view name);

// A fresh folder with a `data` folder in it, copied from a template that the first call makes
// (some seconds; processes that come at once wait for it). Notes this process as its owner.
absl::StatusOr<std::string> MakeServerFolder();

// Makes `owner` the process whose end makes the folder an abandoned one; 0 for none: it stays.
void SetOwner(absl::string_view folder, pid_t owner);

// Kills the server of every folder whose owner is gone, and removes the folder.
void RemoveAbandonedFolders();

// Kills the server that runs on the folder, if one does, and removes the folder.
void RemoveFolder(const std::string& folder);

// The server answering there is the one of this folder.
bool ServesFolder(Connection& connection, absl::string_view folder);

}  // namespace dap::db::testing

#endif  // DAP_LIBS_DB_TESTING_SERVER_FOLDER_H_
