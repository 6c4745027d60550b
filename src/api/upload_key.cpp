#include "api/upload_key.h"

#include <algorithm>
#include <string>

#include "base/escape.h"
#include "model/names.h"

namespace scalper::api {
namespace {

Error bad(const char* why) { return {ErrorCode::kInvalidArgument, std::string("the key ") + why}; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

Result<void> check_upload_key(std::string_view key) {
  if (key.empty() || key.size() > kMaxKeyBytes) return bad("must have 1 to 1,024 bytes");
  if (!is_valid_utf8(key)) return bad("is no UTF-8");
  if (std::ranges::any_of(key, is_control)) return bad("holds a control character");
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    const std::string_view segment = key.substr(begin, end - begin);
    if (segment.empty()) return bad("has an empty segment: a '/' at an end, or two in a row");
    if (segment == "." || segment == "..") return bad("has a segment \".\" or \"..\"");
    begin = end + 1;
  }
  return {};
}

bool may_send(const RequestHead& head, std::string_view key) {
  if (head.role == Role::kOperator) return true;
  if (head.role != Role::kUploader) return false;
  if (head.prefixes.empty()) return true;
  return std::ranges::any_of(head.prefixes, [key](const std::string& prefix) { return key.starts_with(prefix); });
}

}  // namespace scalper::api
