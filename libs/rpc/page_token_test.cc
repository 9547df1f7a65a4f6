#include "libs/rpc/page_token.h"

#include <gtest/gtest.h>

#include <string>

#include "dap/rpc/testing/v1/probe.pb.h"
#include "libs/status/matchers.h"

namespace dap::rpc {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::NamesField;
using testing::v1::ListProbesRequest;

const std::string kKey(32, 'k');

PageTokens Tokens(const std::string& key = kKey) { return *PageTokens::Create(key); }

TEST(PageTokens, GivesThePositionBack) {
  const std::string position("a\0b", 3);
  const std::string token = Tokens().Sign("query", position);
  const auto opened = Tokens().Open(token, "query");
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(*opened, position);
}

TEST(PageTokens, AnEmptyTokenIsTheFirstPageAndAnEmptyPositionTheLast) {
  EXPECT_EQ(Tokens().Sign("query", ""), "");
  const auto opened = Tokens().Open("", "query");
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(*opened, "");
}

TEST(PageTokens, RefusesATokenOfAnotherQuery) {
  const auto opened = Tokens().Open(Tokens().Sign("query", "p"), "another");
  EXPECT_THAT(opened, HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
  EXPECT_THAT(opened, NamesField("page_token"));
}

TEST(PageTokens, RefusesATokenWithAnyCharacterChanged) {
  const std::string token = Tokens().Sign("query", "position");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Tokens().Open(changed, "query"), HasReason("PAGE_TOKEN_MALFORMED")) << i;
  }
}

TEST(PageTokens, RefusesWhatIsNoToken) {
  const std::string token = Tokens().Sign("query", "position");
  for (const std::string& text :
       {std::string("x"), std::string("!!!!"), token.substr(0, 20), token + "A"}) {
    EXPECT_THAT(Tokens().Open(text, "query"), HasReason("PAGE_TOKEN_MALFORMED")) << text;
  }
}

TEST(PageTokens, RefusesATokenOfAnotherKey) {
  EXPECT_THAT(Tokens(std::string(32, 'o')).Open(Tokens().Sign("query", "p"), "query"),
              HasReason("PAGE_TOKEN_MALFORMED"));
}

TEST(PageTokens, WantsALongKey) {
  EXPECT_THAT(PageTokens::Create("short").status(), HasReason("KEY_TOO_SHORT"));
}

TEST(QueryFingerprint, IsTheSameForAnotherPageOfTheQueryOnly) {
  ListProbesRequest request;
  request.set_filter("state = OPEN");
  const std::string first = QueryFingerprint(request, "organisation");
  request.set_page_size(50);
  request.set_page_token("x");
  EXPECT_EQ(QueryFingerprint(request, "organisation"), first);
  EXPECT_NE(QueryFingerprint(request, "another organisation"), first);
  request.set_filter("state = CLOSED");
  EXPECT_NE(QueryFingerprint(request, "organisation"), first);
}

}  // namespace
}  // namespace dap::rpc
