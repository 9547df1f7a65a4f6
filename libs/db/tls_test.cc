#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/db/connection.h"
#include "libs/db/testing/private_server.h"
#include "libs/status/matchers.h"

namespace dap::db {
namespace {

using ::dap::status::IsOk;

// A server with a certificate for `host`, of an authority of the test's own.
class TlsTest : public ::testing::Test {
 protected:
  TlsTest() : folder_(absl::StrCat(::testing::TempDir(), "/db_tls_", getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~TlsTest() override { std::filesystem::remove_all(folder_); }

  std::string File(absl::string_view name) { return absl::StrCat(folder_, "/", name); }

  void MakeAuthority(absl::string_view name) {
    Openssl(absl::StrCat("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=", name, " -keyout ",
                         File(name), ".key -out ", File(name), ".pem"));
  }

  // `name` is "DNS:…" or "IP:…".
  void StartServer(absl::string_view name) {
    MakeAuthority("ca");
    Openssl(absl::StrCat("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=server",
                         " -addext subjectAltName=", name, " -CA ", File("ca.pem"), " -CAkey ",
                         File("ca.key"), " -keyout ", File("s.key"), " -out ", File("s.pem")));
    server_ = *testing::PrivateServer::Start({absl::StrCat("--ssl-ca=", File("ca.pem")),
                                              absl::StrCat("--ssl-cert=", File("s.pem")),
                                              absl::StrCat("--ssl-key=", File("s.key"))});
    options_ = server_->options();
    options_.host = "localhost";
    options_.tls = true;
    options_.tls_ca = File("ca.pem");
  }

  std::string folder_;
  std::unique_ptr<testing::PrivateServer> server_;
  Options options_;

 private:
  void Openssl(const std::string& words) {
    ASSERT_EQ(std::system(absl::StrCat("openssl ", words, " 2>/dev/null").c_str()), 0) << words;
  }
};

TEST_F(TlsTest, TheRightCertificateIsAccepted) {
  StartServer("DNS:localhost");
  auto connection = Connection::Open(options_);
  ASSERT_THAT(connection, IsOk());
  const Row row = **(*connection)
                        ->QueryOne(
                            "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS"
                            " WHERE VARIABLE_NAME = 'SSL_CIPHER'");
  EXPECT_NE(row.String(0), "");
}

TEST_F(TlsTest, AnAddressIsANameToo) {
  StartServer("IP:127.0.0.1");
  options_.host = "127.0.0.1";
  EXPECT_THAT(Connection::Open(options_), IsOk());
}

TEST_F(TlsTest, ACertificateOfAnotherAuthorityIsRefused) {
  StartServer("DNS:localhost");
  MakeAuthority("other");
  options_.tls_ca = File("other.pem");
  EXPECT_FALSE(Connection::Open(options_).ok());
}

TEST_F(TlsTest, ACertificateForAnotherHostIsRefused) {
  StartServer("DNS:elsewhere.example");
  EXPECT_FALSE(Connection::Open(options_).ok());
}

}  // namespace
}  // namespace dap::db
