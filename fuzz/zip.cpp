// zip layers: the same verdict however the input is cut. With an odd last byte the rest becomes the one stored member
// of a whole archive, so that what is inside gets its turn; then the archive itself has nothing to say, and adds no
// finding.
#include <libdeflate.h>

#include <string>

#include "whole.h"

namespace {

using namespace scalper;

constexpr std::size_t kMostDecoded = std::size_t{8} << 20U;

std::string little(std::uint64_t value, int bytes) {
  std::string out;
  for (; bytes > 0; --bytes, value >>= 8U) out += static_cast<char>(value & 0xFFU);
  return out;
}

// What header and directory both state.
std::string stated(std::string_view content, const std::string& name) {
  const std::uint32_t sum = libdeflate_crc32(0, content.data(), content.size());
  return little(20, 2) + little(0, 8) + little(sum, 4) + little(content.size(), 4) + little(content.size(), 4) +
         little(name.size(), 2) + little(0, 2);
}

std::string archive_of(std::string_view content, const std::string& name) {
  std::string out = "PK\3\4" + stated(content, name) + name + std::string(content);
  const std::string record = "PK\1\2" + little(20, 2) + stated(content, name) + little(0, 14) + name;
  const std::string end = little(0, 4) + little(1, 2) + little(1, 2) + little(record.size(), 4) + little(out.size(), 4);
  return out + record + "PK\5\6" + end + little(0, 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(bytes), size - 1);
  const unsigned choice = bytes[size - 1];
  const bool inside = (choice & 1U) != 0;
  if (inside) text = archive_of(text, (choice & 2U) != 0 ? "in.zip" : "a.csv");
  FileFacts facts;
  facts.name = (choice & 4U) != 0 ? "a.docx" : "a.zip";
  if ((choice & 8U) != 0) facts.size = text.size();
  ContractSettings settings;
  settings.archive.max_total = kMostDecoded;
  settings.archive.max_ratio = (choice & 16U) != 0 ? 10 : 2000;
  settings.archive.max_entries = (choice & 32U) != 0 ? 3 : 1000;
  const auto contract = std::make_shared<fuzz::ChosenContract>(settings);
  const Verdict verdict = fuzz::same_in_all_cuts(contract, facts, text);
  for (const Finding& finding : verdict.findings)
    FUZZ_HOLDS(!inside || !finding.location.path.empty() || !finding.code.starts_with("zip."));
  return 0;
}
