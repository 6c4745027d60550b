#include "validate/formats/pdf.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "support/whole_checks.h"

namespace scalper::tests {
namespace {

const FileCase& case_of(const std::string& name) {
  static const FileCase none;
  for (const FileCase& one : file_cases())
    if (one.path == "pdf/" + name) return one;
  ADD_FAILURE() << name << " is no case";
  return none;
}

Verdict judged(const std::string& name, const ContractSettings& settings) {
  return verdict_on(case_of(name).bytes, name, settings);
}

TEST(Pdf, TheContractSaysHowStrictlyScriptsAndFilesAreTaken) {
  struct Row {
    const char* name;
    const char* code;
    Strictness PdfSettings::*key;
  };
  for (const Row& row :
       {Row{"script.pdf", "pdf.script", &PdfSettings::scripts}, Row{"launch.pdf", "pdf.action", &PdfSettings::scripts},
        Row{"attachment.pdf", "pdf.attachment", &PdfSettings::attachments}}) {
    ContractSettings settings;
    EXPECT_EQ(codes_of(judged(row.name, settings)), row.code);
    settings.pdf.*row.key = Strictness::kAllow;
    EXPECT_EQ(codes_of(judged(row.name, settings)), "-") << row.name;
    settings.pdf.*row.key = Strictness::kError;
    EXPECT_EQ(codes_of(judged(row.name, settings)), row.code);
    EXPECT_EQ(judged(row.name, settings).kind, VerdictKind::kInvalid) << row.name;
  }
}

TEST(Pdf, AScriptIsFoundAtItsName) {
  const FileCase& one = case_of("script_escaped.pdf");
  const Verdict verdict = judged("script_escaped.pdf", {});
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].location.byte, one.bytes.find("/J#61va"));
}

std::string with_pages(int pages) {
  std::string text = "%PDF-1.7\n";
  std::string table = "xref\n0 " + std::to_string(pages + 2) + "\n0000000000 65535 f \n";
  const auto add = [&](int number, const std::string& body) {
    std::string place = std::to_string(text.size());
    table += std::string(10 - place.size(), '0') + place + " 00000 n \n";
    text += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
  };
  add(1, "<< /Type /Catalog /Pages 2 0 R >>");
  for (int page = 0; page < pages; ++page) add(page + 2, "<< /Type /Page >>");
  const std::string start = std::to_string(text.size());
  return text + table + "trailer\n<< /Size " + std::to_string(pages + 2) + " /Root 1 0 R >>\nstartxref\n" + start +
         "\n%%EOF\n";
}

TEST(Pdf, TheContractBoundsThePages) {
  const std::string text = with_pages(12);
  ContractSettings settings;
  settings.pdf.max_pages = 12;
  EXPECT_EQ(codes_of(verdict_on(text, "a.pdf", settings)), "-");
  settings.pdf.max_pages = 11;
  EXPECT_EQ(codes_of(verdict_on(text, "a.pdf", settings)), "pdf.pages");
}

TEST(Pdf, MoreObjectsThanAreFollowedAreNotCalledValid) {
  EXPECT_EQ(codes_of(verdict_on(with_pages(199'999), "a.pdf")), "-");
  const Verdict over = verdict_on(with_pages(200'000), "a.pdf");
  EXPECT_EQ(codes_of(over), "limit.objects");
  EXPECT_EQ(over.kind, VerdictKind::kUnverifiable);
}

TEST(Pdf, NoByteMayLackAtTheEnd) {
  for (const char* const name :
       {"letter.pdf", "object_stream.pdf", "linearized.pdf", "hybrid.pdf", "late_length.pdf"}) {
    const FileCase& one = case_of(name);
    // The last line's end may.
    for (std::size_t size = 0; size + 1 < one.bytes.size(); ++size)
      EXPECT_NE(verdict_on(one.bytes.substr(0, size), "a.pdf").kind, VerdictKind::kValid) << name << " " << size;
  }
}

// What zlib itself makes of it; empty if it refuses it.
std::string unpacked(const std::string& text) {
  std::string out(4096, '\0');
  uLongf size = out.size();
  const auto* const from = reinterpret_cast<const Bytef*>(text.data());
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size, from, text.size()) != Z_OK) return {};
  out.resize(size);
  return out;
}

// Some bits of packed data have no meaning, such as the last ones before the checksum.
TEST(Pdf, EachFlippedBitOfPackedDataShows) {
  const std::string& sound = case_of("object_stream.pdf").bytes;
  std::size_t changed = 0;
  for (std::size_t word = sound.find(">>\nstream\n"); word != std::string::npos;
       word = sound.find(">>\nstream\n", word + 1)) {
    const std::size_t begin = word + std::string_view(">>\nstream\n").size();
    const std::size_t size = sound.find("\nendstream", begin) - begin;
    for (std::size_t bit = begin * 8; bit < (begin + size) * 8; ++bit) {
      std::string damaged = sound;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      if (unpacked(damaged.substr(begin, size)) == unpacked(sound.substr(begin, size))) continue;
      ++changed;
      EXPECT_NE(verdict_on(damaged, "a.pdf").kind, VerdictKind::kValid) << bit / 8;
    }
  }
  EXPECT_GT(changed, 2000U);
}

TEST(Pdf, DecodesNoMoreThanTheContractAllows) {
  ContractSettings settings;
  settings.archive.max_total = 10;
  EXPECT_EQ(codes_of(judged("letter.pdf", settings)), "archive.total");
  settings.archive.max_total = 1000;
  EXPECT_EQ(codes_of(judged("letter.pdf", settings)), "-");
}

TEST(Pdf, WithoutMemoryNothingPasses) {
  ContractSettings settings;
  settings.limits.decoder_memory = 1000;
  const Verdict verdict = judged("letter.pdf", settings);
  EXPECT_EQ(codes_of(verdict), "limit.decoder");
  EXPECT_EQ(verdict.kind, VerdictKind::kUnverifiable);
}

}  // namespace
}  // namespace scalper::tests
