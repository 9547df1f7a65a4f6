#include "libs/id/uuid.h"

#include <gtest/gtest.h>

#include "libs/status/matchers.h"

namespace dap::id {
namespace {

TEST(Uuid, ReadsWhatItWrites) {
  const std::string text = "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e5f";
  absl::StatusOr<Uuid> uuid = Uuid::Parse(text);
  ASSERT_THAT(uuid, status::IsOk());
  EXPECT_EQ(uuid->ToString(), text);
  EXPECT_EQ(Uuid::FromBytes(uuid->bytes()), *uuid);
  EXPECT_EQ(*Uuid::Parse("0191F2C4-7B1E-7A30-9C55-0A1B2C3D4E5F"), *uuid);
}

TEST(Uuid, RefusesWhatIsNone) {
  for (const char* text :
       {"", "0191f2c4", "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e5",
        "zzzzzzzz-7b1e-7a30-9c55-0a1b2c3d4e5f", "0191f2c407b1e-7a30-9c55-0a1b2c3d4e5f",
        "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e5f0"}) {
    EXPECT_THAT(Uuid::Parse(text), status::HasReason("UUID_MALFORMED")) << text;
  }
}

TEST(Generator, AscendsEvenWhenTheClockGoesBack) {
  time::ManualClock clock(absl::FromUnixSeconds(1800000000));
  Generator generator(clock);
  Uuid last;
  for (int i = 0; i < 10000; ++i) {
    if (i == 5000) clock.Advance(-absl::Hours(1));
    Uuid next = generator.Next();
    EXPECT_LT(last, next);
    last = next;
  }
}

TEST(Generator, MarksVersionSevenAndItsVariant) {
  time::ManualClock clock(absl::FromUnixSeconds(1800000000));
  std::string text = Generator(clock).Next().ToString();
  EXPECT_EQ(text[14], '7');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

}  // namespace
}  // namespace dap::id
