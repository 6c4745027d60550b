// Answers of services: a tree of XML keeps its limits, what we escape reads back as it was, and whatever an error's
// body is, what we say of it is one short printable line.
#include <algorithm>

#include "adapters/aws/client/aws_errors.h"
#include "adapters/aws/client/xml.h"
#include "base/escape.h"
#include "fuzz.h"

namespace {

using scalper::aws::parse_xml;

std::size_t depth_of(const scalper::aws::XmlElement& element) {
  std::size_t deepest = 0;
  for (const auto& child : element.children) deepest = std::max(deepest, depth_of(child));
  return deepest + 1;
}

void read_tree(std::string_view text) {
  const auto parsed = parse_xml(text);
  if (!parsed) {
    FUZZ_HOLDS(parsed.failed_with(scalper::ErrorCode::kCorrupt));
    return;
  }
  FUZZ_HOLDS(!(*parsed).name.empty());
  FUZZ_HOLDS(depth_of(*parsed) <= 64);
  const auto again = parse_xml("<a>" + scalper::aws::escape_xml((*parsed).text) + "</a>");
  FUZZ_HOLDS(again.ok() && (*again).text == (*parsed).text);
}

bool is_one_line(std::string_view text) {
  return scalper::is_valid_utf8(text) && text.find_first_of("\n\r\x1b\x7f") == std::string_view::npos;
}

void read_error(int status, std::string_view body) {
  scalper::aws::AwsResponse answer{status, {{"x-amzn-errortype", std::string(body.substr(0, 40))}}, std::string(body)};
  const auto failure = scalper::aws::read_failure(answer, "GET", scalper::WallTime{});
  FUZZ_HOLDS(is_one_line(failure.message) && failure.message.size() <= 4 * 400);
  FUZZ_HOLDS(is_one_line(failure.refusal.code) && is_one_line(failure.request_id));
  FUZZ_HOLDS(failure.refusal.status == status);
  const bool waits = failure.remedy == scalper::aws::Remedy::kWait;
  FUZZ_HOLDS(!waits || scalper::is_retryable(failure.code));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  constexpr int kStatuses[] = {200, 304, 400, 403, 404, 409, 412, 429, 500, 503};
  scalper::fuzz::Input input(bytes, size);
  const int status = kStatuses[input.byte() % std::size(kStatuses)];
  read_tree(input.rest());
  read_error(status, input.rest());
  return 0;
}
