#pragma once
// What a bucket tells whom about its objects, and how delivery to EventBridge is switched on there. S3 replaces the
// whole configuration with every write, so that what is not carried over is lost. Sources:
// PutBucketNotificationConfiguration and GetBucketNotificationConfiguration (S3 API reference).

#include <string>
#include <string_view>
#include <vector>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/client/xml.h"
#include "base/result.h"
#include "model/names.h"

namespace scalper::aws {

struct Notification {
  std::string text;  // as S3 gave it
  XmlElement root;

  [[nodiscard]] bool reaches_event_bridge() const { return root.child("EventBridgeConfiguration") != nullptr; }
};

// kUnsupported: a document of another kind.
[[nodiscard]] Result<Notification> read_notification(std::string text);

// The same document with <EventBridgeConfiguration/> added and no other byte changed, elements that nobody here knows
// among them; the document itself where it is there already. kUnsupported: the document has a form (a prefix on its
// root, something behind its end) in which that cannot be shown to add that one element and nothing else.
[[nodiscard]] Result<Notification> with_event_bridge(const Notification& stands);

// Whether both say the same, in whatever order.
[[nodiscard]] bool say_the_same(const Notification& one, const Notification& other);

// The document as lines, two spaces a level, escaped; for people.
[[nodiscard]] std::vector<std::string> lines_of(const XmlElement& element, std::size_t level = 0);

[[nodiscard]] Result<Notification> get_notification(AwsClient& client, const CallContext& context,
                                                    const BucketName& bucket);
// Replaces the whole configuration. The other destinations are not sent a test message: they stood before, and are
// nobody's business here.
[[nodiscard]] Result<void> put_notification(AwsClient& client, const CallContext& context, const BucketName& bucket,
                                            const Notification& wanted);

}  // namespace scalper::aws
