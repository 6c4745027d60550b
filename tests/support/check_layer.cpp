#include "support/check_layer.h"

#include <gtest/gtest.h>

#include "base/escape.h"

namespace scalper::tests {

std::vector<Finding> findings_of(MakeChecker make, const Chunks& chunks, const ContractSettings& settings) {
  Findings findings(1000);
  Budget budget;
  Layer layer;
  layer.settings = &settings;
  layer.findings = &findings;
  layer.budget = &budget;
  const std::unique_ptr<Checker> checker = make(layer);
  feed_copies(chunks, [&](std::string_view chunk) { checker->feed(as_bytes(chunk)); });
  checker->finish();
  EXPECT_EQ(findings.total(), findings.kept().size());
  return findings.kept();
}

std::string brief(const Finding& finding) {
  const auto number = [](const std::optional<std::uint64_t>& value) {
    return value.has_value() ? " " + std::to_string(*value) : " -";
  };
  const Location& where = finding.location;
  std::string out = finding.code + number(where.byte) + number(where.line);
  if (where.row.has_value()) out += number(where.row);
  if (where.column_index.has_value()) out += " #" + std::to_string(*where.column_index);
  if (where.column.has_value()) out += " " + escape_text(*where.column);
  if (where.pointer.has_value()) out += " " + escape_text(*where.pointer);
  return out;
}

std::vector<std::string> briefs_of(MakeChecker make, std::string_view text, const ContractSettings& settings,
                                   std::size_t every) {
  const std::vector<Finding> whole = findings_of(make, {text}, settings);
  for_each_cut(
      text,
      [&](const Chunks& chunks) {
        const std::vector<Finding> cut = findings_of(make, chunks, settings);
        if (cut == whole) return;
        std::string said;
        for (const Finding& finding : cut) said += brief(finding) + "; ";
        ADD_FAILURE() << escape_text(text, 300) << " in " << chunks.size() << " chunks, the first of "
                      << chunks.front().size() << ": " << said;
      },
      every);
  std::vector<std::string> lines;
  for (const Finding& finding : whole) {
    lines.push_back(brief(finding));
    EXPECT_TRUE(is_valid_utf8(finding.message)) << finding.code;
    // Escaped once more it is the same, but for the backslashes of the first time: nothing is left to escape.
    std::string single;
    const std::string twice = escape_text(finding.message, 10000);
    for (std::size_t i = 0; i < twice.size(); ++i) single += twice[i] == '\\' ? twice[i++] : twice[i];
    EXPECT_EQ(single, finding.message) << "not harmless";
    EXPECT_GT(finding.message.size(), 12U) << finding.code;
  }
  return lines;
}

}  // namespace scalper::tests
