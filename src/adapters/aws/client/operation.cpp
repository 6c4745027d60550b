#include "adapters/aws/client/operation.h"

#include <algorithm>
#include <array>

#include "base/escape.h"

namespace scalper::aws {
namespace {

// What makes one method of S3 several operations; a plain GET or PUT has none of them.
constexpr std::array<std::string_view, 12> kParts = {"uploads",      "uploadId", "versions",  "versioning",
                                                     "tagging",      "delete",   "list-type", "location",
                                                     "notification", "policy",   "lifecycle", "encryption"};

std::string_view action_in_form(std::string_view body) {
  const std::size_t at = body.starts_with("Action=") ? 0 : body.find("&Action=");
  if (at == std::string_view::npos) return {};
  body.remove_prefix(body.find('=', at) + 1);
  return body.substr(0, body.find('&'));
}

std::string_view named_operation(const AwsRequest& request) {
  for (const auto& [name, value] : request.headers)
    if (name == "x-amz-target") return std::string_view(value).substr(value.rfind('.') + 1);
  for (const auto& [name, value] : request.query)
    if (name == "Action") return value;
  return request.service == "s3" ? std::string_view{} : action_in_form(request.body);
}

}  // namespace

std::string operation_of(const AwsRequest& request) {
  std::string text = request.service + " ";
  if (const std::string_view name = named_operation(request); !name.empty()) return text + escape_text(name, 60);
  text += request.method;
  for (const auto& [name, value] : request.query)
    if (std::find(kParts.begin(), kParts.end(), name) != kParts.end()) return text.append(" ?").append(name);
  const bool copies = std::any_of(request.headers.begin(), request.headers.end(),
                                  [](const auto& header) { return header.first == "x-amz-copy-source"; });
  return copies ? text + " (copy)" : text;
}

}  // namespace scalper::aws
