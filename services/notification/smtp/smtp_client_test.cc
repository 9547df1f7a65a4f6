#include "services/notification/smtp/smtp_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "libs/rpc/testing/certificates.h"
#include "libs/status/matchers.h"
#include "services/notification/domain/mail.h"
#include "services/notification/smtp/testing/python_server.h"
#include "services/notification/smtp/testing/scripted_server.h"
#include "services/notification/smtp/testing/sink.h"

namespace dap::notification {
namespace {

using status::HasReason;
using status::IsOk;
using status::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using testing::ScriptedServer;

constexpr char kFrom[] = "dap@example.org";
constexpr char kTo[] = "ann@example.org";
constexpr char kText[] = "Subject: Hi\r\n\r\nOne.\r\n.\r\nTwo.\r\n";

std::unique_ptr<SmtpClient> Client(const std::string& url, SmtpOptions options = {}) {
  options.url = url;
  auto client = SmtpClient::Create(options);
  EXPECT_THAT(client, IsOk());
  return *std::move(client);
}

TEST(SmtpClientTest, HandsMailsToARealServer) {
  testing::Sink sink;
  auto client = Client(sink.url());
  ASSERT_THAT(client->Send(kFrom, kTo, kText), IsOk());
  ASSERT_THAT(client->Send(kFrom, "bob@example.org", kText), IsOk());
  const std::vector<std::string> mails = sink.mails();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_THAT(mails[0], AllOf(HasSubstr("X-Envelope-From: dap@example.org\r\n"),
                              HasSubstr("X-Envelope-To: ann@example.org\r\n"),
                              HasSubstr("Subject: Hi\r\n\r\nOne.\r\n.\r\nTwo.\r\n")));
  EXPECT_THAT(mails[1], HasSubstr("X-Envelope-To: bob@example.org\r\n"));
}

TEST(SmtpClientTest, KeepsTheConnectionAndSpeaksAsItShould) {
  ScriptedServer server({});
  auto client = Client(server.url());
  ASSERT_THAT(client->Send(kFrom, kTo, kText), IsOk());
  ASSERT_THAT(client->Send(kFrom, kTo, kText), IsOk());
  EXPECT_EQ(server.connections(), 1);
  EXPECT_THAT(server.heard(),
              IsSupersetOf({"RCPT TO:<ann@example.org>", "DATA", "One.", "..", "Two.", "."}));
  EXPECT_THAT(server.heard(), Contains(HasSubstr("MAIL FROM:<dap@example.org>")));
}

TEST(SmtpClientTest, TellsWhatMayPassFromWhatIsForGood) {
  const struct {
    const char* what;
    ScriptedServer::Script script;
    absl::StatusCode code;
    const char* reason;
  } cases[] = {
      {"recipient greylisted",
       {.recipient = "451 4.7.1 later"},
       absl::StatusCode::kUnavailable,
       "SMTP_451"},
      {"recipient unknown",
       {.recipient = "550 5.1.1 who?"},
       absl::StatusCode::kFailedPrecondition,
       "SMTP_550"},
      {"no room", {.data = "452 4.3.1 full"}, absl::StatusCode::kUnavailable, "SMTP_452"},
      {"content refused",
       {.data = "554 5.7.1 no"},
       absl::StatusCode::kFailedPrecondition,
       "SMTP_554"},
      {"no service here",
       {.greeting = "554 go away"},
       absl::StatusCode::kUnavailable,
       "SMTP_UNREACHABLE"},
      {"hangs up at once", {.greeting = ""}, absl::StatusCode::kUnavailable, "SMTP_UNREACHABLE"},
      {"hangs up instead of an answer",
       {.data = ""},
       absl::StatusCode::kUnavailable,
       "SMTP_UNREACHABLE"},
  };
  for (const auto& c : cases) {
    ScriptedServer server(c.script);
    const absl::Status sent = Client(server.url())->Send(kFrom, kTo, kText);
    EXPECT_THAT(sent, StatusIs(c.code)) << c.what;
    EXPECT_THAT(sent, HasReason(c.reason)) << c.what;
    EXPECT_EQ(std::string(sent.message()).find("ann"), std::string::npos);
  }
}

TEST(SmtpClientTest, GoesOnAfterARefusal) {
  ScriptedServer server({.recipient = "550 5.1.1 who?"});
  auto client = Client(server.url());
  ASSERT_THAT(client->Send(kFrom, kTo, kText), HasReason("SMTP_550"));
  server.SetScript({});
  EXPECT_THAT(client->Send(kFrom, kTo, kText), IsOk());
}

TEST(SmtpClientTest, ServerThatIsNotThereMayComeBack) {
  std::string url;
  { url = ScriptedServer({}).url(); }
  EXPECT_THAT(Client(url)->Send(kFrom, kTo, kText), HasReason("SMTP_UNREACHABLE"));
}

TEST(SmtpClientTest, NeverLogsInWithoutTls) {
  ScriptedServer server({});
  auto client = Client(server.url(), {.user = "dap", .password = "secret"});
  EXPECT_THAT(client->Send(kFrom, kTo, kText), HasReason("SMTP_TLS"));
  for (const std::string& line : server.heard()) {
    EXPECT_EQ(line.find("AUTH"), std::string::npos) << line;
    EXPECT_EQ(line.find("MAIL"), std::string::npos) << line;
  }
}

TEST(SmtpClientTest, TakesUpTlsThatIsOfferedAndLogsIn) {
  rpc::testing::TestCa ca;
  const auto files = ca.Issue("mail", {"localhost"});
  testing::PythonServer server(DAP_TLS_MAIL_SERVER, {files.cert, files.key});
  const std::string url = "smtp://" + server.address();
  SmtpOptions options;
  options.user = "dap";
  options.password = "secret";
  options.ca_file = ca.ca_file();
  auto client = Client(url, options);
  EXPECT_THAT(client->Send(kFrom, kTo, kText), IsOk());
  EXPECT_THAT(client->Send(kFrom, kTo, kText), IsOk());
  SmtpOptions stranger = options;
  stranger.ca_file = "";
  EXPECT_THAT(Client(url, stranger)->Send(kFrom, kTo, kText), HasReason("SMTP_TLS"));
  SmtpOptions mistaken = options;
  mistaken.password = "sesame";
  EXPECT_THAT(Client(url, mistaken)->Send(kFrom, kTo, kText), HasReason("SMTP_LOGIN"));
}

TEST(SmtpClientTest, RefusesOtherUrls) {
  for (const char* url : {"", "localhost:25", "http://localhost", "file:///etc/passwd"}) {
    EXPECT_THAT(SmtpClient::Create({.url = url}), HasReason("SMTP_URL_INVALID")) << url;
  }
}

}  // namespace
}  // namespace dap::notification
