#pragma once
// WebhookSender over libcurl: HTTP/1.1, TLS 1.2 and later with the receiver's name and chain verified, no redirects, no
// cookies, no proxy (what an address leads to could not be judged behind one).

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ports/webhook_sender.h"

namespace scalper {

struct CurlWebhookOptions {
  std::string ca_file;  // roots to trust, PEM; empty: the system's
  Millis connect{std::chrono::seconds{5}};
  Millis whole{std::chrono::seconds{20}};  // name, connection, request and answer together
};

class CurlWebhookSender final : public WebhookSender {
 public:
  explicit CurlWebhookSender(CurlWebhookOptions options = {});
  ~CurlWebhookSender() override;

  // Of an answer's body 64 KiB are read and thrown away; a longer one ends its connection.
  [[nodiscard]] Result<WebhookAnswer> post(const CallContext& context, const WebhookRequest& request) override;
  [[nodiscard]] Result<void> check_url(const std::string& url, bool allow_http) override;

 private:
  class Line;
  [[nodiscard]] std::unique_ptr<Line> take(bool allow_http);
  void give_back(std::unique_ptr<Line> line);

  const CurlWebhookOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Line>> free_;  // with connections that stay open
};

}  // namespace scalper
