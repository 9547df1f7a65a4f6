#include "libs/process/process.h"

#include <gtest/gtest.h>

#include <fstream>

#include "libs/status/matchers.h"

namespace dap::process {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;

Options Good() {
  Options options;
  options.listen = "127.0.0.1:0";
  options.metrics_listen = "127.0.0.1:0";
  options.tls_ca = "ca.pem";
  options.tls_cert = "cert.pem";
  options.tls_key = "key.pem";
  options.page_token_key_file = "key";
  options.db_port = 3306;
  options.db_user = "dap_goals";
  options.db_schema = "dap_goals";
  options.db_connections = 8;
  return options;
}

TEST(Options, AGoodOneIsValid) { EXPECT_THAT(Good().Validate(true), IsOk()); }

TEST(Options, TheBadFlagIsNamed) {
  struct Row {
    const char* flag;
    void (*spoil)(Options&);
  } rows[] = {
      {"--listen", [](Options& o) { o.listen = "7400"; }},
      {"--listen", [](Options& o) { o.listen = "localhost:99999"; }},
      {"--metrics_listen", [](Options& o) { o.metrics_listen = ""; }},
      {"--tls_cert", [](Options& o) { o.tls_cert = ""; }},
      {"--tls_key", [](Options& o) { o.tls_key = ""; }},
      {"--tls_ca", [](Options& o) { o.tls_ca = ""; }},
      {"--drain_grace", [](Options& o) { o.drain_grace = absl::Seconds(-1); }},
      {"--logged_ok_calls_per_second", [](Options& o) { o.logged_ok_calls_per_second = -1; }},
      {"--activity", [](Options& o) { o.activity = "nowhere"; }},
      {"--page_token_key_file", [](Options& o) { o.page_token_key_file = ""; }},
      {"--db_port", [](Options& o) { o.db_port = 0; }},
      {"--db_user", [](Options& o) { o.db_user = ""; }},
      {"--db_schema", [](Options& o) { o.db_schema = ""; }},
      {"--db_connections", [](Options& o) { o.db_connections = 0; }},
  };
  for (const Row& row : rows) {
    Options options = Good();
    row.spoil(options);
    EXPECT_THAT(options.Validate(true), NamesField(row.flag));
    EXPECT_THAT(options.Validate(true), HasReason("FLAG_INVALID"));
  }
}

TEST(Options, AProgramWithoutADatabaseNeedsNoneOfItsFlags) {
  Options options = Good();
  options.db_user = "";
  options.page_token_key_file = "";
  EXPECT_THAT(options.Validate(false), IsOk());
}

TEST(Secret, IsTheFilesContentWithoutTheLastNewline) {
  const std::string file = testing::TempDir() + "/process_test_secret";
  std::ofstream(file) << "correct horse\n";
  EXPECT_EQ(*ReadSecret("db_password_file", file), "correct horse");
}

TEST(Secret, AnEmptyOrMissingFileNamesTheFlag) {
  const std::string file = testing::TempDir() + "/process_test_empty";
  std::ofstream(file) << "\n";
  EXPECT_THAT(ReadSecret("db_password_file", file), NamesField("--db_password_file"));
  EXPECT_THAT(ReadSecret("db_password_file", "/nonexistent"), NamesField("--db_password_file"));
}

}  // namespace
}  // namespace dap::process
