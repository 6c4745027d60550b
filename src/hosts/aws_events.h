#pragma once
// What AWS says of objects, in each shape that it documents, as messages of ours. Pure; shared by the Lambda and the
// worker. Sources: "Event message structure" and "EventBridge event message structure" of the Amazon S3 User Guide;
// "Using Lambda with Amazon SQS"; "HTTP/HTTPS notification JSON format" of the Amazon SNS Developer Guide.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/work_message.h"
#include "ports/work_queue.h"

namespace scalper::aws {

struct IgnoredEvent {
  std::string why;  // one line for the log, escaped: "s3:TestEvent", "ObjectRemoved:Delete makes no version to check"
};

// An object's version may be empty: the event did not say it (EventBridge, a message by hand) or said "null". It is
// then the current one, whose id a HEAD tells. Nothing here is trusted: that the bucket is the pipeline's is for the
// caller to see. A console "folder" is an object like others; the pipeline records it as `ignored`.
using IncomingEvent = std::variant<WorkMessage, IgnoredEvent>;

// The body of a queue's message, or an event that came without a queue: one of
//   {"Records": [...]} of S3, event version 2.x, form-encoded keys; what made no object is ignored
//   {"Event": "s3:TestEvent"}, which S3 sends when notifications are switched on
//   {"detail-type": "Object Created", "source": "aws.s3"} of EventBridge, raw keys
//   {"Type": "Notification", "Message": "..."} of SNS around any of these, also as Lambda receives it; up to 3 deep
//   {"bucket", "key", "version"} and {"review", "revision"} of our own, see model/work_message.h
// In their order, at least one. Members that are not known are passed over. At most 1 MiB, 32 levels, 1,000 events.
// An Error is of the whole body, since a queue can only keep or forget the whole: kUnsupported for a version of the
// shape that is too new and for an SNS subscription that waits to be confirmed, else kInvalidArgument.
[[nodiscard]] Result<std::vector<IncomingEvent>> read_events(std::string_view body);

// What Lambda hands to a function that an SQS queue triggers: its messages, bodies unread. nullopt: the payload is no
// such batch, see read_events(). kInvalidArgument: a message without an id, which no answer could give back alone.
[[nodiscard]] Result<std::optional<std::vector<Delivery>>> read_sqs_batch(std::string_view payload);

}  // namespace scalper::aws
