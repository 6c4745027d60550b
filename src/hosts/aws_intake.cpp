#include "hosts/aws_intake.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/escape.h"
#include "hosts/aws_events.h"
#include "hosts/aws_spread.h"
#include "pipeline/backoff.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kShownKey = 200;

struct Looked {
  std::vector<WorkMessage> files;
  std::size_t passed_over = 0;
  std::optional<Error> error;
};

void say(Gate& gate, LogLevel level, const char* event, const Delivery& message, const std::string& why) {
  gate.telemetry.log({level, event, {{"message_id", message.message_id}, {"error", why}}});
}

// nullopt: the key has no object any more, or never had.
Result<std::optional<WorkMessage>> complete(Gate& gate, const CallContext& context, ObjectEvent event,
                                            bool needs_sizes) {
  if (event.ref.bucket != gate.settings.input)
    return Error(ErrorCode::kInvalidArgument, "the event speaks of another bucket than the input");
  if (!event.ref.version.empty() && (event.size > 0 || !needs_sizes))
    return std::optional<WorkMessage>(std::move(event));
  const auto info = gate.objects.head(context.at_step(0), event.ref);
  if (info.failed_with(ErrorCode::kNotFound)) {
    if (event.ref.version.empty()) return std::optional<WorkMessage>();
    return std::optional<WorkMessage>(
        std::move(event));  // its record, if there is one, has to end: the claim does that
  }
  if (!info.ok()) return info.error().within("looking for the version of an event");
  event.ref = info->ref;
  event.size = info->size;
  event.time = info->last_modified;
  return std::optional<WorkMessage>(std::move(event));
}

Result<void> look_at(Gate& gate, const CallContext& context, const Delivery& message, bool needs_sizes,
                     Looked& looked) {
  SCALPER_TRY_ASSIGN(auto events, read_events(message.body));
  for (IncomingEvent& event : events) {
    if (const auto* const ignored = std::get_if<IgnoredEvent>(&event)) {
      say(gate, LogLevel::kInfo, "event_ignored", message, ignored->why);
      looked.passed_over += 1;
      continue;
    }
    WorkMessage& work = std::get<WorkMessage>(event);
    if (std::holds_alternative<ReviewMessage>(work)) {
      looked.files.push_back(std::move(work));
      continue;
    }
    ObjectEvent& object = std::get<ObjectEvent>(work);
    if (object.traceparent.empty()) object.traceparent = message.traceparent;  // S3 hands on who sent the file
    const std::string key = escape_text(object.ref.key.value(), kShownKey);
    SCALPER_TRY_ASSIGN(auto file, complete(gate, context, std::move(object), needs_sizes));
    if (file) {
      looked.files.push_back(*std::move(file));
    } else {
      say(gate, LogLevel::kInfo, "event_ignored", message, "there is no object any more: " + key);
      looked.passed_over += 1;
    }
  }
  return {};
}

}  // namespace

std::size_t take_in(Gate& gate, const CallContext& context, const std::vector<Delivery>& messages,
                    const IntakeOptions& options, BatchQueue& batch) {
  std::vector<Looked> looked(messages.size());
  spread(messages.size(), options.threads, [&](std::size_t i) {
    const auto done = look_at(gate, context, messages[i], options.needs_sizes, looked[i]);
    if (!done.ok()) looked[i].error = done.error();
  });
  std::size_t passed_over = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    passed_over += looked[i].passed_over;
    if (!looked[i].error) {
      batch.add(messages[i], looked[i].files);
      continue;
    }
    say(gate, LogLevel::kError, "message_refused", messages[i], looked[i].error->message());
    batch.add_refused(messages[i],
                      backoff(gate, messages[i].receive_count, gate.settings.retry_base, gate.settings.retry_cap),
                      looked[i].error->message());
  }
  return passed_over;
}

}  // namespace scalper::aws
