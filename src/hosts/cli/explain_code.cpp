#include "hosts/cli/explain_code.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/escape.h"
#include "hosts/local_exit_codes.h"
#include "validate/code_table.h"
#include "validate/contract/lint.h"

namespace scalper::cli {
namespace {

// From behind the heading to the next one; empty: there is none of that name.
std::string_view section_of(std::string_view page, std::string_view code) {
  const std::string heading = "\n### `" + std::string(code) + "`\n";
  const std::size_t at = page.find(heading);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = page.substr(at + heading.size());
  return rest.substr(0, std::min(rest.find("\n## "), rest.find("\n### ")));
}

// Without the marks of Markdown at the beginning of lines.
std::string_view plain(std::string_view line) {
  for (const std::string_view mark : {"- ", "> "})
    if (line.starts_with(mark)) return line.substr(mark.size());
  return line;
}

}  // namespace

std::string code_hint(std::string_view typed) {
  std::vector<std::string_view> known;
  std::string family;
  const std::string_view before = typed.substr(0, std::min(typed.find('.'), typed.size()) + 1);  // "csv."
  for (const FindingCode& code : all_codes()) {
    known.push_back(code.code);
    if (before.ends_with('.') && code.code.starts_with(before))
      family += (family.empty() ? "" : ", ") + std::string(code.code);
  }
  const std::string_view meant = grammar::closest(typed, known);
  if (meant.empty() && family.empty()) return {};
  const std::string none = "there is no finding code \"" + escape_text(typed) + "\"";
  return meant.empty() ? none + "; of that family are " + family
                       : none + "; did you mean \"" + std::string(meant) + "\"?";
}

int explain_code(std::string_view code, Terminal& terminal) {
  std::string_view section = section_of(findings_page(), code);
  if (section.empty()) {
    terminal.complain("a defect of the program, please report it: its page of codes lacks " + std::string(code));
    return kExitInternal;
  }
  terminal.out() << terminal.paint(Colour::kBold, code) << "\n";
  while (section.ends_with('\n')) section.remove_suffix(1);
  while (!section.empty()) {
    const std::size_t end = std::min(section.find('\n'), section.size());
    terminal.out() << plain(section.substr(0, end)) << "\n";
    section.remove_prefix(std::min(section.size(), end + 1));
  }
  return kExitOk;
}

}  // namespace scalper::cli
