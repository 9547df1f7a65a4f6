#include "libs/process/options.h"

#include <fstream>
#include <iterator>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0",
          "host:port to serve gRPC on; port 0 takes a free one");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:0",
          "host:port to serve /metrics on; port 0 takes a free one");
ABSL_FLAG(std::string, tls_ca, "",
          "PEM file of the authority that the services' certificates are of");
ABSL_FLAG(std::string, tls_cert, "", "PEM file of this process's certificate");
ABSL_FLAG(std::string, tls_key, "", "PEM file of its key");
ABSL_FLAG(std::string, clock_file, "",
          "for development and tests only: a file with the seconds by which the clock is ahead");
ABSL_FLAG(std::string, page_token_key_file, "",
          "file with the key, the same for all replicas, that signs page tokens: 32 bytes or more");
ABSL_FLAG(absl::Duration, drain_grace, absl::Seconds(10),
          "how long calls in flight may go on after SIGTERM");
ABSL_FLAG(int, logged_ok_calls_per_second, 100,
          "OK calls that get a log line each second; the others are counted only. Failed calls "
          "always get theirs");
ABSL_FLAG(bool, migrate, false, "bring the schema up to date, then exit");
ABSL_FLAG(std::string, park, "",
          "PRODUCER/PARTITION/POSITION of an event that can't be applied: have this service pass "
          "over it from its next try on, then exit");
ABSL_FLAG(std::string, forget_consumer, "",
          "keep no more events for the consumer of that name, then exit");
ABSL_FLAG(std::string, enrolment, "", "host:port of the enrolment service");
ABSL_FLAG(std::string, goals, "", "host:port of the goals service");
ABSL_FLAG(std::string, activity, "", "host:port of the activity service");
ABSL_FLAG(std::string, notification, "", "host:port of the notification service");
ABSL_FLAG(std::string, db_host, "127.0.0.1", "host of the MySQL-compatible server");
ABSL_FLAG(int, db_port, 3306, "its port");
ABSL_FLAG(std::string, db_user, "", "user with rights on this service's schema only");
ABSL_FLAG(std::string, db_password_file, "", "file with the user's password");
ABSL_FLAG(std::string, db_schema, "", "this service's schema");
ABSL_FLAG(int, db_connections, 8, "sessions at once; also how many calls are handled at once");
ABSL_FLAG(bool, db_tls, false, "talk TLS to the server, or not at all");
ABSL_FLAG(std::string, db_tls_ca, "",
          "PEM file of the authority that the server's certificate is of");

namespace dap::process {
namespace {

bool IsHostAndPort(absl::string_view address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  return colon != absl::string_view::npos && colon > 0 &&
         absl::SimpleAtoi(address.substr(colon + 1), &port) && port >= 0 && port <= 65535;
}

absl::Status Bad(absl::string_view flag, absl::string_view message) {
  return status::Invalid(absl::StrCat("--", flag), "FLAG_INVALID", message);
}

}  // namespace

Options Options::FromFlags() {
  Options options;
  options.listen = absl::GetFlag(FLAGS_listen);
  options.metrics_listen = absl::GetFlag(FLAGS_metrics_listen);
  options.tls_ca = absl::GetFlag(FLAGS_tls_ca);
  options.tls_cert = absl::GetFlag(FLAGS_tls_cert);
  options.tls_key = absl::GetFlag(FLAGS_tls_key);
  options.clock_file = absl::GetFlag(FLAGS_clock_file);
  options.page_token_key_file = absl::GetFlag(FLAGS_page_token_key_file);
  options.drain_grace = absl::GetFlag(FLAGS_drain_grace);
  options.logged_ok_calls_per_second = absl::GetFlag(FLAGS_logged_ok_calls_per_second);
  options.migrate = absl::GetFlag(FLAGS_migrate);
  options.park = absl::GetFlag(FLAGS_park);
  options.forget_consumer = absl::GetFlag(FLAGS_forget_consumer);
  options.enrolment = absl::GetFlag(FLAGS_enrolment);
  options.goals = absl::GetFlag(FLAGS_goals);
  options.activity = absl::GetFlag(FLAGS_activity);
  options.notification = absl::GetFlag(FLAGS_notification);
  options.db_host = absl::GetFlag(FLAGS_db_host);
  options.db_port = absl::GetFlag(FLAGS_db_port);
  options.db_user = absl::GetFlag(FLAGS_db_user);
  options.db_password_file = absl::GetFlag(FLAGS_db_password_file);
  options.db_schema = absl::GetFlag(FLAGS_db_schema);
  options.db_connections = absl::GetFlag(FLAGS_db_connections);
  options.db_tls = absl::GetFlag(FLAGS_db_tls);
  options.db_tls_ca = absl::GetFlag(FLAGS_db_tls_ca);
  return options;
}

absl::Status Options::Validate(bool with_database) const {
  if (!IsHostAndPort(listen)) return Bad("listen", "must be host:port");
  if (!IsHostAndPort(metrics_listen)) return Bad("metrics_listen", "must be host:port");
  if (tls_cert.empty())
    return Bad("tls_cert", "is needed: the PEM file of this process's certificate");
  if (tls_key.empty()) return Bad("tls_key", "is needed: the PEM file of the certificate's key");
  if (tls_ca.empty()) return Bad("tls_ca", "is needed: the PEM file of the services' authority");
  if (drain_grace < absl::ZeroDuration()) return Bad("drain_grace", "must not be negative");
  if (logged_ok_calls_per_second < 0) {
    return Bad("logged_ok_calls_per_second", "must not be negative");
  }
  for (absl::string_view peer : {"enrolment", "goals", "activity", "notification"}) {
    if (!Peer(peer).empty() && !IsHostAndPort(Peer(peer))) return Bad(peer, "must be host:port");
  }
  if (!park.empty() && !forget_consumer.empty()) {
    return Bad("park", "does not go together with --forget_consumer");
  }
  if (!with_database) {
    return HasOrder() ? Bad("park", "is for services with a database") : absl::OkStatus();
  }
  if (page_token_key_file.empty()) return Bad("page_token_key_file", "is needed");
  if (db_port < 1 || db_port > 65535) return Bad("db_port", "must be 1 to 65535");
  if (db_user.empty()) return Bad("db_user", "is needed");
  if (db_schema.empty()) return Bad("db_schema", "is needed");
  if (db_connections < 1 || db_connections > 512) return Bad("db_connections", "must be 1 to 512");
  return absl::OkStatus();
}

absl::string_view Options::Peer(absl::string_view name) const {
  if (name == "enrolment") return enrolment;
  if (name == "goals") return goals;
  if (name == "activity") return activity;
  if (name == "notification") return notification;
  return "";
}

absl::StatusOr<db::Options> Options::Database() const {
  db::Options database;
  database.host = db_host;
  database.port = db_port;
  database.user = db_user;
  database.schema = db_schema;
  database.connections = db_connections;
  database.tls = db_tls;
  database.tls_ca = db_tls_ca;
  if (!db_password_file.empty()) {
    ASSIGN_OR_RETURN(database.password, ReadSecret("db_password_file", db_password_file));
  }
  return database;
}

absl::StatusOr<std::string> ReadSecret(absl::string_view flag, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Bad(flag, absl::StrCat("can't read ", file));
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  const absl::string_view secret = absl::StripAsciiWhitespace(content);
  if (secret.empty()) return Bad(flag, absl::StrCat(file, " holds nothing"));
  return std::string(secret);
}

}  // namespace dap::process
