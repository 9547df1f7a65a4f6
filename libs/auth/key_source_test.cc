// Keys that come and go while tokens are verified.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/auth/token_verifier.h"
#include "libs/auth/tokens_for_test.h"
#include "libs/status/matchers.h"

namespace dap::auth {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

// The issuer's web server: answers each request with the present body, or never where it hangs.
class WebServer {
 public:
  explicit WebServer(std::string body) : body_(std::move(body)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    EXPECT_EQ(listen(listener_, 16), 0);
    thread_ = std::thread([this] { Serve(); });
  }
  ~WebServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    for (int fd : hanging_) close(fd);
  }

  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_, "/keys"); }
  int requests() const { return requests_; }
  void Set(std::string body, int code = 200) {
    absl::MutexLock lock(&mutex_);
    body_ = std::move(body);
    code_ = code;
  }
  void Hang() { hangs_ = true; }

 private:
  void Serve() {
    for (int fd = 0; (fd = accept(listener_, nullptr, nullptr)) >= 0;) {
      std::string request;
      char c = 0;
      while (!absl::EndsWith(request, "\r\n\r\n") && read(fd, &c, 1) == 1) request += c;
      ++requests_;
      if (hangs_) {
        hanging_.push_back(fd);
        continue;
      }
      absl::MutexLock lock(&mutex_);
      const std::string answer =
          absl::StrCat("HTTP/1.1 ", code_, " x\r\nContent-Length: ", body_.size(),
                       "\r\nConnection: close\r\n\r\n", body_);
      send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(fd);
    }
  }

  int listener_;
  int port_ = 0;
  std::atomic<int> requests_{0};
  std::atomic<bool> hangs_{false};
  std::vector<int> hanging_;
  absl::Mutex mutex_;
  std::string body_ ABSL_GUARDED_BY(mutex_);
  int code_ ABSL_GUARDED_BY(mutex_) = 200;
  std::thread thread_;
};

class KeySourceTest : public testing::Test {
 protected:
  std::unique_ptr<TokenVerifier> Start(TokenOptions options) {
    auto verifier = TokenVerifier::Create(std::move(options), clock_);
    EXPECT_THAT(verifier, IsOk());
    return *std::move(verifier);
  }
  TokenOptions UrlOptions(const WebServer& server) const {
    TokenOptions options = FileOptions("");
    options.jwks_url = server.url();
    options.url_refresh = absl::Hours(1);
    options.url_refetch = absl::ZeroDuration();
    options.url_timeout = absl::Seconds(30);
    return options;
  }
  std::string Token(const TokenMinter& minter) const { return *minter.Mint(GoodTokenClaims()); }

  time::ManualClock clock_{TestNow()};
  const std::string path_ = NewPath("jwks.json");
  const TokenMinter first_ = *TokenMinter::Generate();
  const TokenMinter second_ = *TokenMinter::Generate();
};

TEST_F(KeySourceTest, ANewKeyIsTakenAtOnceAndTheOldOnesRememberedTokensAreRefused) {
  ASSERT_THAT(first_.WriteJwks(path_), IsOk());
  auto verifier = Start(FileOptions(path_));
  ASSERT_THAT(verifier->Verify(Token(first_)), IsOk());
  const std::string remembered = Token(first_);
  ASSERT_THAT(verifier->Verify(remembered), IsOk());
  EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));

  ASSERT_THAT(second_.WriteJwks(path_), IsOk());
  EXPECT_THAT(verifier->Verify(Token(second_)), IsOk());
  EXPECT_THAT(verifier->Verify(remembered), HasReason("TOKEN_UNKNOWN_KEY"));
}

TEST_F(KeySourceTest, AKeyTakenOutIsNoticedWithoutAnyCall) {
  ASSERT_THAT(first_.WriteJwks(path_), IsOk());
  TokenOptions options = FileOptions(path_);
  options.file_check = absl::Milliseconds(5);
  auto verifier = Start(options);
  const std::string token = Token(first_);
  ASSERT_THAT(verifier->Verify(token), IsOk());
  ASSERT_THAT(second_.WriteJwks(path_), IsOk());
  EXPECT_TRUE(Eventually([&] { return !verifier->Verify(token).ok(); }));
}

TEST_F(KeySourceTest, KeysThatCannotBeReadLeaveTheFormerOnes) {
  ASSERT_THAT(first_.WriteJwks(path_), IsOk());
  auto verifier = Start(FileOptions(path_));
  for (const std::string& text : {std::string(), std::string("{\"keys\":["),
                                  std::string("{\"keys\":[]}"), std::string(2 << 20, ' ')}) {
    WriteFile(path_, text);
    EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));
    EXPECT_THAT(verifier->Verify(Token(first_)), IsOk());
  }
  ASSERT_EQ(unlink(path_.c_str()), 0);
  EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));
  EXPECT_THAT(verifier->Verify(Token(first_)), IsOk());
}

TEST_F(KeySourceTest, WithoutKeysItDoesNotStart) {
  EXPECT_THAT(TokenVerifier::Create(FileOptions(path_), clock_), HasReason("KEYS_UNAVAILABLE"));
  WriteFile(path_, "{}");
  EXPECT_THAT(TokenVerifier::Create(FileOptions(path_), clock_), HasReason("KEYS_UNAVAILABLE"));
  WebServer server("{}");
  server.Set(first_.Jwks(), 404);
  EXPECT_THAT(TokenVerifier::Create(UrlOptions(server), clock_), HasReason("KEYS_UNAVAILABLE"));
}

