#include "libs/id/resource_name.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/status/matchers.h"

namespace dap::id {
namespace {

const char kOrganisation[] = "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e5f";
const char kCohort[] = "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e60";

TEST(ResourceName, ReadsWhatItWrites) {
  const Uuid organisation = *Uuid::Parse(kOrganisation);
  const Uuid cohort = *Uuid::Parse(kCohort);
  const std::string name = Name({{"organisations", organisation}, {"cohorts", cohort}});
  EXPECT_EQ(name, absl::StrCat("organisations/", kOrganisation, "/cohorts/", kCohort));
  EXPECT_EQ(*Ids(name, {"organisations", "cohorts"}), (std::vector<Uuid>{organisation, cohort}));
}

TEST(ResourceName, RefusesAnotherShape) {
  for (const std::string& name :
       {std::string(), std::string("organisations"), std::string("organisations/x"),
        absl::StrCat("organisations/", kOrganisation, "/teams/", kCohort),
        absl::StrCat("organisations/", kOrganisation, "/cohorts/", kCohort, "/"),
        absl::StrCat("/organisations/", kOrganisation)}) {
    EXPECT_THAT(Ids(name, {"organisations", "cohorts"}), status::HasReason("NAME_MALFORMED"))
        << name;
  }
}

}  // namespace
}  // namespace dap::id
