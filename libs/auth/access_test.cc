#include "libs/auth/access.h"

#include <gtest/gtest.h>

#include "libs/status/matchers.h"

namespace dap::auth {
namespace {

using ::dap::options::v1::Access;
using ::dap::options::v1::Role;

Access Rule(std::initializer_list<Role> roles, bool internal = false, bool open = false) {
  Access access;
  for (Role role : roles) access.add_roles(role);
  access.set_internal(internal);
  access.set_public_(open);
  return access;
}

TEST(CheckAccess, FollowsTheRule) {
  Principal coach;
  coach.roles = {options::v1::ROLE_COACH, options::v1::ROLE_PATRON};
  const Access none;
  const Access open = Rule({}, false, true);
  const Access internal = Rule({}, true);
  const Access coaches = Rule({options::v1::ROLE_ORG_ADMIN, options::v1::ROLE_COACH});
  const Access admins = Rule({options::v1::ROLE_ORG_ADMIN});
  const Access admins_and_services = Rule({options::v1::ROLE_ORG_ADMIN}, true);
  const Access nobodys_role = Rule({options::v1::ROLE_UNSPECIFIED});
  const struct {
    const char* what;
    const Access& access;
    const Principal* principal;
    bool service;
    const char* reason;  // "" where it is allowed
  } cases[] = {
      {"no rule, nobody", none, nullptr, false, "METHOD_CLOSED"},
      {"no rule, coach", none, &coach, false, "METHOD_CLOSED"},
      {"no rule, service", none, &coach, true, "METHOD_CLOSED"},
      {"unspecified role", nobodys_role, &coach, true, "METHOD_CLOSED"},
      {"public, nobody", open, nullptr, false, ""},
      {"public, coach", open, &coach, false, ""},
      {"internal, nobody", internal, nullptr, false, "INTERNAL_ONLY"},
      {"internal, coach through the gateway", internal, &coach, false, "INTERNAL_ONLY"},
      {"internal, service", internal, nullptr, true, ""},
      {"coaches, nobody", coaches, nullptr, false, "TOKEN_MISSING"},
      {"coaches, service for nobody", coaches, nullptr, true, "TOKEN_MISSING"},
      {"coaches, coach", coaches, &coach, false, ""},
      {"coaches, service for a coach", coaches, &coach, true, ""},
      {"admins, coach", admins, &coach, false, "ROLE_MISSING"},
      {"admins, service for a coach", admins, &coach, true, "ROLE_MISSING"},
      {"admins and services, service", admins_and_services, nullptr, true, ""},
      {"admins and services, coach", admins_and_services, &coach, false, "ROLE_MISSING"},
      {"admins and services, nobody", admins_and_services, nullptr, false, "TOKEN_MISSING"},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckAccess(c.access, c.principal, c.service);
    EXPECT_EQ(status.ok(), absl::string_view(c.reason).empty()) << c.what;
    EXPECT_THAT(status, status::HasReason(c.reason)) << c.what;
    if (status.ok()) continue;
    EXPECT_EQ(status.code(), absl::string_view(c.reason) == "TOKEN_MISSING"
                                 ? absl::StatusCode::kUnauthenticated
                                 : absl::StatusCode::kPermissionDenied)
        << c.what;
  }
}

TEST(PeerName, IsTheOneKnownNameOfTheCertificate) {
  const struct {
    std::vector<std::string> names;
    std::optional<std::string> peer;
  } cases[] = {
      {{}, std::nullopt},
      {{"gateway.dap.internal"}, "gateway"},
      {{"localhost", "goals.dap.internal", "10.0.0.1"}, "goals"},
      {{"goals.dap.internal", "goals.dap.internal"}, "goals"},
      {{"goals.dap.internal", "gateway.dap.internal"}, std::nullopt},
      {{"intruder.dap.internal"}, std::nullopt},
      {{".dap.internal"}, std::nullopt},
      {{"gateway"}, std::nullopt},
      {{"gateway.dap.internal.example.com"}, std::nullopt},
      {{"x.gateway.dap.internal"}, std::nullopt},
      {{"*.dap.internal"}, std::nullopt},
      {{std::string("gateway.dap.internal\0.example.com", 33)}, std::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(PeerName(c.names), c.peer) << testing::PrintToString(c.names);
  }
}

TEST(IsService, IsEveryPeerOnItsOwnAccount) {
  for (const char* name : {"enrolment", "goals", "activity", "notification"}) {
    EXPECT_TRUE(IsService(name, false)) << name;
    EXPECT_TRUE(IsService(name, true)) << name;
  }
  EXPECT_TRUE(IsService("gateway", false));
  EXPECT_FALSE(IsService("gateway", true)) << "passed on for a client";
  for (const char* name : {"", "intruder"}) EXPECT_FALSE(IsService(name, false)) << name;
}

}  // namespace
}  // namespace dap::auth
