#include "adapters/local/webhook_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <set>
#include <string_view>

#include "adapters/local/posix.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxFile = std::size_t{256} * 1024;
constexpr const char* kNewFile = "webhooks.json.new";
constexpr std::size_t kMaxDepth = 8;

Error not_understood(const std::string& why) {
  return {ErrorCode::kCorrupt, std::string(".scalper/") + kWebhookFile + ": " + why};
}

Result<std::string> text_of(int fd) {
  std::string text;
  std::array<char, 16384> piece{};
  for (;;) {
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0) return posix_error(-errno, "reading the webhooks");
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxFile) return not_understood("longer than 256 KiB");
  }
}

json::object view_of(const Webhook& webhook) {
  json::array events;
  for (const FileStatus status : webhook.events) events.emplace_back(to_string(status));
  json::object view{{"id", webhook.id},
                    {"url", webhook.url},
                    {"events", std::move(events)},
                    {"allow_http", webhook.allow_http},
                    {"made_at", webhook.made_at.time_since_epoch().count()},
                    {"secret", webhook.secret}};
  if (!webhook.old_secret.empty()) {
    view["old_secret"] = webhook.old_secret;
    view["old_until"] = webhook.old_until.time_since_epoch().count();
  }
  return view;
}

// Absent = empty; `sound` falls for another type.
std::string text_at(const json::object& object, std::string_view name, bool& sound) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  sound = sound && value->is_string();
  return value->is_string() ? std::string(value->as_string()) : std::string();
}

WallTime time_at(const json::object& object, std::string_view name, bool& sound) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  sound = sound && value->is_int64();
  return value->is_int64() ? WallTime{Millis{value->as_int64()}} : WallTime{};
}

bool read_events(const json::object& object, std::vector<FileStatus>& events) {
  const json::value* list = object.if_contains("events");
  if (list == nullptr) return true;
  if (!list->is_array()) return false;
  for (const json::value& word : list->as_array()) {
    const auto status = word.is_string() ? parse_file_status(std::string_view(word.as_string())) : std::nullopt;
    if (!status) return false;
    events.push_back(*status);
  }
  return true;
}

Result<Webhook> webhook_of(const json::value& value) {
  if (!value.is_object()) return not_understood("a webhook is no object");
  const json::object& object = value.as_object();
  Webhook webhook;
  bool sound = true;
  webhook.id = text_at(object, "id", sound);
  webhook.url = text_at(object, "url", sound);
  webhook.secret = text_at(object, "secret", sound);
  webhook.old_secret = text_at(object, "old_secret", sound);
  webhook.made_at = time_at(object, "made_at", sound);
  webhook.old_until = time_at(object, "old_until", sound);
  sound = sound && read_events(object, webhook.events);
  if (const json::value* allowed = object.if_contains("allow_http"); allowed != nullptr) {
    sound = sound && allowed->is_bool();
    webhook.allow_http = allowed->is_bool() && allowed->as_bool();
  }
  sound = sound && !webhook.id.empty() && webhook.id.size() <= 64 && !webhook.url.empty() && !webhook.secret.empty();
  if (!sound) return not_understood("a webhook lacks its id, url or secret, or has a member of another type");
  return webhook;
}

}  // namespace

Result<std::vector<Webhook>> WebhookFile::read() const {
  const int fd = ::openat(folder_, kWebhookFile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT) return std::vector<Webhook>{};
  if (fd < 0) return posix_error(-errno, "reading the webhooks");
  const Fd file(fd);
  struct stat st {};
  if (::fstat(fd, &st) != 0) return posix_error(-errno, "reading the webhooks");
  if (!S_ISREG(st.st_mode)) return not_understood("is no file");
  if ((st.st_mode & 077U) != 0)
    return Error(ErrorCode::kPermissionDenied,
                 std::string(".scalper/") + kWebhookFile + " holds secrets and others may read it: chmod 600");
  SCALPER_TRY_ASSIGN(const std::string text, text_of(fd));
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  const json::value whole = json::parse(text, failed, json::storage_ptr(), options);
  const json::value* list = !failed && whole.is_object() ? whole.as_object().if_contains("webhooks") : nullptr;
  if (list == nullptr || !list->is_array()) return not_understood(R"(is not {"webhooks": [...]})");
  if (list->as_array().size() > kMostWebhooks) return not_understood("more than 16 webhooks");
  std::vector<Webhook> webhooks;
  std::set<std::string> ids;
  for (const json::value& one : list->as_array()) {
    SCALPER_TRY_ASSIGN(Webhook webhook, webhook_of(one));
    if (!ids.insert(webhook.id).second) return not_understood("two webhooks have one id");
    webhooks.push_back(std::move(webhook));
  }
  return webhooks;
}

Result<void> WebhookFile::write(const std::vector<Webhook>& webhooks) const {
  json::array list;
  for (const Webhook& webhook : webhooks) list.push_back(view_of(webhook));
  const std::string text = json::serialize(json::object{{"webhooks", std::move(list)}}) + "\n";
  if (::unlinkat(folder_, kNewFile, 0) != 0 && errno != ENOENT) return posix_error(-errno, "writing the webhooks");
  const int fd = ::openat(folder_, kNewFile, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return posix_error(-errno, "writing the webhooks");
  const Fd file(fd);
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t put = ::write(fd, text.data() + at, text.size() - at);
    if (put < 0) return posix_error(-errno, "writing the webhooks");
    at += static_cast<std::size_t>(put);
  }
  if (::fsync(fd) != 0 || ::renameat(folder_, kNewFile, folder_, kWebhookFile) != 0 || ::fsync(folder_) != 0)
    return posix_error(-errno, "writing the webhooks");
  return {};
}

}  // namespace scalper
