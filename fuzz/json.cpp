// The JSON tokenizer: the same events and the same fault however the input is cut; what is complete nests rightly.
#include <string>

#include "base/escape.h"
#include "fuzz.h"
#include "validate/formats/json_tokenizer.h"

namespace {

using namespace scalper;

struct Trace final : JsonSink {
  void on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) override {
    FUZZ_HOLDS(byte >= last);
    last = byte;
    lines += std::to_string(static_cast<int>(kind)) + (more ? "+" : " ") + std::to_string(byte) + " ";
    lines += text;
    lines += '\n';
    const int step = kind == JsonKind::kBeginObject || kind == JsonKind::kBeginArray ? 1
                     : kind == JsonKind::kEndObject || kind == JsonKind::kEndArray   ? -1
                                                                                     : 0;
    open += step;
    FUZZ_HOLDS(open >= 0);
  }
  void on_lone_surrogate(std::uint64_t byte) override { lines += "lone " + std::to_string(byte) + '\n'; }
  void on_byte_order_mark() override { lines += "mark\n"; }

  std::string lines;
  std::uint64_t last = 0;
  int open = 0;
};

std::string trace(std::string_view text, std::size_t chunk, JsonWants wants, std::size_t depth) {
  Trace sink;
  JsonTokenizer tokenizer(sink, {.wants = wants, .depth = depth});
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    const std::string copy(text.substr(at, chunk));
    tokenizer.feed(copy);
  }
  tokenizer.finish();
  if (tokenizer.fault().has_value()) {
    const JsonFault& fault = *tokenizer.fault();
    FUZZ_HOLDS(fault.byte <= text.size());
    FUZZ_HOLDS(is_valid_utf8(fault.message()));
    return sink.lines + std::to_string(static_cast<int>(fault.kind)) + " " + std::to_string(fault.byte) + " " +
           std::to_string(fault.line) + " " + fault.message();
  }
  FUZZ_HOLDS(sink.open == 0);
  FUZZ_HOLDS(is_valid_utf8(text));
  return sink.lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  for (const JsonWants wants : {JsonWants::kEverything, JsonWants::kStructure}) {
    const std::string whole = trace(text, size + 1, wants, 20);
    FUZZ_HOLDS(trace(text, 1, wants, 20) == whole);
    FUZZ_HOLDS(trace(text, 17, wants, 20) == whole);
  }
  return 0;
}
