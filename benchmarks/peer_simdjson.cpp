// simdjson over a file that is held in memory, padded as it wants it: the whole document as its DOM, and documents one
// behind the other. Both refuse what breaks the grammar, and need memory for the whole text.
#include <simdjson.h>

#include "subjects.h"

namespace {

// Kept between rounds with their memory, which is the peer's best case. simdjson may read beyond the text.
simdjson::dom::parser parser;

const simdjson::padded_string& padded(std::string_view bytes) {
  static const simdjson::padded_string copy(bytes);
  return copy;
}

std::string document(std::string_view bytes) {
  return parser.parse(padded(bytes)).error() == simdjson::SUCCESS ? "valid" : "invalid";
}

std::string lines(std::string_view bytes) {
  simdjson::dom::document_stream stream;
  if (parser.parse_many(padded(bytes)).get(stream) != simdjson::SUCCESS) return "invalid";
  for (auto one : stream) {
    if (one.error() != simdjson::SUCCESS) return "invalid";
  }
  return stream.truncated_bytes() == 0 ? "valid" : "invalid";
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_subject(argc, argv,
                            "simdjson " + std::to_string(simdjson::SIMDJSON_VERSION_MAJOR) + "." +
                                std::to_string(simdjson::SIMDJSON_VERSION_MINOR) + "." +
                                std::to_string(simdjson::SIMDJSON_VERSION_REVISION) + ", " +
                                simdjson::get_active_implementation()->name(),
                            {{"json", document}, {"ndjson", lines}});
}
