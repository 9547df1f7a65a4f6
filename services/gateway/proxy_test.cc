#include "services/gateway/proxy.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/synchronization/notification.h"
#include "libs/auth/token_minter.h"
#include "libs/rpc/health.h"
#include "libs/rpc/testing/certificates.h"
#include "libs/rpc/testing/probe.h"

namespace dap::gateway {
namespace {

using options::v1::ROLE_COACH;
using options::v1::ROLE_PARTICIPANT;
using rpc::testing::EchoRequest;
using rpc::testing::EchoResponse;
using rpc::testing::kProbe;
using rpc::testing::Text;
using status::HasReason;
using status::IsOk;
using status::StatusIs;

constexpr char kPerson[] = "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e5f";
constexpr char kOrganisation[] = "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e60";

// A service over mutual TLS, the gateway before it over TLS, and a client app.
class ProxyTest : public testing::Test {
 protected:
  void SetUp() override {
    StartBackend(0);
    const std::string jwks = testing::TempDir() + "/gateway_proxy_test_jwks";
    ASSERT_THAT(minter_.WriteJwks(jwks), IsOk());
    auth::TokenOptions token_options;
    token_options.jwks_file = jwks;
    token_options.issuer = "issuer";
    token_options.audience = "dap";
    token_options.revoked = [this](const auth::Principal& principal) {
      return revoked_ && principal.subject == kPerson;
    };
    auto tokens = auth::TokenVerifier::Create(token_options, clock_);
    ASSERT_THAT(tokens, IsOk());
    tokens_ = *std::move(tokens);
    admission_ = std::make_unique<Admission>(*tokens_, limiter_, strangers_);
    proxy_ = std::make_unique<Proxy>(*admission_, streams_, nullptr);
    const auto own = ca_.IssueService("gateway");
    auto to_backend = rpc::Channel::Open({.target = absl::StrCat("localhost:", backend_port_),
                                          .service = "goals",
                                          .tls_ca_file = ca_.ca_file(),
                                          .tls_cert_file = own.cert,
                                          .tls_key_file = own.key});
    ASSERT_THAT(to_backend, IsOk());
    proxy_->Add(probe_service_.descriptor(), (*to_backend)->grpc_channel());
    rpc::ServerOptions options;
    options.security = rpc::Security::kTls;
    options.tls_cert_file = own.cert;
    options.tls_key_file = own.key;
    auto server = rpc::Server::Start(options, {}, proxy_->services());
    ASSERT_THAT(server, IsOk());
    gateway_ = *std::move(server);
    rpc::ChannelOptions to_gateway;
    to_gateway.target = absl::StrCat("localhost:", gateway_->port());
    to_gateway.service = "gateway";
    to_gateway.tls_ca_file = ca_.ca_file();
    auto channel = rpc::Channel::Open(to_gateway);
    ASSERT_THAT(channel, IsOk());
    client_ = *std::move(channel);
  }

  void StartBackend(int port) {
    const auto files = ca_.IssueService("goals");
    rpc::ServerOptions options;
    options.listen = absl::StrCat("127.0.0.1:", port);
    options.tls_ca_file = ca_.ca_file();
    options.tls_cert_file = files.cert;
    options.tls_key_file = files.key;
    auto server = rpc::Server::Start(options, {&probe_service_});
    ASSERT_THAT(server, IsOk());
    backend_ = *std::move(server);
    backend_port_ = backend_->port();
  }

  std::string Token(options::v1::Role role) const {
    auth::TokenClaims claims;
    claims.issuer = "issuer";
    claims.audience = "dap";
    claims.subject = kPerson;
    claims.organisation = kOrganisation;
    claims.roles = {role};
    claims.issued = clock_.Now();
    claims.expires = clock_.Now() + absl::Hours(1);
    return *minter_.Mint(claims);
  }

  absl::StatusOr<EchoResponse> Call(absl::string_view method, rpc::CallContext context = {}) {
    if (context.deadline == absl::InfiniteFuture()) {
      context.deadline = clock_.Now() + absl::Seconds(20);
    }
    return client_->Call<EchoResponse>(absl::StrCat(kProbe, "/", method), Text("hello"), context);
  }
  rpc::CallContext As(options::v1::Role role) const {
    rpc::CallContext context;
    context.bearer = Token(role);
    return context;
  }

