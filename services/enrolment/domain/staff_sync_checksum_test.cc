#include "services/enrolment/domain/staff_sync_checksum.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

namespace dap::enrolment {
namespace {

std::string OfOpenSsl(const std::string& text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(text.data()), text.size(),
         reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

TEST(SyncChecksumTest, IsSha256OfAnyLength) {
  std::string text;
  for (int length = 0; length < 300; ++length) {
    SyncChecksum checksum;
    checksum.Add(text);
    EXPECT_EQ(checksum.Digest(), OfOpenSsl(text)) << length;
    text.push_back(static_cast<char>(length * 7));
  }
}

TEST(SyncChecksumTest, EndsEachIdWithAZeroByte) {
  SyncChecksum checksum;
  checksum.AddId("ab");
  checksum.AddId("");
  EXPECT_EQ(checksum.Digest(), OfOpenSsl(std::string("ab\0\0", 4)));
}

TEST(SyncChecksumTest, GoesOnFromItsStateAtEveryCut) {
  std::string text(200, 'x');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i);
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    SyncChecksum first;
    first.Add(text.substr(0, cut));
    auto second = SyncChecksum::Resume(first.State());
    ASSERT_TRUE(second.has_value()) << cut;
    second->Add(text.substr(cut));
    EXPECT_EQ(second->Digest(), OfOpenSsl(text)) << cut;
  }
}

TEST(SyncChecksumTest, RefusesAStateThatIsNone) {
  std::string state = SyncChecksum().State();
  EXPECT_FALSE(SyncChecksum::Resume("").has_value());
  EXPECT_FALSE(SyncChecksum::Resume(state.substr(1)).has_value());
  EXPECT_FALSE(SyncChecksum::Resume(state + "x").has_value());
}

}  // namespace
}  // namespace dap::enrolment
