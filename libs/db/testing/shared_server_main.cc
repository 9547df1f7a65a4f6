// Starts or stops the database server of a ctest run: `dap_test_mariadb up|down`.
#include <cstring>
#include <iostream>

#include "libs/db/testing/shared_server.h"

int main(int argc, char** argv) {
  const char* what = argc == 2 ? argv[1] : "";
  absl::Status status;
  if (std::strcmp(what, "up") == 0) {
    status = dap::db::testing::StartSharedServer();
  } else if (std::strcmp(what, "down") == 0) {
    status = dap::db::testing::StopSharedServer();
  } else {
    std::cerr << "usage: dap_test_mariadb up|down\n";
    return 2;
  }
  if (!status.ok()) std::cerr << status.message() << "\n";
  return status.ok() ? 0 : 1;
}
