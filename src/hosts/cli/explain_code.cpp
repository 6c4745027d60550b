#include "hosts/cli/explain_code.h"

#include <algorithm>
#include <string>

#include "hosts/local_exit_codes.h"

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
