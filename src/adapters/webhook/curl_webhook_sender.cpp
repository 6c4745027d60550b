#include "adapters/webhook/curl_webhook_sender.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <utility>

#include "adapters/webhook/webhook_address.h"
#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{64} * 1024;
constexpr std::size_t kMaxHead = std::size_t{64} * 1024;
constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kMostFree = 64;

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_loopback_name(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

// One easy handle: what is asked of it, and what became of that.
class CurlWebhookSender::Line {
 public:
  explicit Line(bool allow_http) : easy_(curl_easy_init()), allow_http_(allow_http) {}
  ~Line() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(easy_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  [[nodiscard]] bool allow_http() const { return allow_http_; }

  Result<WebhookAnswer> post(const CurlWebhookOptions& options, const CallContext& context,
                             const WebhookRequest& request) {
    if (easy_ == nullptr) return Error(ErrorCode::kInternal, "no libcurl or no memory for a connection");
    begin(options, context, request);
    if (!add_headers(request)) return Error(ErrorCode::kInternal, "no memory for the headers");
    const CURLcode code = curl_easy_perform(easy_);
    std::int64_t status = 0;  // libcurl writes a long
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    // A body that is too long is cut by us: the answer stands.
    if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && too_long_ && status >= 200)) return answer(status);
    return failed(code);
  }

 private:
  static Line& line(void* user) { return *static_cast<Line*>(user); }

  static curl_socket_t open_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
    Line& own = line(user);
    own.refused_ = why_not_address(address->addr, own.secure_, own.allow_http_);
    if (!own.refused_.empty()) return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  static std::size_t on_body(char* /*bytes*/, std::size_t one, std::size_t size, void* user) {
    Line& own = line(user);
    own.answered_ += one * size;
    own.too_long_ = own.answered_ > kMaxAnswer;
    return own.too_long_ ? 0 : one * size;
  }

  static std::size_t on_head(char* /*bytes*/, std::size_t one, std::size_t size, void* user) {
    Line& own = line(user);
    own.head_ += one * size;
    return own.head_ > kMaxHead ? 0 : one * size;
  }

  static int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return line(user).stop_.stop_requested() ? 1 : 0;
  }

  void begin(const CurlWebhookOptions& options, const CallContext& context, const WebhookRequest& request) {
    curl_easy_reset(easy_);
    curl_slist_free_all(std::exchange(headers_, nullptr));
    stop_ = context.stop;
    secure_ = request.url.starts_with("https:");
    refused_.clear();
    answered_ = head_ = 0;
    too_long_ = false;
    curl_easy_setopt(easy_, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy_, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);  // or a name server that is silent holds us beyond every limit
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");       // nor one of the environment
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect.count()));
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(options.whole.count()));
    if (!options.ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy_, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy_, CURLOPT_XFERINFODATA, this);
    curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request.body.data());
  }

  bool add_headers(const WebhookRequest& request) {
    const auto add = [&](const std::string& text) {
      curl_slist* longer = curl_slist_append(headers_, text.c_str());
      if (longer == nullptr) return false;
      headers_ = longer;
      return true;
    };
    for (const auto& [name, value] : request.headers) {
      std::string line = name;
      line.append(": ").append(value);
      if (!add(line)) return false;
    }
    if (!add("expect:")) return false;
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    return true;
  }

  WebhookAnswer answer(std::int64_t status) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &seconds);
    constexpr curl_off_t kMost = 24 * 60 * 60;
    return {static_cast<int>(status), std::chrono::seconds{seconds < 0 ? 0 : seconds > kMost ? kMost : seconds}};
  }

  // libcurl's own words may name the address: only the kind of trouble is told.
  Error failed(CURLcode code) {
    if (!refused_.empty()) return {ErrorCode::kPermissionDenied, "the address " + refused_};
    switch (code) {
      case CURLE_ABORTED_BY_CALLBACK: return {ErrorCode::kCancelled, "stopped"};
      case CURLE_OPERATION_TIMEDOUT: return {ErrorCode::kTimeout, "no answer in time"};
      case CURLE_COULDNT_RESOLVE_HOST: return {ErrorCode::kUnavailable, "the name of the host is not known"};
      case CURLE_COULDNT_CONNECT: return {ErrorCode::kUnavailable, "no connection"};
      case CURLE_PEER_FAILED_VERIFICATION:
        return {ErrorCode::kUnavailable, "the receiver's certificate is not trusted"};
      case CURLE_SSL_CONNECT_ERROR: return {ErrorCode::kUnavailable, "no TLS connection"};
      case CURLE_URL_MALFORMAT: return {ErrorCode::kInvalidArgument, "no URL"};
      default: return {ErrorCode::kUnavailable, "the exchange was cut off"};
    }
  }

  CURL* easy_;
  curl_slist* headers_ = nullptr;
  const bool allow_http_;
  bool secure_ = false;
  bool too_long_ = false;
  std::size_t answered_ = 0;
  std::size_t head_ = 0;
  std::string refused_;
  std::stop_token stop_;
};