  rpc::testing::TestCa ca_;
  const time::SystemClock clock_;
  RateLimiter limiter_{RateLimit{.per_second = 1000, .burst = 1000}, clock_};
  RateLimiter strangers_{RateLimit{.per_second = 0.001, .burst = 100}, clock_};
  const auth::TokenMinter minter_ = *auth::TokenMinter::Generate();
  rpc::testing::Probe probe_ = MakeProbe();
  rpc::Service probe_service_ = MakeService();
  int backend_port_ = 0;
  std::unique_ptr<rpc::Server> backend_;
  std::unique_ptr<auth::TokenVerifier> tokens_;
  std::unique_ptr<Admission> admission_;
  OpenStreams streams_{[this](const auth::Principal&) { return revoked_late_.load(); }};
  std::unique_ptr<Proxy> proxy_;
  std::unique_ptr<rpc::Server> gateway_;
  std::shared_ptr<rpc::Channel> client_;

  std::atomic<bool> revoked_ = false;
  // After admission.
  std::atomic<bool> revoked_late_ = false;

  // What the service saw of the last call.
  absl::Mutex mutex_;
  auth::Principal seen_principal_;
  absl::Time seen_deadline_;
  std::string seen_trace_;
  absl::Notification backend_cancelled_;

 private:
  rpc::testing::Probe MakeProbe() {
    rpc::testing::Probe probe;
    probe.echo = [this](const rpc::Call& call, const EchoRequest& request) {
      absl::MutexLock lock(&mutex_);
      seen_principal_ = call.principal();
      seen_deadline_ = call.deadline();
      seen_trace_ = call.trace().trace_id();
      return rpc::testing::Probe::Echo(call, request);
    };
    probe.change = [](const rpc::Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
      return status::Invalid("text", "TOO_DULL", "must be of interest");
    };
    probe.later = [this](std::shared_ptr<rpc::Call> call, const EchoRequest&,
                         rpc::Respond<EchoResponse> respond) {
      call->OnCancel([this, respond] {
        respond(absl::CancelledError());
        backend_cancelled_.Notify();
      });
    };
    return probe;
  }
  rpc::Service MakeService() {
    rpc::Service service(kProbe);
    probe_.BindTo(service);
    return service;
  }
};

TEST_F(ProxyTest, PassesACallOnWithPrincipalDeadlineAndTrace) {
  rpc::CallContext context = As(ROLE_COACH);
  context.deadline = clock_.Now() + absl::Seconds(17);
  context.trace = telemetry::TraceContext::New();
  auto answer = Call("Coach", context);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->text(), "hello");
  absl::MutexLock lock(&mutex_);
  EXPECT_EQ(seen_principal_.subject, kPerson);
  EXPECT_EQ(seen_principal_.organisation.ToString(), kOrganisation);
  EXPECT_TRUE(seen_principal_.Has(ROLE_COACH));
  EXPECT_LE(seen_deadline_, context.deadline + absl::Seconds(1));
  EXPECT_EQ(seen_trace_, context.trace.trace_id());
}

TEST_F(ProxyTest, APublicMethodNeedsNoToken) {
  EXPECT_THAT(Call("Echo"), IsOk());
  absl::MutexLock lock(&mutex_);
  EXPECT_EQ(seen_principal_.subject, "");
}

TEST_F(ProxyTest, WhatIsNotForTheCallerStopsHere) {
  struct Row {
    const char* method;
    rpc::CallContext context;
    absl::StatusCode code;
    const char* reason;
  };
  rpc::CallContext garbage;
  garbage.bearer = "garbage";
  for (const Row& row : {
           Row{"Coach", {}, absl::StatusCode::kUnauthenticated, "TOKEN_MISSING"},
           Row{"Coach", garbage, absl::StatusCode::kUnauthenticated, "TOKEN_MALFORMED"},
           Row{"Coach", As(ROLE_PARTICIPANT), absl::StatusCode::kPermissionDenied, "ROLE_MISSING"},
           // Neither what services ask each other nor what has no rule exists here.
           Row{"Internal", As(ROLE_COACH), absl::StatusCode::kUnimplemented, ""},
           Row{"Closed", As(ROLE_COACH), absl::StatusCode::kUnimplemented, ""},
       }) {
    const auto answer = Call(row.method, row.context);
    EXPECT_THAT(answer, StatusIs(row.code)) << row.method;
    EXPECT_THAT(answer, HasReason(row.reason)) << row.method;
  }
}

// Within a look at the set of revoked people, also for a token that has been verified before.
TEST_F(ProxyTest, ARevokedPersonIsRefusedWithWhatToDoUntilTheyAreBack) {
  EXPECT_THAT(Call("Coach", As(ROLE_COACH)), IsOk());
  revoked_ = true;
  for (const options::v1::Role role : {ROLE_COACH, ROLE_PARTICIPANT}) {
    const auto refused = Call("Coach", As(role));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(refused, HasReason("TOKEN_REVOKED"));
    EXPECT_NE(refused.status().message().find("Ask your administrator"), std::string::npos);
  }
  revoked_ = false;
  EXPECT_THAT(Call("Coach", As(ROLE_COACH)), IsOk());
}

TEST_F(ProxyTest, AnOpenStreamEndsWhenItsOwnerIsRevokedAndNobodyElses) {
  const auto open = [this](const rpc::CallContext& context) {
    auto stream =
        client_->OpenStream<EchoRequest, EchoResponse>(absl::StrCat(kProbe, "/Chat"), context);
    EXPECT_TRUE(stream.Write(Text("hello")));
    EchoResponse response;
    EXPECT_TRUE(stream.Read(&response));
    return stream;
  };
  auto theirs = open(As(ROLE_COACH));
  auto also_theirs = open(As(ROLE_PARTICIPANT));
  auto anothers = open({});
  EXPECT_EQ(streams_.size(), 2u);
  streams_.End(*id::Uuid::Parse(kOrganisation));  // somebody with no stream
  streams_.End(*id::Uuid::Parse(kPerson));
  EchoResponse response;
  for (auto* stream : {&theirs, &also_theirs}) {
    EXPECT_FALSE(stream->Read(&response));
    const absl::Status ended = stream->Finish();
    EXPECT_THAT(ended, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(ended, HasReason("TOKEN_REVOKED"));
  }
  EXPECT_EQ(streams_.size(), 0u);
  ASSERT_TRUE(anothers.Write(Text("still here")));
  EXPECT_TRUE(anothers.Read(&response));
  anothers.WritesDone();
  EXPECT_THAT(anothers.Finish(), IsOk());
}

TEST_F(ProxyTest, AStreamOfWhoWasRevokedWhileItBeganEndsAtOnce) {
  revoked_late_ = true;
  auto stream =
      client_->OpenStream<EchoRequest, EchoResponse>(absl::StrCat(kProbe, "/Chat"), As(ROLE_COACH));
  EXPECT_THAT(stream.Finish(), HasReason("TOKEN_REVOKED"));
}

// Streams end by themselves, by their callers and by revocation, all at once.
TEST_F(ProxyTest, EndingStreamsInEveryWayAtOnceLeavesNone) {
  std::atomic<bool> over = false;
  std::thread revoker([&] {
    while (!over) streams_.End(*id::Uuid::Parse(kPerson));
  });
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        auto stream = client_->OpenStream<EchoRequest, EchoResponse>(absl::StrCat(kProbe, "/Chat"),
                                                                     As(ROLE_COACH));
        EchoResponse response;
        if (stream.Write(Text("hello"))) stream.Read(&response);
        if (t % 2 == 0) {
          stream.WritesDone();
        } else {
          stream.Cancel();
        }
        stream.Finish().IgnoreError();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  over = true;
  revoker.join();
  const absl::Time until = clock_.Now() + absl::Seconds(30);
  while (streams_.size() > 0 && clock_.Now() < until) std::this_thread::yield();
  EXPECT_EQ(streams_.size(), 0u);
  EXPECT_THAT(Call("Echo"), IsOk());
}

TEST_F(ProxyTest, AStrangerInHasteIsSlowedDownAndNobodyElseIs) {
  rpc::CallContext garbage;
  garbage.bearer = "garbage";
  for (int i = 0; i < 100; ++i) ASSERT_THAT(Call("Coach", garbage), HasReason("TOKEN_MALFORMED"));
  EXPECT_THAT(Call("Coach", garbage), HasReason("RATE_LIMITED"));
  EXPECT_THAT(Call("Coach", As(ROLE_COACH)), IsOk());
}

TEST_F(ProxyTest, APrincipalThatAClientSendsItselfIsNotPassedOn) {
  auth::Principal forged;
  forged.subject = kPerson;
  forged.roles = {ROLE_COACH};
  rpc::CallContext context;
  context.principal = forged;
  EXPECT_THAT(Call("Coach", context), HasReason("TOKEN_MISSING"));
  EXPECT_THAT(Call("Echo", context), IsOk());
  absl::MutexLock lock(&mutex_);
  EXPECT_EQ(seen_principal_.subject, "");
}

TEST_F(ProxyTest, AnErrorArrivesWithItsDetails) {
  const auto answer = Call("Change");
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("TOO_DULL"));
  EXPECT_THAT(answer, status::NamesField("text"));
}

TEST_F(ProxyTest, ADeadlineThatPassesEndsBothCalls) {
  rpc::CallContext context;
  context.deadline = clock_.Now() + absl::Milliseconds(300);
  EXPECT_THAT(Call("Later", context), StatusIs(absl::StatusCode::kDeadlineExceeded));
  backend_cancelled_.WaitForNotification();
}

// The service's answer and the caller's own clock race when the deadline passes: both say the same.
TEST_F(ProxyTest, ACallThatRunsOutOfTimeIsNeverToldThatItWasCancelled) {
  rpc::CallInfo info;
  info.deadline = clock_.Now();
  const rpc::Call late(info);
  info.deadline += absl::Hours(1);
  rpc::Call early(info);
  const grpc::Status cancelled(grpc::StatusCode::CANCELLED, "");
  EXPECT_EQ(Outward(late, cancelled).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(Outward(early, cancelled).error_code(), grpc::StatusCode::UNAVAILABLE);
  early.Cancel();
  EXPECT_EQ(Outward(early, cancelled).error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ProxyTest, AStreamPassesEveryMessageBothWaysInOrder) {
  auto stream = client_->OpenStream<EchoRequest, EchoResponse>(absl::StrCat(kProbe, "/Chat"), {});
  std::thread writer([&] {
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(stream.Write(Text(absl::StrCat(i))));
    stream.WritesDone();
  });
  EchoResponse response;
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(stream.Read(&response));
    ASSERT_EQ(response.text(), absl::StrCat(i));
  }
  EXPECT_FALSE(stream.Read(&response));
  writer.join();
  EXPECT_THAT(stream.Finish(), IsOk());
}

TEST_F(ProxyTest, AStreamThatTheServiceEndsFirstEndsForTheCallerToo) {
  auto stream = client_->OpenStream<EchoRequest, EchoResponse>(absl::StrCat(kProbe, "/Repeat"), {});
  ASSERT_TRUE(stream.Write(Text("again")));
  EchoResponse response;
  int answers = 0;
  while (stream.Read(&response)) ++answers;
  EXPECT_EQ(answers, 3);
  EXPECT_THAT(stream.Finish(), IsOk());
}

TEST_F(ProxyTest, CancelledStreamsAreCleanedUp) {
  for (int i = 0; i < 50; ++i) {
    auto stream = client_->OpenStream<EchoRequest, EchoResponse>(absl::StrCat(kProbe, "/Chat"), {});
    ASSERT_TRUE(stream.Write(Text("hello")));
    EchoResponse response;
    ASSERT_TRUE(stream.Read(&response));
    stream.Cancel();
    EXPECT_THAT(stream.Finish(), StatusIs(absl::StatusCode::kCancelled));
  }
  EXPECT_THAT(Call("Echo"), IsOk());
}

TEST_F(ProxyTest, AServiceThatIsDownIsUnavailableAndComesBack) {
  const int port = backend_port_;
  backend_.reset();
  rpc::CallContext context;
  context.deadline = clock_.Now() + absl::Seconds(5);
  const auto down = Call("Change", context);
  EXPECT_THAT(down, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(down, HasReason("SERVICE_UNAVAILABLE"));
  StartBackend(port);
  const absl::Time until = clock_.Now() + absl::Seconds(30);
  absl::Status last = absl::UnknownError("not asked");
  while (!last.ok() && clock_.Now() < until) last = Call("Echo").status();
  EXPECT_THAT(last, IsOk());
}

TEST_F(ProxyTest, TheGatewayTellsItsHealth) {
  EXPECT_THAT(rpc::CheckHealth(*client_, clock_.Now() + absl::Seconds(10)), IsOk());
}

}  // namespace
}  // namespace dap::gateway
