#pragma once
// A body on its way from a socket to a route: the thread of the sockets puts pieces in, the thread of the route takes
// them out and waits for them. Nothing is read from the socket before the route asks, and never more than one piece
// ahead: a route that is slow makes its sender wait, and nobody else.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "ports/byte_source.h"

namespace scalper::server {

class BodyStream final : public ByteSource {
 public:
  // `wake`: called without a lock, by the route's thread, when a piece is wanted.
  explicit BodyStream(std::function<void()> wake) : wake_(std::move(wake)) {}

  // The route's thread. kCancelled once the context's stop fired; else what end() was given.
  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override;

  // The sockets' thread.
  [[nodiscard]] bool wants() const;
  void put(std::vector<std::byte> piece);             // not empty; only while it wants one
  void end(std::optional<Error> why = std::nullopt);  // the body's own end, or why there is no more

 private:
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::byte> piece_;
  std::size_t taken_ = 0;  // of it
  bool wanted_ = false;
  bool ended_ = false;
  std::optional<Error> failed_;
};

}  // namespace scalper::server