CurlWebhookSender::CurlWebhookSender(CurlWebhookOptions options) : options_(std::move(options)) {}

CurlWebhookSender::~CurlWebhookSender() = default;

// A connection was judged by the rule of its webhook: it serves only those of the same.
std::unique_ptr<CurlWebhookSender::Line> CurlWebhookSender::take(bool allow_http) {
  // With the first request: a gate without webhooks does not pay for TLS. A handle that is not whole says so later.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(started);
  const std::lock_guard lock(mutex_);
  for (auto& line : free_) {
    if (line->allow_http() != allow_http) continue;
    std::swap(line, free_.back());
    auto taken = std::move(free_.back());
    free_.pop_back();
    return taken;
  }
  return std::make_unique<Line>(allow_http);
}

void CurlWebhookSender::give_back(std::unique_ptr<Line> line) {
  const std::lock_guard lock(mutex_);
  if (free_.size() < kMostFree) free_.push_back(std::move(line));
}

Result<WebhookAnswer> CurlWebhookSender::post(const CallContext& context, const WebhookRequest& request) {
  if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
  auto line = take(request.allow_http);
  auto answer = line->post(options_, context, request);
  give_back(std::move(line));
  return answer;
}

Result<void> CurlWebhookSender::check_url(const std::string& url, bool allow_http) {
  const auto refused = [](const char* why) {
    return Error(ErrorCode::kInvalidArgument, std::string("the URL ") + why);
  };
  if (url.empty() || url.size() > kMaxUrl) return refused("must have 1 to 2,048 bytes");
  for (const char c : url)
    if (c <= 0x20 || c >= 0x7F) return refused("must be printable ASCII: encode the rest as %XX");
  // libcurl guesses what "http:/host" may mean; what the document refuses is refused.
  if (!url.starts_with("https://") && !url.starts_with("http://"))
    return refused("must begin with https:// or http://");
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  if (!parsed) return Error(ErrorCode::kInternal, "no libcurl or no memory to read the URL with");
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return refused("is none");
  const std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (!part_of(parsed.get(), CURLUPART_USER).empty() || !part_of(parsed.get(), CURLUPART_PASSWORD).empty())
    return refused("must not hold a user or password");
  if (!part_of(parsed.get(), CURLUPART_FRAGMENT).empty()) return refused("must not have a fragment");
  const std::string host = part_of(parsed.get(), CURLUPART_HOST);
  if (host.empty()) return refused("names no host");
  if (scheme == "http" && !allow_http && !is_loopback_name(host))
    return refused("is plain HTTP beyond this machine: use https, or say that it is meant (allow_http)");
  if (const std::string why = why_not_host(host, scheme == "https", allow_http); !why.empty())
    return Error(ErrorCode::kPermissionDenied,
                 "the URL " + why + ", and no option allows that: name an address of the receiver's own");
  return {};
}

}  // namespace scalper
