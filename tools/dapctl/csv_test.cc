#include "tools/dapctl/csv.h"

#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libs/status/matchers.h"

namespace dap::ctl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

absl::StatusOr<Rows> Read(const std::string& text) {
  std::istringstream in(text);
  CsvReader reader(in);
  Rows rows;
  std::vector<std::string> cells;
  for (;;) {
    const absl::StatusOr<bool> any = reader.Next(&cells);
    if (!any.ok()) return any.status();
    if (!*any) return rows;
    rows.push_back(cells);
  }
}

TEST(CsvTest, ReadsWhatRfc4180Allows) {
  const struct {
    std::string text;
    Rows rows;
  } cases[] = {
      {"", {}},
      {"a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
      {"a,b\r\nc,d\r\n", {{"a", "b"}, {"c", "d"}}},
      {"a,b", {{"a", "b"}}},
      {"\xef\xbb\xbf"
       "a,b\n",
       {{"a", "b"}}},
      {"\"a\",\"b\"\n", {{"a", "b"}}},
      {"\"a, b\",\"c\"\"d\"\n", {{"a, b", "c\"d"}}},
      {"\"two\nlines\",x\n", {{"two\nlines", "x"}}},
      {"\"two\r\nlines\"\r\n", {{"two\r\nlines"}}},
      {"\"\"\n", {{""}}},
      {",\n", {{"", ""}}},
      {"a,\n", {{"a", ""}}},
      {"a,", {{"a", ""}}},
      {" a , b \n", {{" a ", " b "}}},
      {"a\n\nb\n", {{"a"}, {""}, {"b"}}},
      {"Zo\xc3\xab,\xf0\x9f\x99\x82\n", {{"Zo\xc3\xab", "\xf0\x9f\x99\x82"}}},
  };
  for (const auto& test : cases) {
    const auto rows = Read(test.text);
    ASSERT_THAT(rows, status::IsOk()) << test.text;
    EXPECT_EQ(*rows, test.rows) << test.text;
  }
}

TEST(CsvTest, NamesTheLineOfWhatIsWrong) {
  const struct {
    std::string text;
    std::string line;
  } cases[] = {
      {"a\nb\"c\n", "line 2"},
      {"a\n\"b\"c\n", "line 2"},
      {"a\n\"b\" ,c\n", "line 2"},
      {"a\n\"b\n\n\n", "line 2"},
      {"a\rb\n", "line 1"},
      {"a\n\"b\"\r", "line 2"},
      {"\"x\ny\"\nb\"\n", "line 3"},
      {std::string("a\0b\n", 4), "line 1"},
      {"a\n\xff\n", "line 3"},
      {"\xef\xbb"
       "a\n",
       "line 1"},
      {std::string(70'000, 'x'), "line 1"},
      {"\"" + std::string(70'000, 'x'), "line 1"},
  };
  for (const auto& test : cases) {
    const auto rows = Read(test.text);
    EXPECT_THAT(rows, status::HasReason("CSV_INVALID")) << test.text.substr(0, 20);
    EXPECT_THAT(rows, status::NamesField(test.line)) << test.text.substr(0, 20);
  }
}

TEST(CsvTest, TellsTheLineThatARowBeganOn) {
  std::istringstream in("a\n\"b\nb\"\nc\n");
  CsvReader reader(in);
  std::vector<std::string> cells;
  std::vector<int64_t> lines;
  while (*reader.Next(&cells)) lines.push_back(reader.line());
  EXPECT_EQ(lines, (std::vector<int64_t>{1, 2, 4}));
}

TEST(CsvTest, KnowsUtf8) {
  for (const char* good :
       {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
  }
}

TEST(CsvTest, WrittenRowsAreReadBackAndRunNowhere) {
  const std::vector<std::string> cells = {"a", "b,c", "d\"e", "f\ng", "", "h"};
  const auto rows = Read(CsvRow(cells));
  ASSERT_THAT(rows, status::IsOk());
  EXPECT_EQ(*rows, (Rows{cells}));
  EXPECT_EQ(CsvRow({"=1+1", "-1", "", "@x"}), "'=1+1,'-1,,'@x\r\n");
}

}  // namespace
}  // namespace dap::ctl
