#pragma once
// Connections that are kept for the next call. Internal to the transport.

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "base/time.h"

namespace scalper::aws {

// One transfer at a time, and the connection that the last one left open. Handles of libcurl, which calls them void.
class CurlLine {
 public:
  CurlLine();
  ~CurlLine();
  CurlLine(const CurlLine&) = delete;
  CurlLine& operator=(const CurlLine&) = delete;

  [[nodiscard]] void* easy() const { return easy_; }
  [[nodiscard]] void* multi() const { return multi_; }
  [[nodiscard]] bool is_whole() const { return easy_ != nullptr && multi_ != nullptr; }

 private:
  void* easy_;
  void* multi_;
};

// Lines by origin ("https://host:port"), the last one used first, so that the rest may grow old. Thread-safe.
class CurlLines {
 public:
  explicit CurlLines(std::size_t kept) : kept_(kept) {}

  // A kept one or a new one; never null, but possibly not whole.
  [[nodiscard]] std::unique_ptr<CurlLine> take(const std::string& origin, MonoTime now);
  // After a transfer that went well to its end.
  void give_back(const std::string& origin, std::unique_ptr<CurlLine> line, MonoTime now);

 private:
  struct Kept {
    std::string origin;
    std::unique_ptr<CurlLine> line;
    MonoTime since;
  };
  const std::size_t kept_;
  std::mutex mutex_;
  std::deque<Kept> idle_;  // the oldest first
};

}  // namespace scalper::aws
