#include "services/notification/domain/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace dap::notification {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Mail Plain() {
  return {"dap@example.org",
          "Digital Action Plan",
          "ann@example.org",
          "Ann Lee",
          "How is it going?",
          "Hello.\nBye.",
          absl::FromUnixSeconds(1795514400),
          *id::Uuid::Parse("019ab000-0000-7000-8000-000000000001")};
}

std::string HeaderOf(const std::string& text) { return text.substr(0, text.find("\r\n\r\n")); }

// What a mail program shows of a header made of encoded words.
std::string Decode(std::string header) {
  std::string shown;
  for (absl::string_view word : absl::StrSplit(header, "\r\n ")) {
    EXPECT_LE(word.size(), 75u);
    EXPECT_TRUE(absl::StartsWith(word, "=?UTF-8?B?") && absl::EndsWith(word, "?=")) << word;
    std::string bytes;
    EXPECT_TRUE(absl::Base64Unescape(word.substr(10, word.size() - 12), &bytes));
    // Each word is UTF-8 by itself: it begins with no continuation byte.
    EXPECT_NE(static_cast<unsigned char>(bytes[0]) & 0xC0, 0x80);
    shown += bytes;
  }
  return shown;
}

TEST(MailTest, IsAMessageAsTheStandardWantsIt) {
  EXPECT_EQ(Compose(Plain()),
            "From: Digital Action Plan\r\n <dap@example.org>\r\n"
            "To: Ann Lee\r\n <ann@example.org>\r\n"
            "Subject: How is it going?\r\n"
            "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
            "Message-ID: <019ab000-0000-7000-8000-000000000001@example.org>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "\r\n"
            "SGVsbG8uDQpCeWUu\r\n");
}

TEST(MailTest, ASecondTryIsTheSameMailByteForByte) {
  EXPECT_EQ(Compose(Plain()), Compose(Plain()));
}

TEST(MailTest, NothingAnybodyIsCalledMakesAHeaderOfItsOwn) {
  for (const char* evil :
       {"Ann\r\nBcc: all@example.org", "Ann\nBcc: all@example.org", "Ann\rBcc: all@example.org",
        "Ann\r\n\r\nBcc: all@example.org", "Ann <x@example.org>, \"Bob",
        "Ann\xE2\x80\xA8"
        "Bcc: x",
        "\x1B[2J"}) {
    for (std::string Mail::*field : {&Mail::to_name, &Mail::from_name, &Mail::subject}) {
      Mail mail = Plain();
      mail.*field = evil;
      const std::vector<std::string> lines = absl::StrSplit(HeaderOf(Compose(mail)), "\r\n");
      int headers = 0;
      for (const std::string& line : lines) {
        if (!absl::StartsWith(line, " ")) ++headers;
        EXPECT_FALSE(absl::StartsWith(line, "Bcc")) << line;
        EXPECT_LE(line.size(), 78u);
        EXPECT_EQ(line.find_first_of("\r\n\x1B"), std::string::npos);
      }
      EXPECT_EQ(headers, 9) << evil;
    }
  }
  Mail mail = Plain();
  mail.to_name = "Ann <x@example.org>, Bob";
  EXPECT_THAT(HeaderOf(Compose(mail)), Not(HasSubstr("x@example.org")));
}

TEST(MailTest, EncodesWhatIsNotPlainAsUtf8Words) {
  const std::string long_name = [] {
    std::string name;
    for (int i = 0; i < 60; ++i) name += "\xC5\x82\xE2\x82\xAC\xF0\x9F\x8E\x89";
    return name;
  }();
  for (const std::string& text : {std::string("Zo\xC3\xAB"), std::string("O'Brien, Pat"),
                                  std::string("=?UTF-8?B?QQ==?="), long_name}) {
    for (size_t taken : {4u, 6u, 9u}) {
      EXPECT_EQ(Decode(EncodeHeader(text, HeaderPlace::kName, taken)), text) << text;
    }
  }
  EXPECT_EQ(EncodeHeader("O'Brien", HeaderPlace::kName, 4), "O'Brien");
  EXPECT_EQ(EncodeHeader(" Ann\r\nLee\n", HeaderPlace::kName, 4), "Ann  Lee");
  EXPECT_EQ(EncodeHeader("Planned: a, b (c)", HeaderPlace::kText, 9), "Planned: a, b (c)");
}

TEST(MailTest, CutsTheBodyIntoLines) {
  Mail mail = Plain();
  mail.body = std::string(5000, '.') + "\n.\n\xC5\x82";
  const std::string text = Compose(mail);
  std::string joined;
  for (absl::string_view line : absl::StrSplit(text.substr(text.find("\r\n\r\n") + 4), "\r\n")) {
    EXPECT_LE(line.size(), 76u);
    absl::StrAppend(&joined, line);
  }
  std::string body;
  ASSERT_TRUE(absl::Base64Unescape(joined, &body));
  EXPECT_EQ(body, std::string(5000, '.') + "\r\n.\r\n\xC5\x82");
}

TEST(MailTest, AnAttachmentIsAPartOfItsOwn) {
  Mail mail = Plain();
  mail.body = "Hello\n--part-\n";
  mail.attachment = Attachment{"invitation.ics", "text/calendar; charset=utf-8; method=REQUEST",
                               "BEGIN:VCALENDAR\r\n--part-\r\n"};
  const std::string text = Compose(mail);
  const std::string boundary = "--part-" + mail.message.ToString();
  EXPECT_THAT(text, HasSubstr("Content-Type: multipart/mixed; boundary=\"" + boundary.substr(2)));
  const std::vector<std::string> parts = absl::StrSplit(text, "\r\n" + boundary);
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_THAT(parts[1], HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(parts[2],
              HasSubstr("Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n"));
  EXPECT_THAT(parts[2], HasSubstr("Content-Disposition: attachment; filename=\"invitation.ics\""));
  std::string file;
  ASSERT_TRUE(absl::Base64Unescape(parts[2].substr(parts[2].find("\r\n\r\n") + 4), &file));
  EXPECT_EQ(file, mail.attachment->content);
  EXPECT_EQ(parts[3], "--\r\n");
}

TEST(MailTest, TakesOnlyAddressesThatCanStandInACommand) {
  for (const char* good : {"a@b", "ann.lee+dap@example.org", "o'brien@example.org"}) {
    EXPECT_TRUE(IsUsableAddress(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string("ann"), std::string("@example.org"), std::string("ann@"),
        std::string("a@b@c"), std::string("a b@c"), std::string("a@b>"), std::string("a@b\r\nDATA"),
        std::string("\"a b\"@c"), std::string("a@b,c@d"), std::string("zo\xC3\xAB@c"),
        std::string(65, 'a') + "@b", "a@" + std::string(260, 'b')}) {
    EXPECT_FALSE(IsUsableAddress(bad)) << bad;
  }
}

TEST(MailTest, TriesAgainLaterAndLaterForTwoDays) {
  const struct {
    int attempts;
    absl::Duration wait;
  } cases[] = {{1, absl::Minutes(1)},   {2, absl::Minutes(2)}, {3, absl::Minutes(4)},
               {8, absl::Minutes(128)}, {9, absl::Hours(4)},   {1000000, absl::Hours(4)}};
  for (const auto& c : cases) EXPECT_EQ(RetryAfter(c.attempts, absl::Hours(48)), c.wait);
  EXPECT_FALSE(RetryAfter(1, absl::Hours(48) + absl::Seconds(1)).has_value());
}

}  // namespace
}  // namespace dap::notification
