// Detection: an answer for every beginning and every name; it rests on the table, and nothing is read beyond the head.
#include "validate/detect/detect.h"

#include <string>
#include <vector>

#include "fuzz.h"
#include "validate/detect/text_look.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  const std::string_view all(reinterpret_cast<const char*>(bytes), size);
  // A heap copy of exactly the head: the sanitizer sees whoever looks beyond it.
  const std::vector<char> head(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(size, kHeadBytes)));
  const std::size_t end = all.find_last_of('\n');
  const std::string name(end == std::string_view::npos ? all : all.substr(end));
  for (const std::string& named :
       {std::string(), name, std::string("a.csv"), std::string("a.docx"), std::string("a.xml")}) {
    TypeQuestion question;
    question.head = {head.data(), head.size()};
    question.whole = size <= kHeadBytes;
    question.name = named;
    question.declared = name;
    const TypeAnswer answer = detect_type(question);
    const auto table = all_content_types();
    FUZZ_HOLDS(answer.type == nullptr || (answer.type >= table.data() && answer.type < table.data() + table.size()));
    FUZZ_HOLDS(answer.name == TypeAnswer::Name::kAgrees || answer.expected != nullptr);
    FUZZ_HOLDS(answer.name == TypeAnswer::Name::kAgrees || answer.expected != answer.type);
    // A mark is never overruled into a type of another family, unless by a name that says plain text.
    const ContentType* const marked = type_by_mark(question.head);
    FUZZ_HOLDS(marked == nullptr || answer.type != nullptr);
    FUZZ_HOLDS(marked == nullptr || !marked->executable || answer.type->executable);
  }
  FUZZ_HOLDS(name_inside_compression(name).size() <= name.size() + 1);
  return 0;
}
