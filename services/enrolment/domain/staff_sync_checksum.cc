#include "services/enrolment/domain/staff_sync_checksum.h"

#include <bit>
#include <cstddef>

namespace dap::enrolment {
namespace {

constexpr size_t kBlock = 64;

constexpr std::array<uint32_t, 8> kStart = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr std::array<uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t Read(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

void Append(std::string& out, uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(number >> (8 * i)));
}

std::array<uint32_t, 64> Schedule(const uint8_t* block) {
  std::array<uint32_t, 64> words;
  for (size_t i = 0; i < 16; ++i) words[i] = Read(block + 4 * i);
  for (size_t i = 16; i < 64; ++i) {
    const uint32_t a = words[i - 15];
    const uint32_t b = words[i - 2];
    words[i] = words[i - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) + words[i - 7] +
               (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
  }
  return words;
}

}  // namespace

SyncChecksum::SyncChecksum() : hash_(kStart) {}

void SyncChecksum::AddBlock(const uint8_t* block) {
  const std::array<uint32_t, 64> words = Schedule(block);
  auto [a, b, c, d, e, f, g, h] = hash_;
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                        ((e & f) ^ (~e & g)) + kRound[i] + words[i];
    const uint32_t t2 =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::array<uint32_t, 8> round = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < 8; ++i) hash_[i] += round[i];
}

void SyncChecksum::Add(absl::string_view bytes) {
  length_ += bytes.size();
  partial_.append(bytes.data(), bytes.size());
  size_t done = 0;
  for (; partial_.size() - done >= kBlock; done += kBlock) {
    AddBlock(reinterpret_cast<const uint8_t*>(partial_.data()) + done);
  }
  partial_.erase(0, done);
}

void SyncChecksum::AddId(absl::string_view external_id) {
  Add(external_id);
  Add(absl::string_view("\0", 1));
}

std::string SyncChecksum::Digest() const {
  SyncChecksum last = *this;
  std::string padding(1, static_cast<char>(0x80));
  padding.append((2 * kBlock - 9 - length_ % kBlock) % kBlock, '\0');
  Append(padding, length_ * 8, 8);
  last.Add(padding);
  std::string digest;
  for (uint32_t word : last.hash_) Append(digest, word, 4);
  return digest;
}

std::string SyncChecksum::State() const {
  std::string state;
  for (uint32_t word : hash_) Append(state, word, 4);
  Append(state, length_, 8);
  return state + partial_;
}

std::optional<SyncChecksum> SyncChecksum::Resume(absl::string_view state) {
  constexpr size_t kFixed = 8 * 4 + 8;
  if (state.size() < kFixed || state.size() >= kFixed + kBlock) return std::nullopt;
  const auto* bytes = reinterpret_cast<const uint8_t*>(state.data());
  SyncChecksum resumed;
  for (size_t i = 0; i < 8; ++i) resumed.hash_[i] = Read(bytes + 4 * i);
  resumed.length_ = uint64_t{Read(bytes + 32)} << 32 | Read(bytes + 36);
  resumed.partial_ = std::string(state.substr(kFixed));
  if (resumed.length_ % kBlock != resumed.partial_.size()) return std::nullopt;
  return resumed;
}

}  // namespace dap::enrolment