TEST_F(KeySourceTest, AUrlIsFetchedAgainForAnUnknownKey) {
  WebServer server(first_.Jwks());
  auto verifier = Start(UrlOptions(server));
  const std::string remembered = Token(first_);
  EXPECT_THAT(verifier->Verify(remembered), IsOk());
  EXPECT_EQ(server.requests(), 1);
  server.Set(second_.Jwks());
  EXPECT_THAT(verifier->Verify(Token(second_)), IsOk());
  EXPECT_THAT(verifier->Verify(remembered), HasReason("TOKEN_UNKNOWN_KEY"));
}

TEST_F(KeySourceTest, AUrlIsNotFetchedMoreOftenThanAllowed) {
  WebServer server(first_.Jwks());
  TokenOptions options = UrlOptions(server);
  options.url_refetch = absl::Hours(1);
  auto verifier = Start(options);
  server.Set(second_.Jwks());
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));
  }
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(KeySourceTest, AFileIsNotReadForEachUnknownKey) {
  ASSERT_THAT(first_.WriteJwks(path_), IsOk());
  TokenOptions options = FileOptions(path_);
  options.file_reread = absl::Hours(1);
  auto verifier = Start(options);
  ASSERT_THAT(second_.WriteJwks(path_), IsOk());
  EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));
  EXPECT_THAT(verifier->Verify(Token(first_)), IsOk()) << "the file was read";
}

TEST_F(KeySourceTest, ACallerThatMustNotWaitIsServedOnceTheKeysAreRead) {
  ASSERT_THAT(first_.WriteJwks(path_), IsOk());
  TokenOptions options = FileOptions(path_);
  options.key_wait = absl::ZeroDuration();
  auto verifier = Start(options);
  ASSERT_THAT(second_.WriteJwks(path_), IsOk());
  EXPECT_TRUE(Eventually([&] { return verifier->Verify(Token(second_)).ok(); }));
}

TEST_F(KeySourceTest, AUrlIsFetchedAgainFromTimeToTime) {
  WebServer server(first_.Jwks());
  TokenOptions options = UrlOptions(server);
  options.url_refresh = absl::Milliseconds(5);
  auto verifier = Start(options);
  const std::string token = Token(first_);
  ASSERT_THAT(verifier->Verify(token), IsOk());
  server.Set(second_.Jwks());
  EXPECT_TRUE(Eventually([&] { return !verifier->Verify(token).ok(); }));
}

TEST_F(KeySourceTest, AnAnswerThatIsTooBigOrAnErrorLeavesTheFormerKeys) {
  WebServer server(first_.Jwks());
  auto verifier = Start(UrlOptions(server));
  server.Set(std::string(2 << 20, ' ') + second_.Jwks());
  EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));
  server.Set(second_.Jwks(), 500);
  EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));
  EXPECT_THAT(verifier->Verify(Token(first_)), IsOk());
}

TEST_F(KeySourceTest, AServerThatHangsHoldsNobodyLongerThanAllowed) {
  WebServer server(first_.Jwks());
  TokenOptions options = UrlOptions(server);
  options.key_wait = absl::Milliseconds(20);
  options.url_timeout = absl::Hours(1);
  auto verifier = Start(options);
  server.Hang();
  // Without the bound this would not return; and neither would the end of the verifier.
  EXPECT_THAT(verifier->Verify(Token(second_)), HasReason("TOKEN_UNKNOWN_KEY"));
  EXPECT_THAT(verifier->Verify(Token(first_)), IsOk());
  EXPECT_TRUE(Eventually([&] { return server.requests() == 2; }));
}

TEST_F(KeySourceTest, ManyThreadsVerifyWhileKeysChange) {
  const std::string both =
      Json{
          {"keys", {Json::parse(first_.Jwks())["keys"][0], Json::parse(second_.Jwks())["keys"][0]}}}
          .dump();
  WriteFile(path_, both);
  TokenOptions options = FileOptions(path_);
  options.file_check = absl::Milliseconds(1);
  options.cache_size = 64;
  auto verifier = Start(options);
  std::vector<std::string> tokens;
  for (int i = 0; i < 100; ++i) {
    TokenClaims claims = GoodTokenClaims();
    claims.token_id = absl::StrCat(i);
    tokens.push_back(*second_.Mint(claims));
  }
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = t; !stop; ++i) {
        auto principal = verifier->Verify(tokens[i % tokens.size()]);
        if (!principal.ok() || principal->subject != kStaff) ++wrong;
      }
    });
  }
  // The second key, which signed them all, is always there.
  for (int i = 0; i < 100; ++i) {
    if (i % 2 == 0) {
      EXPECT_THAT(second_.WriteJwks(path_), IsOk());
    } else {
      WriteFile(path_, both);
    }
    EXPECT_EQ(Eventually([&] { return verifier->Verify(Token(first_)).ok() == (i % 2 == 1); }),
              true);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace dap::auth
