// XML that services answer: whatever is read keeps its limits, and what we escape reads back as it was.
#include "adapters/aws/client/xml.h"
#include "fuzz.h"

namespace {

std::size_t depth_of(const scalper::aws::XmlElement& element) {
  std::size_t deepest = 0;
  for (const auto& child : element.children) deepest = std::max(deepest, depth_of(child));
  return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto parsed = scalper::aws::parse_xml(text);
  if (parsed.ok()) {
    FUZZ_HOLDS(!(*parsed).name.empty());
    FUZZ_HOLDS(depth_of(*parsed) <= 64);
    const auto again = scalper::aws::parse_xml("<a>" + scalper::aws::escape_xml((*parsed).text) + "</a>");
    FUZZ_HOLDS(again.ok() && (*again).text == (*parsed).text);
  } else {
    FUZZ_HOLDS(parsed.failed_with(scalper::ErrorCode::kCorrupt));
  }
  return 0;
}
