// Events of AWS: nothing crashes; what is answered is within its bounds and can be said on one line.
#include "hosts/aws_events.h"

#include <algorithm>

#include "base/escape.h"
#include "fuzz.h"

namespace {

using namespace scalper;

bool is_printable(std::string_view text) {
  return is_valid_utf8(text) &&
         std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
}

void check(const WorkMessage& message) {
  if (const auto* const event = std::get_if<ObjectEvent>(&message)) {
    FUZZ_HOLDS(!event->ref.bucket.empty() && event->ref.bucket.value().size() <= 255);
    FUZZ_HOLDS(!event->ref.key.empty() && event->ref.key.value().size() <= kMaxKeyBytes);
    FUZZ_HOLDS(event->ref.version.value().size() <= 1024 && event->ref.version.value() != "null");
    FUZZ_HOLDS(event->sequencer.size() <= 64);
    if (event->ref.version.empty()) return;
  }
  FUZZ_HOLDS(parse_message(format_message(message)).ok());  // it can be sent on
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  const auto events = aws::read_events(body);
  if (!events.ok()) FUZZ_HOLDS(is_printable(events.error().message()));
  if (events.ok()) {
    FUZZ_HOLDS(!events->empty() && events->size() <= 1000);
    for (const aws::IncomingEvent& event : *events) {
      if (const auto* const ignored = std::get_if<aws::IgnoredEvent>(&event))
        FUZZ_HOLDS(is_printable(ignored->why));
      else
        check(std::get<WorkMessage>(event));
    }
  }
  const auto batch = aws::read_sqs_batch(body);
  if (batch.ok() && batch->has_value())
    for (const Delivery& delivery : **batch) FUZZ_HOLDS(!delivery.message_id.empty());
  return 0;
}
