#include "validate/integrity/digest_text.h"

#include <gtest/gtest.h>

namespace scalper::tests {
namespace {

using Digest = std::optional<std::string>;

TEST(DigestText, ReadsEveryWordAndNoOther) {
  for (const DigestKind kind : kDigestKinds) EXPECT_EQ(parse_digest_word(digest_word(kind)), kind);
  EXPECT_EQ(parse_digest_word("SHA256"), DigestKind::kSha256);
  EXPECT_EQ(parse_digest_word("SHA2-256"), DigestKind::kSha256);
  for (const char* const word : {"", "sha", "sha512", "sha2561", "crc"})
    EXPECT_EQ(parse_digest_word(word), std::nullopt);
}

TEST(DigestText, ReadsHexadecimalOfTheRightLength) {
  EXPECT_EQ(read_hex_digest(DigestKind::kCrc32, "CBF43926"), Digest("cbf43926"));
  EXPECT_EQ(read_hex_digest(DigestKind::kCrc64Nvme, "ae8b14860a799888"), Digest("ae8b14860a799888"));
  for (const char* const text : {"", "cbf4392", "cbf439267", "cbf4392g", " cbf4392", "0xcbf43926"})
    EXPECT_EQ(read_hex_digest(DigestKind::kCrc32, text), Digest()) << text;
}

// The digests of "123456789" (CRC catalogues) and of the empty text.
TEST(DigestText, ReadsBase64OfTheRightLength) {
  EXPECT_EQ(read_base64_digest(DigestKind::kCrc32, "y/Q5Jg=="), Digest("cbf43926"));
  EXPECT_EQ(read_base64_digest(DigestKind::kCrc64Nvme, "rosUhgp5mIg="), Digest("ae8b14860a799888"));
  EXPECT_EQ(read_base64_digest(DigestKind::kMd5, "1B2M2Y8AsgTpgAmY7PhCfg=="),
            Digest("d41d8cd98f00b204e9800998ecf8427e"));
  EXPECT_EQ(read_base64_digest(DigestKind::kSha1, "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
            Digest("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
  EXPECT_EQ(read_base64_digest(DigestKind::kSha256, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            Digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  for (const char* const text : {"", "y/Q5Jg", "y/Q5Jg=", "y/Q5Jg==A", "y_Q5Jg==", "y/Q5Jh==", "y/Q5J===", "y/Q=Jg=="})
    EXPECT_EQ(read_base64_digest(DigestKind::kCrc32, text), Digest()) << text;
}

}  // namespace
}  // namespace scalper::tests
