// Who may call what, over real mutual TLS.
#include <gtest/gtest.h>

#include <optional>

#include "libs/rpc/testing/certificates.h"
#include "libs/rpc/testing/probe.h"

namespace dap::rpc::testing {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;
using ::testing::HasSubstr;

constexpr char kUuid[] = "01890a5d-ac96-774b-bcce-b302099a8057";

class SecurityTest : public ::testing::Test {
 protected:
  SecurityTest() {
    const TestCa::Files files = ca_.IssueService("enrolment");
    options_.tls_ca_file = ca_.ca_file();
    options_.tls_cert_file = files.cert;
    options_.tls_key_file = files.key;
  }

  void Start() {
    probe_.echo = [this](const Call& call, const EchoRequest& request) {
      principal_ = call.has_principal() ? std::optional(call.principal()) : std::nullopt;
      peer_ = call.peer();
      return Probe::Echo(call, request);
    };
    probe_.BindTo(service_);
    auto server = Server::Start(options_, {&service_});
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
  }

  // A channel with the certificate of `files`, or none.
  std::shared_ptr<Channel> Connect(const std::optional<TestCa::Files>& files, TestCa* ca = nullptr) {
    ChannelOptions options;
    options.target = absl::StrCat("127.0.0.1:", server_->port());
    options.service = "enrolment";
    options.tls_ca_file = (ca != nullptr ? ca : &ca_)->ca_file();
    if (files.has_value()) {
      options.tls_cert_file = files->cert;
      options.tls_key_file = files->key;
    }
    options.max_attempts = 1;
    auto channel = Channel::Open(options);
    EXPECT_THAT(channel, IsOk());
    return *channel;
  }

  static absl::Status CallAs(const std::shared_ptr<Channel>& channel, absl::string_view method,
                             std::optional<options::v1::Role> role = std::nullopt) {
    CallContext context;
    if (role.has_value()) {
      auth::Principal principal;
      principal.subject = kUuid;
      principal.staff = *id::Uuid::Parse(kUuid);
      principal.organisation = *id::Uuid::Parse(kUuid);
      principal.roles.Add(*role);
      principal.expires = absl::UnixEpoch() + absl::Hours(24 * 365 * 200);
      context.principal = principal;
    }
    return channel->Call<EchoResponse>(absl::StrCat(kProbe, "/", method), Text("x"), context)
        .status();
  }

  TestCa ca_;
  ServerOptions options_;
  Probe probe_;
  Service service_{kProbe};
  std::unique_ptr<Server> server_;
  std::optional<auth::Principal> principal_;
  std::string peer_;
};

TEST_F(SecurityTest, TheGatewaysPrincipalReachesTheHandler) {
  Start();
  const auto gateway = Connect(ca_.IssueService("gateway"));
  ASSERT_THAT(CallAs(gateway, "Coach", options::v1::ROLE_COACH), IsOk());
  ASSERT_TRUE(principal_.has_value());
  EXPECT_EQ(principal_->subject, kUuid);
  EXPECT_EQ(peer_, "gateway");
}

TEST_F(SecurityTest, RolesAreCheckedBeforeTheHandler) {
  Start();
  const auto gateway = Connect(ca_.IssueService("gateway"));
  EXPECT_THAT(CallAs(gateway, "Coach", options::v1::ROLE_PATRON), HasReason("ROLE_MISSING"));
  EXPECT_THAT(CallAs(gateway, "Coach"), HasReason("TOKEN_MISSING"));
  EXPECT_EQ(peer_, "") << "the handler ran";
}

TEST_F(SecurityTest, AMethodWithoutARuleIsClosedToAll) {
  Start();
  EXPECT_THAT(CallAs(Connect(ca_.IssueService("gateway")), "Closed", options::v1::ROLE_ORG_ADMIN),
              HasReason("METHOD_CLOSED"));
  EXPECT_THAT(CallAs(Connect(ca_.IssueService("goals")), "Closed"), HasReason("METHOD_CLOSED"));
}

TEST_F(SecurityTest, InternalMethodsAreForServicesOnly) {
  Start();
  EXPECT_THAT(CallAs(Connect(ca_.IssueService("goals")), "Internal"), IsOk());
  EXPECT_EQ(peer_, "goals");
  // For a client; on its own account the gateway is one of them.
  const auto gateway = Connect(ca_.IssueService("gateway"));
  EXPECT_THAT(CallAs(gateway, "Internal", options::v1::ROLE_ORG_ADMIN), HasReason("INTERNAL_ONLY"));
  EXPECT_THAT(CallAs(gateway, "Internal"), IsOk());
}

TEST_F(SecurityTest, APrincipalFromACertificateThatNamesNoServiceIsNotBelieved) {
  Start();
  for (const auto& names : {std::vector<std::string>{"visitor.dap.internal"},
                            std::vector<std::string>{"gateway.example.org"},
                            std::vector<std::string>{}}) {
    const auto visitor = Connect(ca_.Issue("visitor", names));
    const absl::Status status = CallAs(visitor, "Coach", options::v1::ROLE_COACH);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(status, HasReason("PEER_NOT_A_SERVICE"));
    EXPECT_THAT(CallAs(visitor, "Echo"), HasReason("PEER_NOT_A_SERVICE"));
  }
  EXPECT_EQ(peer_, "") << "the handler ran";
}

TEST_F(SecurityTest, OtherAuthoritiesAndNoCertificateDoNotConnect) {
  Start();
  TestCa another;
  const auto stranger = Connect(another.IssueService("gateway"));
  EXPECT_THAT(CallAs(stranger, "Echo"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(CallAs(Connect(std::nullopt), "Echo"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(SecurityTest, AClientRefusesAServerOfAnotherName) {
  const TestCa::Files files = ca_.IssueService("goals");
  options_.tls_cert_file = files.cert;
  options_.tls_key_file = files.key;
  Start();
  EXPECT_THAT(CallAs(Connect(ca_.IssueService("gateway")), "Echo"),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(SecurityTest, WithoutClientCertificatesAPrincipalIsNeverBelieved) {
  options_.security = Security::kTls;
  Start();
  const auto gateway = Connect(ca_.IssueService("gateway"));
  EXPECT_THAT(CallAs(gateway, "Coach", options::v1::ROLE_COACH), HasReason("TOKEN_MISSING"));
  EXPECT_THAT(CallAs(gateway, "Internal"), HasReason("INTERNAL_ONLY"));
  EXPECT_THAT(CallAs(Connect(std::nullopt), "Echo"), IsOk());
}

TEST_F(SecurityTest, AFileThatCannotBeReadIsNamed) {
  options_.tls_key_file = "nowhere.key";
  EXPECT_THAT(std::string(Server::Start(options_, {}).status().message()),
              HasSubstr("nowhere.key"));
}

}  // namespace
}  // namespace dap::rpc::testing
