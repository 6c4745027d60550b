#include "adapters/aws/client/curl_transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

#include "adapters/aws/client/text.h"
#include "base/escape.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kMaxHead = 256 * 1024;
constexpr Millis kLookAtClock{100};  // the wait for the network runs by another clock than the limits
constexpr int kContinueRefused = 417;

// "HTTP/1.1 200 OK" -> 200
int status_of(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return 0;
  int status = 0;
  for (const char c : line.substr(space + 1, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

CurlTransfer::CurlTransfer(CurlTransport::Shared& shared, const HttpRequest& request, bool whole)
    : shared_(shared), request_(&request), whole_(whole) {
  if (request.went_out != nullptr) *request.went_out = false;
}

CurlTransfer::~CurlTransfer() {
  // A transfer that is not over takes its connection along.
  if (line_ != nullptr && line_->is_whole()) curl_multi_remove_handle(line_->multi(), line_->easy());
  line_.reset();
  curl_slist_free_all(static_cast<curl_slist*>(header_list_));
}

Error CurlTransfer::fail(Error error) {
  if (!failure_) failure_ = std::move(error);
  return *failure_;
}

bool CurlTransfer::is_interim() const {
  return answer_.status < 200 || (answer_.status == kContinueRefused && request_->stream != nullptr);
}

std::size_t CurlTransfer::on_head_line(std::string_view line) {
  if (head_there_) return line.size();  // a trailer
  head_bytes_ += line.size();
  if (head_bytes_ > kMaxHead) {
    (void)fail({ErrorCode::kCorrupt, "the head of the answer is larger than 256 KiB"});
    return 0;
  }
  const std::string_view text = trimmed(line);
  if (line.starts_with("HTTP/")) {
    answer_ = {};
    answer_.status = status_of(text);
    if (!is_interim()) phase_ = Phase::kReceiving;
  } else if (text.empty()) {
    head_there_ = !is_interim();
    if (answer_.status == kContinueRefused) departures_ = 0;  // asked again without the question
  } else if (line.front() == ' ' || line.front() == '\t') {
    if (!answer_.headers.empty()) (answer_.headers.back().second += ' ') += text;
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    answer_.headers.emplace_back(lower(trimmed(text.substr(0, colon))), trimmed(text.substr(colon + 1)));
  }
  return line.size();
}

std::size_t CurlTransfer::on_body(Bytes bytes) {
  if (whole_) {
    if (bytes.size() > request_->answer_limit - answer_.body.size()) {
      (void)fail(
          {ErrorCode::kCorrupt, "the answer is larger than " + std::to_string(request_->answer_limit) + " bytes"});
      return 0;
    }
    answer_.body += as_text(bytes);
    return bytes.size();
  }
  if (!carry_.empty()) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  const std::size_t fits = std::min(bytes.size(), target_.size());
  if (fits > 0) std::memcpy(target_.data(), bytes.data(), fits);
  target_ = target_.subspan(fits);
  delivered_ += fits;
  carry_ = as_text(bytes.subspan(fits));
  return bytes.size();
}

std::size_t CurlTransfer::on_upload(MutableBytes into) {
  if (request_ == nullptr) return CURL_READFUNC_ABORT;  // the answer came first, and the call is over
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), upload_left_));
  if (wanted == 0) return 0;
  auto got = request_->stream->read(*context_, into.first(wanted));
  progress_ = shared_.clock.mono_now();
  if (!got || *got == 0) {
    (void)fail(got ? Error(ErrorCode::kCorrupt, "the bytes to send ended before their length") : got.error());
    return CURL_READFUNC_ABORT;
  }
  upload_left_ -= *got;
  return *got;
}

bool CurlTransfer::on_connected() {
  phase_ = Phase::kWaiting;
  progress_ = shared_.clock.mono_now();
  if (departures_++ > 0 && !request_->repeatable) {
    (void)fail({ErrorCode::kUnavailable, "the connection had ended when it was used again"});
    return false;
  }
  if (request_->went_out != nullptr) *request_->went_out = true;
  return true;
}

bool CurlTransfer::on_tls(ssl_ctx_st& context) {
  auto installed = shared_.trust.install(context);
  if (!installed) (void)fail(installed.error());
  return installed.ok();
}

