#include "services/activity/domain/evidence_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace dap::activity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHostile = "=HYPERLINK(\"http://x\",\"y\")<script>alert('1')</script> & \"so\"";

EvidencePack Pack(const std::string& tool, const std::string& ticket) {
  EvidencePack pack;
  pack.make_day = absl::CivilDay(2026, 11, 25);
  pack.smallest_count = 5;
  CategoryEvidence category;
  category.category = BarrierCategory::kBlockedSite;
  category.figures = {2, 1, {7, 90, absl::nullopt}, 12, 9};
  category.tools.push_back(
      {tool, {1, 1, {6, 80, absl::nullopt}, 9, 9}, BarrierState::kRaised, ticket});
  category.tools.push_back({"", {1, 0, {}, 3, 3}, BarrierState::kUnspecified, ""});
  pack.categories.push_back(category);
  pack.total = category.figures;
  pack.months.push_back({absl::CivilMonth(2026, 11), 2, 1, 1, {7, 90, absl::nullopt}});
  return pack;
}

// A reader of RFC 4180 that knows nothing of the writer.
std::vector<std::vector<std::string>> Parse(const std::string& csv) {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> fields;
  std::string field;
  bool quoted = false;
  for (size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < csv.size() && csv[i + 1] == '"') {
        field += csv[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.push_back(std::move(field));
      field.clear();
    } else if (c == '\r') {
      EXPECT_EQ(csv[++i], '\n');
      fields.push_back(std::move(field));
      field.clear();
      lines.push_back(std::move(fields));
      fields.clear();
    } else {
      field += c;
    }
  }
  EXPECT_TRUE(fields.empty() && field.empty()) << "the last line ends like all others";
  return lines;
}

TEST(EvidenceTextTest, CsvFieldsAreQuotedAndNoFormulas) {
  const std::pair<const char*, const char*> cases[] = {{"plain", "plain"},
                                                       {"a,b", "\"a,b\""},
                                                       {"say \"so\"", "\"say \"\"so\"\"\""},
                                                       {"=1+1", "'=1+1"},
                                                       {"+44", "'+44"},
                                                       {"-1", "'-1"},
                                                       {"@SUM(A1)", "'@SUM(A1)"},
                                                       {"\t=1", "'\t=1"},
                                                       {"\r=1", "\"'\r=1\""},
                                                       {"two\nlines", "\"two\nlines\""},
                                                       {"=A,\"B\"", "\"'=A,\"\"B\"\"\""},
                                                       {"", ""},
                                                       {"a=b", "a=b"}};
  for (const auto& [text, field] : cases) EXPECT_EQ(CsvField(text), field) << text;
}

TEST(EvidenceTextTest, EveryLineHasAsManyFieldsAndHostileTextStaysText) {
  const auto lines = Parse(EvidenceCsv(Pack(kHostile, "-INC,1")));
  ASSERT_EQ(lines.size(), 5u);
  for (const auto& line : lines) EXPECT_EQ(line.size(), 11u);
  EXPECT_EQ(lines[1][1], "'" + kHostile);
  EXPECT_EQ(lines[1][10], "'-INC,1");
  EXPECT_THAT(lines[1], testing::Contains("Raised with IT"));
  EXPECT_EQ(lines[2][1], "All others");
  EXPECT_EQ(lines[2][4], "hidden");
  EXPECT_EQ(lines[2][5], "hidden");
  EXPECT_EQ(lines[3][1], "All");
  EXPECT_EQ(lines[4][0], "All");
  EXPECT_THAT(Parse(EvidenceByMonthCsv(Pack("x", ""))),
              ElementsAre(ElementsAre("Month", "Reported", "Ended", "Open at its end", "People",
                                      "Minutes lost", "Goals blocked"),
                          ElementsAre("2026-11", "2", "1", "1", "7", "90", "hidden")));
}

TEST(EvidenceTextTest, ThePageStandsAloneAndRunsNothing) {
  const std::string html = EvidenceHtml(Pack(kHostile, "<b>"), "Europe/London");
  EXPECT_THAT(html, HasSubstr(HtmlText(kHostile)));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;"));
  for (const char* bad : {"<script", "<b>", "src=", "href=", "@import", "url(", "onload"}) {
    EXPECT_THAT(html, Not(HasSubstr(bad))) << bad;
  }
  for (const char* good : {"<!DOCTYPE html>", "lang=\"en\"", "<caption>", "scope=\"col\"",
                           "scope=\"row\"", "@media print", "default-src 'none'"}) {
    EXPECT_THAT(html, HasSubstr(good)) << good;
  }
  // Every element that is opened is closed.
  for (const char* tag : {"table", "thead", "tbody", "tr", "th", "td", "caption", "main", "html"}) {
    const auto count = [&](const std::string& text) {
      return std::vector<std::string>(absl::StrSplit(html, text)).size();
    };
    EXPECT_EQ(count(absl::StrCat("<", tag, ">")) + count(absl::StrCat("<", tag, " ")) - 1,
              count(absl::StrCat("</", tag, ">")))
        << tag;
  }
}

}  // namespace
}  // namespace dap::activity
