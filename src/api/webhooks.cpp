#include "api/webhooks.h"

#include <algorithm>
#include <boost/json.hpp>

#include "api/answers.h"
#include "api/audit_trail.h"
#include "api/json_body.h"
#include "api/routes.h"
#include "base/escape.h"
#include "validate/contract/lint.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 80;

Result<Webhooks*> webhooks_of(const Call& call) {
  if (call.service.webhooks != nullptr) return call.service.webhooks;
  return Error(ErrorCode::kUnsupported, "this host has no webhooks: verdicts are told over SNS and EventBridge");
}

void put_time(json::object& object, const char* name, const std::optional<WallTime>& time) {
  if (time) object[name] = format_rfc3339(*time);
}

json::object view_of(const Webhook& webhook) {
  json::array events;
  for (const FileStatus status : webhook.events) events.emplace_back(to_string(status));
  return {{"id", webhook.id},
          {"url", webhook.url},
          {"events", std::move(events)},
          {"allow_http", webhook.allow_http},
          {"made_at", format_rfc3339(webhook.made_at)}};
}

json::object view_of(const WebhookView& view) {
  json::object object = view_of(view.webhook);
  object["state"] = view.disabled_at ? "disabled" : "active";
  object["waiting"] = view.waiting;
  object["dead"] = view.dead;
  put_time(object, "disabled_at", view.disabled_at);
  put_time(object, "delivered_at", view.delivered_at);
  if (!view.why.empty()) object["last_error"] = view.why;
  json::array dead;
  for (const DeadWebhookNotice& notice : view.dead_ones)
    dead.push_back(json::object{{"notice", notice.id},
                                {"died_at", format_rfc3339(notice.died_at)},
                                {"attempts", notice.attempts},
                                {"why", notice.why}});
  object["dead_letters"] = std::move(dead);
  return object;
}

Result<FileStatus> event_of(const json::value& word) {
  const std::string text = word.is_string() ? std::string(word.as_string()) : std::string();
  const auto status = parse_file_status(text);
  const bool final = status && *status != FileStatus::kReceived && *status != FileStatus::kProcessing &&
                     *status != FileStatus::kVanished;
  if (final) return *status;
  const std::string_view meant = grammar::closest(
      text, {"valid", "invalid", "unverifiable", "failed", "companion", "ignored", "released", "rejected"});
  return Error(ErrorCode::kInvalidArgument,
               "\"events\" must be a list of final statuses (valid, invalid, unverifiable, "
               "failed, companion, ignored, released, rejected), not \"" +
                   escape_text(text, kShown) + "\"" +
                   (meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?"));
}

// For the audit trail and the log: paths and queries of such addresses are mostly secrets.
std::string host_of(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  std::string_view host = url.substr(begin + 3, url.find_first_of("/?#", begin + 3) - begin - 3);
  host.remove_prefix(host.find('@') + 1);  // none: npos + 1 is 0
  return escape_text(host, kShown);
}

std::string subject_of(const Call& call) { return escape_text(call.captured.front(), kShown); }

Result<Reply> list(const Call& call) {
  SCALPER_TRY_ASSIGN(Webhooks * webhooks, webhooks_of(call));
  SCALPER_TRY_ASSIGN(const auto all, webhooks->list(call.context));
  json::array views;
  for (const WebhookView& view : all) views.push_back(view_of(view));
  return json_reply(json::serialize(json::object{{"webhooks", std::move(views)}}));
}

Result<Reply> add(const Call& call) {
  SCALPER_TRY_ASSIGN(Webhooks * webhooks, webhooks_of(call));
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"url", "events", "allow_http"}));
  Webhook webhook;
  SCALPER_TRY_ASSIGN(webhook.url, text_member(body, "url"));
  SCALPER_TRY_ASSIGN(webhook.allow_http, flag_member(body, "allow_http"));
  if (const json::value* events = body.if_contains("events"); events != nullptr) {
    if (!events->is_array()) return Error(ErrorCode::kInvalidArgument, "\"events\" must be a list");
    for (const json::value& word : events->as_array()) {
      SCALPER_TRY_ASSIGN(const FileStatus status, event_of(word));
      if (std::find(webhook.events.begin(), webhook.events.end(), status) == webhook.events.end())
        webhook.events.push_back(status);
    }
  }
  return audited(call, {"webhook.add", host_of(webhook.url), {}}, [&]() -> Result<Reply> {
    SCALPER_TRY_ASSIGN(const Webhook made, webhooks->add(call.context, std::move(webhook)));
    json::object view = view_of(made);
    view["secret"] = made.secret;
    return json_reply(json::serialize(view), 201);
  });
}

Result<Reply> remove(const Call& call) {
  SCALPER_TRY_ASSIGN(Webhooks * webhooks, webhooks_of(call));
  return audited(call, {"webhook.remove", subject_of(call), {}}, [&]() -> Result<Reply> {
    SCALPER_TRY(webhooks->remove(call.context, call.captured.front()));
    return json_reply(json::serialize(json::object{{"removed", call.captured.front()}}));
  });
}

Result<Reply> rotate(const Call& call) {
  SCALPER_TRY_ASSIGN(Webhooks * webhooks, webhooks_of(call));
  return audited(call, {"webhook.rotate", subject_of(call), {}}, [&]() -> Result<Reply> {
    SCALPER_TRY_ASSIGN(const Webhook made, webhooks->rotate(call.context, call.captured.front()));
    json::object view = view_of(made);
    view["secret"] = made.secret;
    view["old_secret_until"] = format_rfc3339(made.old_until);
    return json_reply(json::serialize(view));
  });
}

Result<Reply> test(const Call& call) {
  SCALPER_TRY_ASSIGN(Webhooks * webhooks, webhooks_of(call));
  SCALPER_TRY_ASSIGN(const WebhookTest answer, webhooks->test(call.context, call.captured.front()));
  json::object view{{"delivered", answer.status >= 200 && answer.status < 300}};
  if (answer.status != 0) view["status"] = answer.status;
  if (!answer.why.empty()) view["why"] = answer.why;
  return json_reply(json::serialize(view));
}

Result<Reply> redeliver(const Call& call) {
  SCALPER_TRY_ASSIGN(Webhooks * webhooks, webhooks_of(call));
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"notice"}));
  SCALPER_TRY_ASSIGN(const std::string notice, text_member(body, "notice"));
  return audited(call, {"webhook.redeliver", subject_of(call), {}}, [&]() -> Result<Reply> {
    SCALPER_TRY_ASSIGN(const std::size_t count, webhooks->redeliver(call.context, call.captured.front(), notice));
    return json_reply(json::serialize(json::object{{"redelivered", count}}), 202);
  });
}

}  // namespace

Reply list_webhooks(const Call& call) { return reply_of(list(call)); }
Reply add_webhook(const Call& call) { return reply_of(add(call)); }
Reply remove_webhook(const Call& call) { return reply_of(remove(call)); }
Reply rotate_webhook(const Call& call) { return reply_of(rotate(call)); }
Reply test_webhook(const Call& call) { return reply_of(test(call)); }
Reply redeliver_webhook(const Call& call) { return reply_of(redeliver(call)); }

}  // namespace scalper::api
