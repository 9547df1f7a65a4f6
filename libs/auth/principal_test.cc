#include "libs/auth/principal.h"

#include <gtest/gtest.h>

#include "dap/auth/v1/principal.pb.h"
#include "libs/status/matchers.h"

namespace dap::auth {
namespace {

using options::v1::ROLE_COACH;
using options::v1::ROLE_HR_SYSTEM;
using options::v1::ROLE_OPERATOR;
using options::v1::ROLE_PARTICIPANT;

constexpr char kStaff[] = "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e5f";
constexpr char kOrganisation[] = "0191f2c4-7b1e-7a30-9c55-aaaaaaaaaaaa";

v1::Principal Coach() {
  v1::Principal proto;
  proto.set_subject(kStaff);
  proto.set_organisation(kOrganisation);
  proto.add_roles(ROLE_COACH);
  proto.add_roles(ROLE_PARTICIPANT);
  proto.mutable_expire_time()->set_seconds(1800000000);
  proto.mutable_expire_time()->set_nanos(250000000);
  return proto;
}

TEST(Principal, ReadsWhatItWrites) {
  auto read = ParsePrincipal(Coach().SerializeAsString());
  ASSERT_THAT(read, status::IsOk());
  EXPECT_EQ(read->staff.ToString(), kStaff);
  EXPECT_EQ(read->organisation.ToString(), kOrganisation);
  EXPECT_EQ(read->roles, (RoleSet{ROLE_PARTICIPANT, ROLE_COACH}));
  EXPECT_EQ(read->expires, absl::FromUnixMillis(1800000000250));
  auto again = ParsePrincipal(Serialize(*read));
  ASSERT_THAT(again, status::IsOk());
  EXPECT_EQ(*again, *read);
}

TEST(Principal, OfAnOperatorHasNoOrganisation) {
  v1::Principal proto = Coach();
  proto.set_subject("night-shift");
  proto.clear_roles();
  proto.add_roles(ROLE_OPERATOR);
  EXPECT_THAT(ParsePrincipal(proto.SerializeAsString()), status::NamesField("organisation"));
  proto.clear_organisation();
  auto read = ParsePrincipal(proto.SerializeAsString());
  ASSERT_THAT(read, status::IsOk());
  EXPECT_TRUE(read->staff.is_nil());
  EXPECT_EQ(*ParsePrincipal(Serialize(*read)), *read);
}

TEST(Principal, IsRefusedWhereItsPartsDoNotGoTogether) {
  const struct {
    const char* what;
    void (*spoil)(v1::Principal&);
    const char* field;
  } cases[] = {
      {"no roles", [](v1::Principal& p) { p.clear_roles(); }, "roles"},
      {"a role of zero", [](v1::Principal& p) { p.add_roles(options::v1::ROLE_UNSPECIFIED); },
       "roles"},
      {"a role of tomorrow",
       [](v1::Principal& p) { p.add_roles(static_cast<options::v1::Role>(31)); }, "roles"},
      {"operator and coach", [](v1::Principal& p) { p.add_roles(ROLE_OPERATOR); }, "roles"},
      {"HR system and coach", [](v1::Principal& p) { p.add_roles(ROLE_HR_SYSTEM); }, "roles"},
      {"no subject", [](v1::Principal& p) { p.clear_subject(); }, "subject"},
      {"subject no UUID", [](v1::Principal& p) { p.set_subject("anna"); }, "subject"},
      {"no organisation", [](v1::Principal& p) { p.clear_organisation(); }, "organisation"},
      {"organisation no UUID", [](v1::Principal& p) { p.set_organisation("acme"); },
       "organisation"},
  };
  for (const auto& c : cases) {
    v1::Principal proto = Coach();
    c.spoil(proto);
    EXPECT_THAT(ParsePrincipal(proto.SerializeAsString()), status::NamesField(c.field)) << c.what;
  }
  EXPECT_THAT(ParsePrincipal("\xFF\xFF"), status::NamesField("principal"));
}

TEST(RoleSet, HoldsEachRoleByItself) {
  for (int number = 1; number <= options::v1::Role_MAX; ++number) {
    const auto role = static_cast<options::v1::Role>(number);
    const RoleSet one{role};
    EXPECT_EQ(one.List(), std::vector<options::v1::Role>{role});
    for (int other = 0; other <= options::v1::Role_MAX; ++other) {
      EXPECT_EQ(one.Has(static_cast<options::v1::Role>(other)), other == number);
    }
  }
  EXPECT_TRUE((RoleSet{options::v1::ROLE_UNSPECIFIED, static_cast<options::v1::Role>(77)}).empty());
  EXPECT_FALSE((RoleSet{ROLE_COACH}).HasAnyOf({ROLE_OPERATOR, ROLE_PARTICIPANT}));
  EXPECT_TRUE((RoleSet{ROLE_COACH}).HasAnyOf({ROLE_OPERATOR, ROLE_COACH}));
}

}  // namespace
}  // namespace dap::auth