Result<Millis> CurlTransfer::time_left(const CallContext& context) {
  if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "cancelled");
  const MonoTime now = shared_.clock.mono_now();
  if (now >= context.deadline) return Error(ErrorCode::kTimeout, "the time given was over");
  curl_off_t uploaded = 0;
  curl_easy_getinfo(line_->easy(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
  if (std::exchange(uploaded_, uploaded) != uploaded) progress_ = now;
  const HttpTimeouts& limits = shared_.options.timeouts;
  const Millis limit = phase_ == Phase::kConnecting ? limits.connect
                       : phase_ == Phase::kWaiting  ? limits.first_byte
                                                    : limits.stall;
  if (now - progress_ >= limit) {
    const char* what = phase_ == Phase::kConnecting ? "no connection within "
                       : phase_ == Phase::kWaiting  ? "no answer within "
                                                    : "the answer stood still for ";
    return Error(ErrorCode::kTimeout, what + std::to_string(limit.count()) + " ms");
  }
  return std::min({kLookAtClock, limit - (now - progress_), context.deadline - now});
}

template <class There>
Result<void> CurlTransfer::drive(const CallContext& context, There there) {
  const std::stop_callback wake(context.stop, [this] { curl_multi_wakeup(line_->multi()); });
  context_ = &context;
  progress_ = shared_.clock.mono_now();
  for (;;) {
    auto left = time_left(context);
    if (!left) return fail(left.error());
    int running = 0;
    const std::size_t before = head_bytes_ + answer_.body.size() + delivered_;
    if (curl_multi_perform(line_->multi(), &running) != CURLM_OK)
      return fail({ErrorCode::kInternal, "the HTTP library failed"});
    if (head_bytes_ + answer_.body.size() + delivered_ != before) progress_ = shared_.clock.mono_now();
    look_for_end();
    if (ended_ || there()) break;
    left = time_left(context);
    if (!left) return fail(left.error());
    curl_multi_poll(line_->multi(), nullptr, 0, static_cast<int>((*left).count()), nullptr);
  }
  if (failure_) return *failure_;
  return {};
}

void CurlTransfer::look_for_end() {
  int waiting = 0;
  while (const CURLMsg* message = curl_multi_info_read(line_->multi(), &waiting))
    if (message->msg == CURLMSG_DONE) return end(message->data.result);
}

void CurlTransfer::end(int curl_code) {
  ended_ = true;
  if (!head_there_ && answer_.status == kContinueRefused) head_there_ = true;
  if (curl_code != CURLE_OK)
    (void)fail(error_of(curl_code));
  else if (!head_there_ || answer_.status < 200)
    (void)fail({ErrorCode::kCorrupt, "the answer ended within its head"});
  curl_multi_remove_handle(line_->multi(), line_->easy());
}

Error CurlTransfer::error_of(int curl_code) const {
  const auto code = static_cast<CURLcode>(curl_code);
  const char* words = problem_.front() == '\0' ? curl_easy_strerror(code) : problem_.data();
  const auto answer = [&](ErrorCode ours) { return Error(ours, escape_text(words, 200)); };
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return answer(ErrorCode::kTimeout);
    case CURLE_PEER_FAILED_VERIFICATION:
      return answer(ErrorCode::kUnavailable).within("the server's certificate is not trusted");
    case CURLE_OUT_OF_MEMORY: return answer(ErrorCode::kInternal);
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED: return answer(ErrorCode::kInvalidArgument);
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: return answer(ErrorCode::kCorrupt);
    default: return answer(phase_ == Phase::kReceiving ? ErrorCode::kCorrupt : ErrorCode::kUnavailable);
  }
}

Result<void> CurlTransfer::until_head(const CallContext& context) {
  auto driven = drive(context, [this] { return head_there_; });
  request_ = nullptr;
  return driven;
}

Result<void> CurlTransfer::until_end(const CallContext& context) {
  SCALPER_TRY(drive(context, [] { return false; }));
  shared_.lines.give_back(origin_, std::move(line_), shared_.clock.mono_now());
  return {};
}

Result<std::size_t> CurlTransfer::read(const CallContext& context, MutableBytes into) {
  delivered_ = 0;
  if (!carry_.empty()) {
    delivered_ = std::min(into.size(), carry_.size() - carry_at_);
    std::memcpy(into.data(), carry_.data() + carry_at_, delivered_);
    carry_at_ += delivered_;
    if (carry_at_ < carry_.size()) return delivered_;
    carry_.clear();
    carry_at_ = 0;
    return delivered_;
  }
  if (failure_) return *failure_;
  if (!ended_) {
    target_ = into;
    if (std::exchange(paused_, false)) curl_easy_pause(line_->easy(), CURLPAUSE_CONT);
    auto driven = drive(context, [this] { return delivered_ > 0; });
    target_ = {};
    if (!driven && delivered_ == 0) return driven.error();
  }
  if (ended_ && !failure_ && line_ != nullptr)
    shared_.lines.give_back(origin_, std::move(line_), shared_.clock.mono_now());
  return delivered_;
}

}  // namespace scalper::aws
