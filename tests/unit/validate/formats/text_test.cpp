#include "validate/formats/text.h"

#include <gtest/gtest.h>

#include <random>

#include "support/check_layer.h"
#include "validate/formats/text_scan.h"

namespace scalper::tests {
namespace {

using Lines = std::vector<std::string>;

Lines said(std::string_view text, const TextSettings& settings = {}) {
  ContractSettings contract;
  contract.text = settings;
  return briefs_of(make_text_checker, text, contract);
}

TextSettings with_bom(Strictness strictness) {
  TextSettings settings;
  settings.bom = strictness;
  return settings;
}

TextSettings without_controls() {
  TextSettings settings;
  settings.controls = Strictness::kAllow;
  return settings;
}

TextSettings with_length(std::uint64_t bytes) {
  TextSettings settings;
  settings.line_length = bytes;
  return settings;
}

TEST(PlainRun, IsTheSameInEveryWay) {
  std::mt19937 random(1);
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < 140; at += 7) {
      std::string text(150, 'a');
      text[at] = static_cast<char>(byte);
      for (int i = 0; i < 5; ++i) text[at + 5 + random() % 5] = "\t\r\n\f ~"[random() % 6];
      const PlainRun want = plain_run_by(TextWay::kScalar, text);
      ASSERT_EQ(plain_run_by(TextWay::kWide, text), want) << byte << " at " << at;
      ASSERT_EQ(plain_run(text), want);
      const bool plain = (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
      ASSERT_EQ(want.length, plain ? text.size() : at) << byte;
    }
  }
}

TEST(PlainRun, CountsManyLines) {
  const std::string text(100'000, '\n');
  for (const TextWay way : {TextWay::kScalar, TextWay::kWide}) {
    EXPECT_EQ(plain_run_by(way, text), (PlainRun{text.size(), text.size()}));
  }
}

TEST(TextChecker, HasNothingToSayOfGoodText) {
  EXPECT_EQ(said(""), Lines{});
  EXPECT_EQ(said("one\r\ntwo\tthree\fpage\n"), Lines{});
  EXPECT_EQ(said("Zo\xC3\xAB \xE2\x9C\x93 \xF0\x9F\x99\x82 no end"), Lines{});
  EXPECT_EQ(said(std::string(1000, 'x') + "\xC3\xAB" + std::string(1000, 'y')), Lines{});
}

TEST(TextChecker, SaysWhereTheTextIsNoUtf8) {
  EXPECT_EQ(said("a\nb\xFF\n"), Lines{"encoding.utf8 3 2"});
  EXPECT_EQ(said("a\nb\xC3"), Lines{"encoding.utf8 3 2"});
  EXPECT_EQ(said("\xC0\xAF"), Lines{"encoding.utf8 0 1"});
  EXPECT_EQ(said("\xED\xA0\x80 and \xFF"), Lines{"encoding.utf8 0 1"});  // once
}

TEST(TextChecker, NamesControlCharacters) {
  EXPECT_EQ(said("a\x01z\nb\x7F"), (Lines{"text.control 1 1", "text.control 5 2"}));
  EXPECT_EQ(said("a\x0B\x1B[m"), (Lines{"text.control 1 1", "text.control 2 1"}));
  EXPECT_EQ(said("a\n\xC2\x9B"
                 "1m\xC2\xA0"),
            Lines{"text.control 2 2"});
  EXPECT_EQ(said("a\x01", without_controls()), Lines{});
  ContractSettings strict;
  strict.text.controls = Strictness::kError;
  EXPECT_EQ(findings_of(make_text_checker, {"a\x01"}, strict).at(0).severity, Severity::kError);
  EXPECT_EQ(said(std::string("a\0b", 3)), Lines{"text.nul 1 1"});
}

TEST(TextChecker, LooksForTheByteOrderMarkWhereAsked) {
  const std::string_view marked =
      "\xEF\xBB\xBF"
      "a\n";
  EXPECT_EQ(said(marked), Lines{});
  EXPECT_EQ(said(marked, with_bom(Strictness::kWarn)), Lines{"text.bom 0 1"});
  EXPECT_EQ(said("\xEF\xBB\xBF", with_bom(Strictness::kError)), Lines{"text.bom 0 1"});
  EXPECT_EQ(said("a\xEF\xBB\xBF\n", with_bom(Strictness::kError)), Lines{});
  EXPECT_EQ(said("\xEF\xBB\xBE\n", with_bom(Strictness::kError)), Lines{});
}

TEST(TextChecker, MeasuresLines) {
  const TextSettings four = with_length(4);
  EXPECT_EQ(said("1234\r\n1234\n1234", four), Lines{});
  EXPECT_EQ(said("1\n12345\n\n123456", four), (Lines{"text.line_length 2 2", "text.line_length 9 4"}));
  EXPECT_EQ(said("1234\r", four), Lines{});
  EXPECT_EQ(said("\n", with_length(0)), Lines{});
}

}  // namespace
}  // namespace scalper::tests
