#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "digest/crc32.h"
#include "digest/crc32c.h"
#include "digest/crc64nvme.h"
#include "digest/old_hash.h"
#include "digest/sha256.h"

namespace scalper {
namespace {

std::vector<std::byte> random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(size);
  for (std::byte& b : bytes) b = static_cast<std::byte>(random());
  return bytes;
}

// The state after two updates is that after one.
template <class Digest>
auto in_two(Bytes bytes, std::size_t cut) {
  Digest digest;
  digest.update(bytes.first(cut));
  digest.update(bytes.subspan(cut));
  return digest.value();
}

std::string old_hash(OldHashKind kind, std::string_view text) {
  auto hash = OldHash::make(kind);
  if (!hash.ok()) return hash.error().message();
  hash->update(as_bytes(text));
  return hash->finish();
}

TEST(Crc64Nvme, MatchesThePublishedValues) {
  EXPECT_EQ(crc64nvme(as_bytes("123456789")), 0xAE8B14860A799888ULL);
  EXPECT_EQ(crc64nvme_hex(0xAE8B14860A799888ULL), "ae8b14860a799888");
  EXPECT_EQ(crc64nvme_hex(0x1), "0000000000000001");
  // NVM Express command set specification 1.0b, section 5.2.1.3.5: blocks of 4 KiB.
  EXPECT_EQ(crc64nvme(std::vector<std::byte>(4096)), 0x6482D367EB22B64EULL);
  EXPECT_EQ(crc64nvme(std::vector<std::byte>(4096, std::byte{0xFF})), 0xC0DDBA7302ECA3ACULL);
}

TEST(Crc64Nvme, AllWaysAgreeAtEveryLength) {
  const auto bytes = random_bytes(2000, 7);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const Bytes some = Bytes{bytes}.first(size);
    const std::uint64_t want = crc64nvme_by(Crc64Way::kTable, some);
    ASSERT_EQ(crc64nvme_by(Crc64Way::kLanes, some), want) << size;
    ASSERT_EQ(crc64nvme_by(Crc64Way::kWideLanes, some), want) << size;
    ASSERT_EQ(crc64nvme(some), want) << size;
  }
}

TEST(Crc64Nvme, DoesNotDependOnCuts) {
  const auto bytes = random_bytes(1500, 8);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ASSERT_EQ(in_two<Crc64Nvme>(bytes, cut), crc64nvme_by(Crc64Way::kTable, bytes));
  }
}

TEST(Crc32c, MatchesRfc3720) {
  Crc32c check;
  check.update(as_bytes("123456789"));
  EXPECT_EQ(check.value(), 0xE3069283U);
  // RFC 3720, appendix B.4, read as little-endian numbers.
  const std::vector<std::byte> zeros(32);
  const std::vector<std::byte> ones(32, std::byte{0xFF});
  EXPECT_EQ(in_two<Crc32c>(zeros, 5), 0x8A9136AAU);
  EXPECT_EQ(in_two<Crc32c>(ones, 31), 0x62A8AB43U);
  EXPECT_EQ(crc32c_by_table(zeros), 0x8A9136AAU);
}

TEST(Crc32c, TheInstructionAgreesWithTheTable) {
  const auto bytes = random_bytes(300, 9);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const Bytes some = Bytes{bytes}.first(size);
    ASSERT_EQ(in_two<Crc32c>(some, size / 3), crc32c_by_table(some)) << size;
  }
}

// Long inputs go by three lanes that are joined: sizes around whole rounds of them.
TEST(Crc32c, LanesAgreeWithTheTable) {
  constexpr std::size_t kRound = 3 * 2048;
  const auto bytes = random_bytes(3 * kRound, 10);
  for (const std::size_t whole : {std::size_t{0}, kRound, 2 * kRound}) {
    for (std::size_t size = whole + kRound - 17; size <= whole + kRound; ++size) {
      const Bytes some = Bytes{bytes}.first(size);
      ASSERT_EQ(in_two<Crc32c>(some, 0), crc32c_by_table(some)) << size;
      ASSERT_EQ(in_two<Crc32c>(some, 101), crc32c_by_table(some)) << size;
    }
  }
}

TEST(Crc32, MatchesThePublishedValue) {
  EXPECT_EQ(in_two<Crc32>(as_bytes("123456789"), 0), 0xCBF43926U);
  EXPECT_EQ(in_two<Crc32>(as_bytes("123456789"), 4), 0xCBF43926U);
  EXPECT_EQ(Crc32().value(), 0U);
}

TEST(Sha256, MatchesFips180) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(OldHash, MatchesFips180AndRfc1321) {
  EXPECT_EQ(old_hash(OldHashKind::kSha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(old_hash(OldHashKind::kSha1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(old_hash(OldHashKind::kMd5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(old_hash(OldHashKind::kMd5, "message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

}  // namespace
}  // namespace scalper
