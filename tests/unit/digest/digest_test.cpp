#include <gtest/gtest.h>

#include "digest/crc64nvme.h"
#include "digest/sha256.h"

namespace scalper {
namespace {

TEST(Crc64Nvme, MatchesThePublishedCheckValue) { EXPECT_EQ(crc64nvme(as_bytes("123456789")), 0xAE8B14860A799888ULL); }

TEST(Sha256, MatchesFips180) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace scalper
