// Texts of other encodings: the same findings as in UTF-8, at the bytes that were received.
#include "validate/formats/transcoding.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/whole_checks.h"
#include "validate/offset_map.h"

namespace scalper::tests {
namespace {

constexpr unsigned kSeed = 20261130;

// Lines of cells, some of them too short, of characters of every length.
std::u32string table(std::size_t rows, std::mt19937& random, char32_t most) {
  const std::u32string letters = U"ab,\u00E9\u00FC\u20AC\u65E5\u672C\U0001F600";
  std::u32string text = U"one,two\n";
  for (std::size_t row = 0; row < rows; ++row) {
    for (int i = 0; i < 12; ++i) {
      const char32_t c = letters[2 + random() % (letters.size() - 2)];
      text += c == U',' || c > most ? U'x' : c;
    }
    text += random() % 5 == 0 ? U"\n" : U",=1\n";
  }
  return text;
}

std::string utf8_of(const std::u32string& text) {
  std::string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += {static_cast<char>(0xC0U | (c >> 6U)), static_cast<char>(0x80U | (c & 0x3FU))};
    } else if (c < 0x10000) {
      out += {static_cast<char>(0xE0U | (c >> 12U)), static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)),
              static_cast<char>(0x80U | (c & 0x3FU))};
    } else {
      out += {static_cast<char>(0xF0U | (c >> 18U)), static_cast<char>(0x80U | ((c >> 12U) & 0x3FU)),
              static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)), static_cast<char>(0x80U | (c & 0x3FU))};
    }
  }
  return out;
}

std::string encoded(char32_t c, TextEncoding encoding) {
  if (encoding == TextEncoding::kWindows1252 && c == U'\u20AC') return "\x80";
  if (encoding != TextEncoding::kUtf16Be && encoding != TextEncoding::kUtf16Le) return {static_cast<char>(c)};
  std::string out;
  const auto unit = [&](char32_t u) {
    const char high = static_cast<char>(u >> 8U);
    const char low = static_cast<char>(u & 0xFFU);
    out += encoding == TextEncoding::kUtf16Be ? std::string{high, low} : std::string{low, high};
  };
  if (c < 0x10000) {
    unit(c);
  } else {
    unit(0xD800 + ((c - 0x10000) >> 10U));
    unit(0xDC00 + ((c - 0x10000) & 0x3FFU));
  }
  return out;
}

Verdict judged(const std::string& text, TextEncoding encoding, std::size_t chunk) {
  ContractSettings settings;
  settings.text.encoding = encoding;
  settings.csv.delimiter = ',';
  settings.limits.findings = 500;
  FileFacts facts;
  facts.name = "t.csv";
  Chunks chunks;
  for (std::size_t at = 0; at < text.size(); at += chunk) chunks.push_back(std::string_view(text).substr(at, chunk));
  return verdict_on(chunks, facts, contract_of(settings));
}

TEST(Transcoding, SaysTheSameAsOfUtf8AtTheBytesThatWereReceived) {
  std::mt19937 random(kSeed);
  for (const TextEncoding encoding : {TextEncoding::kUtf16Le, TextEncoding::kUtf16Be, TextEncoding::kWindows1252}) {
    const std::u32string text = table(800, random, encoding == TextEncoding::kWindows1252 ? U'\u20AC' : U'\U0010FFFF');
    std::string plain = utf8_of(text);
    std::string other;
    std::vector<std::uint64_t> received(plain.size() + 1);  // by the byte of UTF-8
    for (std::size_t i = 0, at = 0; i < text.size(); ++i) {
      const std::size_t size = utf8_of(text.substr(i, 1)).size();
      for (std::size_t k = 0; k < size; ++k) received[at + k] = other.size();
      at += size;
      other += encoded(text[i], encoding);
    }
    received.back() = other.size();
    const Verdict want = judged(plain, TextEncoding::kUtf8, plain.size());
    const Verdict got = judged(other, encoding, other.size());
    ASSERT_EQ(got.findings.size(), want.findings.size());
    ASSERT_GT(want.findings.size(), 100U);
    for (std::size_t i = 0; i < want.findings.size(); ++i) {
      EXPECT_EQ(got.findings[i].code, want.findings[i].code);
      EXPECT_EQ(got.findings[i].message, want.findings[i].message);
      EXPECT_EQ(got.findings[i].location.line, want.findings[i].location.line);
      EXPECT_EQ(got.findings[i].location.row, want.findings[i].location.row);
      ASSERT_EQ(got.findings[i].location.byte, received[*want.findings[i].location.byte]) << i;
    }
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, std::size_t{65536}})
      EXPECT_EQ(judged(other, encoding, chunk), got) << chunk;
  }
}

TEST(Transcoding, SaysNoByteOfWhatLiesTooFarBack) {
  std::string text;
  const auto put = [&](std::string_view ascii) {
    for (const char c : ascii) text += {c, '\0'};
  };
  put("a,b\n1,\"");
  for (std::size_t i = 0; i < OffsetMap::kMostRuns; ++i) text += std::string("x\0\xE9\0", 4);
  const Verdict verdict = judged(text, TextEncoding::kUtf16Le, text.size());
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].code, "csv.unclosed_quote");
  EXPECT_FALSE(verdict.findings[0].location.byte.has_value());
  EXPECT_EQ(verdict.findings[0].location.line, 2U);
}

}  // namespace
}  // namespace scalper::tests
