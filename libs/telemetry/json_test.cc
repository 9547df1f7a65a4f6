#include "libs/telemetry/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace dap::telemetry {
namespace {

std::string Written(absl::string_view text) {
  std::string out;
  AppendJsonString(text, out);
  return out;
}

struct Case {
  const char* what;
  std::string text;
  std::string json;
};

const Case kCases[] = {
    {"empty", "", R"("")"},
    {"plain", "pool_exhausted", R"("pool_exhausted")"},
    {"quote and backslash", R"(a"b\c)", R"("a\"b\\c")"},
    {"line breaks", "a\nb\r\tc", R"("a\nb\r\tc")"},
    {"control characters", std::string("\0\x01\x1f\x7f", 4), R"("\u0000\u0001\u001f\u007f")"},
    {"two, three and four bytes", "é€😀", "\"é€😀\""},
    {"last code point", "\xF4\x8F\xBF\xBF", "\"\xF4\x8F\xBF\xBF\""},
    {"past the last code point", "\xF4\x90\x80\x80", "\"����\""},
    {"overlong", "\xC0\xAF", "\"��\""},
    {"overlong of three bytes", "\xE0\x80\x80", "\"���\""},
    {"surrogate", "\xED\xA0\x80", "\"���\""},
    {"continuation alone", "a\x80z", "\"a�z\""},
    {"cut short", "a\xE2\x82", "\"a��\""},
    {"cut short by a quote", "\xC3\"", "\"�\\\"\""},
};

TEST(JsonString, IsEscapedAndAlwaysValidUtf8) {
  for (const Case& c : kCases) EXPECT_EQ(Written(c.text), c.json) << c.what;
}

TEST(JsonString, IsReadBackByAParserForEveryPairOfBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_TRUE(nlohmann::json::accept(Written(text))) << first << " " << second;
    }
  }
}

TEST(JsonNumber, IsANumberOrTheNameOfWhatIsNone) {
  const auto written = [](double number) {
    std::string out;
    AppendJsonNumber(number, out);
    return out;
  };
  EXPECT_EQ(written(0.25), "0.25");
  EXPECT_EQ(written(-3), "-3");
  EXPECT_EQ(written(std::nan("")), "\"NaN\"");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "\"Infinity\"");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "\"-Infinity\"");
}

}  // namespace
}  // namespace dap::telemetry
