#include "libs/auth/token_cache.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace dap::auth {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1800000000);
const absl::Time kUntil = kNow + absl::Minutes(5);

Principal Of(absl::string_view subject) {
  Principal principal;
  principal.subject = std::string(subject);
  return principal;
}

TEST(TokenCache, GivesBackUntilTheTimeSaid) {
  TokenCache cache(100);
  cache.Put("token", Of("anna"), kUntil, 1);
  EXPECT_EQ(cache.Find("token", kUntil - absl::Microseconds(1), 1)->subject, "anna");
  EXPECT_FALSE(cache.Find("token", kUntil, 1).has_value());
  EXPECT_EQ(cache.size(), 0u);
}

TEST(TokenCache, ForgetsWhatOtherKeysVerified) {
  TokenCache cache(100);
  cache.Put("token", Of("anna"), kUntil, 1);
  EXPECT_FALSE(cache.Find("token", kNow, 2).has_value());
}

TEST(TokenCache, TellsTokensWithTheSameEndApart) {
  TokenCache cache(100);
  const std::string end(64, 'x');
  cache.Put("a" + end, Of("anna"), kUntil, 1);
  cache.Put("b" + end, Of("bert"), kUntil, 1);
  EXPECT_EQ(cache.Find("a" + end, kNow, 1)->subject, "anna");
  EXPECT_EQ(cache.Find("b" + end, kNow, 1)->subject, "bert");
  EXPECT_FALSE(cache.Find(end, kNow, 1).has_value());
  EXPECT_FALSE(cache.Find("", kNow, 1).has_value());
}

TEST(TokenCache, StaysWithinItsCapacityAndKeepsWhatIsInUse) {
  TokenCache cache(320);
  cache.Put("in use", Of("anna"), kUntil, 1);
  for (int i = 0; i < 10000; ++i) {
    cache.Put(absl::StrCat(i), Of("bert"), kUntil, 1);
    ASSERT_TRUE(cache.Find("in use", kNow, 1).has_value()) << i;
    ASSERT_LE(cache.size(), 320u);
  }
  EXPECT_FALSE(cache.Find("0", kNow, 1).has_value());
  EXPECT_TRUE(cache.Find("9999", kNow, 1).has_value());
}

}  // namespace
}  // namespace dap::auth
