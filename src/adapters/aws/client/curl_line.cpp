#include "adapters/aws/client/curl_line.h"

#include <curl/curl.h>

#include <algorithm>
#include <vector>

namespace scalper::aws {
namespace {

// S3 closes an idle connection after some 20 s, others after a minute: what is older is more likely dead than alive.
constexpr Millis kMaxIdle{std::chrono::seconds{55}};

}  // namespace

CurlLine::CurlLine() : easy_(curl_easy_init()), multi_(curl_multi_init()) {
  if (multi_ != nullptr) curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1L);
}

CurlLine::~CurlLine() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

std::unique_ptr<CurlLine> CurlLines::take(const std::string& origin, MonoTime now) {
  std::vector<Kept> old;  // closed outside the lock
  const std::lock_guard lock(mutex_);
  while (!idle_.empty() && now - idle_.front().since > kMaxIdle) {
    old.push_back(std::move(idle_.front()));
    idle_.pop_front();
  }
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Kept& k) { return k.origin == origin; });
  if (found == idle_.rend()) return std::make_unique<CurlLine>();
  std::unique_ptr<CurlLine> line = std::move(found->line);
  idle_.erase(std::next(found).base());
  return line;
}

void CurlLines::give_back(const std::string& origin, std::unique_ptr<CurlLine> line, MonoTime now) {
  curl_easy_reset(line->easy());  // it knows the transfer that is over, which goes away
  std::unique_ptr<CurlLine> oldest;
  const std::lock_guard lock(mutex_);
  idle_.push_back({origin, std::move(line), now});
  if (idle_.size() <= kept_) return;
  oldest = std::move(idle_.front().line);
  idle_.pop_front();
}

}  // namespace scalper::aws
