#pragma once
// What all samples of a feed have in common, learnt while they are judged. Memory does not grow with them.

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "validate/learn/json_notes.h"
#include "validate/learn/table_notes.h"
#include "validate/sample_watch.h"

namespace scalper::learn {

class SampleNotes final : public SampleWatch {
 public:
  std::unique_ptr<Checker> content(const Layer& layer, const ContentType& type) override;
  void picture(std::uint64_t width, std::uint64_t height) override;
  void root_element(std::string_view name) override;

  // Media types of the files themselves, or of what they hold packed; and of the members of archives.
  std::set<std::string> types;
  std::set<std::string> member_types;
  TableNotes table;
  JsonNotes json;
  bool mark = false;  // some text begins with a byte order mark
  std::uint64_t longest_line = 0;
  std::set<std::string> roots;  // of XML; two of them say as much as more
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

}  // namespace scalper::learn
