// Where the database is and how to talk to it.
#ifndef DAP_LIBS_DB_OPTIONS_H_
#define DAP_LIBS_DB_OPTIONS_H_

#include <string>

#include "absl/time/time.h"

namespace dap::db {

// What a transaction sees of others' commits.
enum class Isolation {
  // Each statement sees what was committed before it began. Fewer gap locks, so fewer deadlocks.
  kReadCommitted,
  // Every statement of a transaction sees what was committed before its first read.
  kRepeatableRead,
};

struct Options {
  std::string host = "127.0.0.1";
  int port = 3306;
  std::string user;
  std::string password;
  std::string schema;
  // Sessions a Pool opens at most. More of them than the server has cores rarely helps.
  int connections = 8;
  Isolation isolation = Isolation::kReadCommitted;

  // TLS is then required: no TLS, no connection.
  bool tls = false;
  // PEM file of the authority whose certificate the server must show, for the name in `host`.
  // Empty: the connection is encrypted but the server is not verified.
  std::string tls_ca;

  // Rounded up to whole seconds, as the client library counts.
  absl::Duration connect_timeout = absl::Seconds(5);
  // A server silent for longer counts as lost. Longer than any statement may take.
  absl::Duration read_timeout = absl::Seconds(60);
  // How long a statement waits for another transaction's row lock. Whole seconds.
  absl::Duration lock_wait = absl::Seconds(10);
  // Prepared statements a connection keeps; the least recently used goes first.
  int statements = 256;
};

}  // namespace dap::db

#endif  // DAP_LIBS_DB_OPTIONS_H_
