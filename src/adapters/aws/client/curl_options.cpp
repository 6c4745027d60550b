// What a transfer tells libcurl before it starts.
#include <curl/curl.h>

#include <algorithm>

#include "adapters/aws/client/curl_transfer.h"

namespace scalper::aws {
namespace {

constexpr std::int64_t kBuffer = 64 * 1024;
constexpr std::uint64_t kWorthAsking = 1 << 20;

CurlTransfer& transfer_of(void* user) { return *static_cast<CurlTransfer*>(user); }

std::size_t head_line(char* line, std::size_t /*one*/, std::size_t size, void* user) {
  return transfer_of(user).on_head_line({line, size});
}

std::size_t body(char* bytes, std::size_t /*one*/, std::size_t size, void* user) {
  return transfer_of(user).on_body(as_bytes({bytes, size}));
}

std::size_t upload(char* into, std::size_t one, std::size_t size, void* user) {
  return transfer_of(user).on_upload({reinterpret_cast<std::byte*>(into), one * size});
}

int connected(void* user, char*, char*, int, int) {
  return transfer_of(user).on_connected() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

CURLcode tls(CURL* /*easy*/, void* context, void* user) {
  return transfer_of(user).on_tls(*static_cast<ssl_ctx_st*>(context)) ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// "https://host:port" of a URL that begins so; else empty.
std::string origin_of(std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return {};
  const std::size_t authority = url.find("//") + 2;
  return std::string(url.substr(0, url.find_first_of("/?#", authority)));
}

// Where credentials come from: those never go through a proxy.
bool is_near(std::string_view origin) {
  std::string_view host = origin.substr(origin.find("//") + 2);
  if (host.starts_with("[::1]") || host.starts_with("[fe80:") || host.starts_with("[fd00:ec2:")) return true;
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host.starts_with("127.") || host.starts_with("169.254.");
}

}  // namespace

Result<void> CurlTransfer::begin() {
  origin_ = origin_of(request_->url);
  if (origin_.empty()) return Error(ErrorCode::kInvalidArgument, "no http:// or https:// URL");
  if (!is_token(request_->method)) return Error(ErrorCode::kInvalidArgument, "no method of HTTP");
  line_ = shared_.lines.take(origin_, shared_.clock.mono_now());
  if (!line_->is_whole()) return Error(ErrorCode::kInternal, "no libcurl or no memory for a connection");
  curl_easy_reset(line_->easy());
  set_connection();
  set_method_and_body();
  SCALPER_TRY(set_headers());
  if (curl_multi_add_handle(line_->multi(), line_->easy()) != CURLM_OK)
    return Error(ErrorCode::kInternal, "the HTTP library refused a transfer");
  return {};
}

void CurlTransfer::set_connection() {
  CURL* easy = line_->easy();
  const CurlTransportOptions& options = shared_.options;
  curl_easy_setopt(easy, CURLOPT_URL, request_->url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // or a name server that is silent holds us beyond every limit
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.timeouts.connect.count()));
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, static_cast<long>(kBuffer));
  const bool secure = origin_.starts_with("https:");
  // An empty proxy keeps libcurl from looking into the environment.
  curl_easy_setopt(easy, CURLOPT_PROXY,
                   is_near(origin_) ? "" : (secure ? options.https_proxy : options.http_proxy).c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, options.no_proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, tls);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, connected);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, head_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  static_assert(sizeof problem_ >= CURL_ERROR_SIZE);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, problem_.data());
}

void CurlTransfer::set_method_and_body() {
  CURL* easy = line_->easy();
  if (request_->stream != nullptr) {
    upload_left_ = request_->stream_length;
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_->stream_length));
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, upload);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
  } else if (request_->method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!request_->body.empty() || request_->method == "POST" || request_->method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_->body.size()));
    // An answer that comes early outlives the request that it answers.
    curl_easy_setopt(easy, whole_ ? CURLOPT_POSTFIELDS : CURLOPT_COPYPOSTFIELDS, request_->body.data());
  } else {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_->method.c_str());
}

Result<void> CurlTransfer::set_headers() {
  curl_slist* list = nullptr;
  bool typed = false;
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (longer != nullptr) list = longer;
    header_list_ = list;
    return longer != nullptr;
  };
  for (const auto& [name, value] : request_->headers) {
    if (!is_token(name) || !is_header_value(value))
      return Error(ErrorCode::kInvalidArgument, "a header that HTTP cannot carry");
    typed = typed || name == "content-type";
    std::string line = name;
    value.empty() ? line += ';' : (line += ": ") += value;  // libcurl sends "name;" as one without a value
    if (!add(line)) return Error(ErrorCode::kInternal, "no memory for the header");
  }
  // libcurl would name a form, and wait a second for a "100 Continue" that few services send; a long stream is worth
  // it.
  const bool asks_first = request_->stream != nullptr && request_->stream_length >= kWorthAsking;
  const bool added = (typed || add("content-type:")) && (asks_first || add("expect:"));
  if (!added) return Error(ErrorCode::kInternal, "no memory for the header");
  curl_easy_setopt(line_->easy(), CURLOPT_HTTPHEADER, list);
  return {};
}

}  // namespace scalper::aws
