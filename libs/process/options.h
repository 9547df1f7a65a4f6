// The flags that all five processes share.
#ifndef DAP_LIBS_PROCESS_OPTIONS_H_
#define DAP_LIBS_PROCESS_OPTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/options.h"

namespace dap::process {

// As the command line gave it; each field is the flag of its name (--help says what it means).
struct Options {
  std::string listen;
  std::string metrics_listen;
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  std::string clock_file;
  std::string page_token_key_file;
  absl::Duration drain_grace;
  int logged_ok_calls_per_second = 100;
  bool migrate = false;
  std::string park;
  std::string forget_consumer;

  std::string enrolment;
  std::string goals;
  std::string activity;
  std::string notification;

  std::string db_host;
  int db_port = 0;
  std::string db_user;
  std::string db_password_file;
  std::string db_schema;
  int db_connections = 0;
  bool db_tls = false;
  std::string db_tls_ca;

  static Options FromFlags();

  // INVALID_ARGUMENT naming the first flag that can't be right. Files are looked at when they are
  // used.
  absl::Status Validate(bool with_database) const;

  // Whether something is to be done instead of serving: see order.h.
  bool HasOrder() const { return !park.empty() || !forget_consumer.empty(); }

  // The target of a peer ("enrolment"); empty where its flag is not set.
  absl::string_view Peer(absl::string_view name) const;

  // With the password read; INVALID_ARGUMENT where its file can't be.
  absl::StatusOr<db::Options> Database() const;
};

// A file's content without white space at its ends. INVALID_ARGUMENT naming flag and file where it
// can't be read or holds nothing.
absl::StatusOr<std::string> ReadSecret(absl::string_view flag, const std::string& file);

}  // namespace dap::process

#endif  // DAP_LIBS_PROCESS_OPTIONS_H_
