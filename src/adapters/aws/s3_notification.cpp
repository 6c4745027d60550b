#include "adapters/aws/s3_notification.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kRoot = "NotificationConfiguration";
constexpr std::string_view kAdded = "<EventBridgeConfiguration/>";
constexpr std::size_t kShown = 2000;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string_view trimmed_end(std::string_view text) { return text.substr(0, text.find_last_not_of(" \t\r\n") + 1); }

// One text for equal elements: children in an order of their own.
std::string canonical(const XmlElement& element) {
  std::vector<std::string> children;
  children.reserve(element.children.size());
  for (const XmlElement& child : element.children) children.push_back(canonical(child));
  std::sort(children.begin(), children.end());
  std::string text = "<" + element.name + ">";
  if (!is_blank(element.text)) text += escape_xml(element.text);
  for (const std::string& child : children) text += child;
  return text + "</>";
}

Error not_understood(std::string_view why) {
  return {ErrorCode::kUnsupported, "the bucket's notification configuration " + std::string(why) +
                                       "; it is left alone, since S3 would replace all of it"};
}

// Where the root's own end tag begins; npos: it has another form.
std::size_t end_tag(std::string_view text) {
  const std::size_t at = text.rfind("</");
  if (at == std::string_view::npos) return at;
  std::string_view tag = text.substr(at + 2);
  if (!tag.starts_with(kRoot) || !tag.ends_with('>')) return std::string_view::npos;
  tag.remove_prefix(kRoot.size());
  tag.remove_suffix(1);
  return is_blank(tag) ? at : std::string_view::npos;
}

Result<std::string> added_to(std::string_view whole) {
  const std::string_view text = trimmed_end(whole);
  if (const std::size_t at = end_tag(text); at != std::string_view::npos)
    return std::string(text.substr(0, at)) + std::string(kAdded) + std::string(text.substr(at));
  // Nothing is configured: <NotificationConfiguration xmlns="..."/>
  const std::size_t start = text.rfind('<');
  if (text.ends_with("/>") && start != std::string_view::npos && text.substr(start + 1).starts_with(kRoot))
    return std::string(text.substr(0, text.size() - 2)) + ">" + std::string(kAdded) + "</" + std::string(kRoot) + ">";
  return not_understood("ends in a way that is not known");
}

AwsRequest notification_request(std::string_view method, const BucketName& bucket) {
  AwsRequest request;
  request.service = "s3";
  request.method = method;
  request.bucket = bucket.value();
  request.query.emplace_back("notification", "");
  return request;
}

}  // namespace

Result<Notification> read_notification(std::string text) {
  auto root = parse_xml(text);
  if (!root.ok()) return not_understood("cannot be read: " + root.error().message());
  if (root->name != kRoot) return not_understood("is a document of another kind: " + escape_text(root->name));
  return Notification{std::move(text), std::move(root).value()};
}

Result<Notification> with_event_bridge(const Notification& stands) {
  if (stands.reaches_event_bridge()) return stands;
  SCALPER_TRY_ASSIGN(std::string text, added_to(stands.text));
  SCALPER_TRY_ASSIGN(Notification wanted, read_notification(std::move(text)));
  // The proof that it is that one element more: a comment or a section may hold what looks like the end.
  XmlElement expected = stands.root;
  expected.children.push_back({.name = "EventBridgeConfiguration", .text = {}, .children = {}});
  if (canonical(expected) != canonical(wanted.root)) return not_understood("has a form that is not known");
  return wanted;
}

bool say_the_same(const Notification& one, const Notification& other) {
  return canonical(one.root) == canonical(other.root);
}

std::vector<std::string> lines_of(const XmlElement& element, std::size_t level) {
  const std::string indent(2 * level, ' ');
  const std::string name = escape_text(element.name, kShown);
  const std::string text = is_blank(element.text) ? "" : escape_text(element.text, kShown);
  if (element.children.empty())
    return {indent + (text.empty() ? "<" + name + "/>" : "<" + name + ">" + text + "</" + name + ">")};
  std::vector<std::string> lines{indent + "<" + name + ">" + text};
  for (const XmlElement& child : element.children)
    for (std::string& line : lines_of(child, level + 1)) lines.push_back(std::move(line));
  lines.push_back(indent + "</" + name + ">");
  return lines;
}

Result<Notification> get_notification(AwsClient& client, const CallContext& context, const BucketName& bucket) {
  SCALPER_TRY_ASSIGN(AwsResponse response, client.call(context, notification_request("GET", bucket)));
  return read_notification(std::move(response.body));
}

Result<void> put_notification(AwsClient& client, const CallContext& context, const BucketName& bucket,
                              const Notification& wanted) {
  AwsRequest request = notification_request("PUT", bucket);
  request.headers = {{"content-type", "application/xml"}, {"x-amz-skip-destination-validation", "true"}};
  request.body = wanted.text;
  const auto response = client.call(context, request);
  if (!response.ok()) return response.error();
  return {};
}

}  // namespace scalper::aws
