#include "validate/formats/image.h"

#include <gtest/gtest.h>

#include "digest/crc32.h"
#include "support/whole_checks.h"

namespace scalper::tests {
namespace {

const FileCase& case_of(std::string_view path) {
  static const FileCase none;
  for (const FileCase& one : file_cases())
    if (one.path == path) return one;
  ADD_FAILURE() << path << " is no case";
  return none;
}

constexpr std::string_view kSound[] = {"image/picture.png", "image/photo.jpg", "image/small.gif", "image/lossy.webp"};

TEST(Image, TheContractBoundsWidthAndHeight) {
  for (const std::string_view path : kSound) {
    const FileCase& one = case_of(path);
    const auto codes = [&](std::uint64_t width, std::uint64_t height) {
      ContractSettings settings;
      settings.image.max_width = width;
      settings.image.max_height = height;
      return codes_of(verdict_on(one.bytes, one.path, settings));
    };
    EXPECT_EQ(codes(8, 8), "-") << path;
    EXPECT_EQ(codes(7, 8), "image.too_large") << path;
    EXPECT_EQ(codes(8, 7), "image.too_large") << path;
  }
}

TEST(Image, NoByteMayLackAtTheEnd) {
  for (const std::string_view path : kSound) {
    const FileCase& one = case_of(path);
    for (std::size_t size = 0; size < one.bytes.size(); ++size)
      EXPECT_NE(verdict_on(one.bytes.substr(0, size), one.path).kind, VerdictKind::kValid) << path << " " << size;
  }
}

// Every byte of a PNG is under a checksum, or one itself.
TEST(Image, EachFlippedBitOfAPngShows) {
  const FileCase& one = case_of("image/picture.png");
  for (std::size_t bit = 0; bit < one.bytes.size() * 8; ++bit) {
    std::string damaged = one.bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(verdict_on(damaged, one.path).kind, VerdictKind::kValid) << bit / 8;
  }
}

std::string with_size(std::string picture, std::uint32_t width, std::uint32_t height) {
  for (int i = 0; i < 4; ++i) {
    picture[16 + static_cast<std::size_t>(i)] = static_cast<char>(width >> (24 - 8 * i));
    picture[20 + static_cast<std::size_t>(i)] = static_cast<char>(height >> (24 - 8 * i));
  }
  Crc32 sum;
  sum.update(as_bytes(std::string_view(picture).substr(12, 17)));
  for (int i = 0; i < 4; ++i)
    picture[29 + static_cast<std::size_t>(i)] = static_cast<char>(sum.value() >> (24 - 8 * i));
  return picture;
}

TEST(Image, APictureIsNoWayRoundTheLimitsOfArchives) {
  const FileCase& one = case_of("image/picture.png");
  EXPECT_EQ(codes_of(verdict_on(with_size(one.bytes, 65535, 65535), one.path)), "archive.total");
  EXPECT_EQ(codes_of(verdict_on(with_size(one.bytes, 20000, 20000), one.path)), "archive.ratio");
  EXPECT_EQ(codes_of(verdict_on(with_size(one.bytes, 2000, 2000), one.path)), "image.data");
}

TEST(Image, ATruncationNamesWhereTheFileEnds) {
  const FileCase& one = case_of("image/truncated.png");
  const Verdict verdict = verdict_on(one.bytes, one.path);
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].location.byte, one.bytes.size());
}

}  // namespace
}  // namespace scalper::tests
