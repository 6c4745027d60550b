#pragma once
// The bytes of one version as they arrive: gone on with after a cut connection, and of large objects by several ranges
// at a time. Back-pressure is the connection's own: what is not read is not fetched.

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"
#include "ports/object_store.h"

namespace scalper::aws {

// One version, whose bytes can be asked for from any position on.
struct S3Version {
  AwsClient* client = nullptr;
  Clock* clock = nullptr;
  ObjectRef ref;  // with its version
  ETag etag;
};

struct ParallelReads {
  std::uint64_t above = std::uint64_t{64} << 20;  // shorter bodies come by one connection
  std::uint64_t range = std::uint64_t{8} << 20;   // bytes of one range, held in memory
  std::size_t lanes = 2;                          // ranges in memory, connections and threads at a time
  // How a thread is begun; throws std::system_error where there is none to be had.
  std::function<std::thread(std::function<void()>)> new_thread = [](std::function<void()> work) {
    return std::thread(std::move(work));
  };
};

// The bytes [from, to). `begun` is a body that stands at `from`, or null. A connection that ends early, or that fails
// in a way that may pass, is followed by a GET of the same version from the next byte on, with If-Match, after a
// growing pause; five times without a byte in between, and the last error is the answer.
[[nodiscard]] std::unique_ptr<ByteSource> resuming_body(const S3Version& version, std::uint64_t from, std::uint64_t to,
                                                        std::unique_ptr<ByteSource> begun);

// The same by `lanes` threads, each of which fetches one range after another; they end with the source. What is read
// comes in order. Once read() was refused, it is refused the same way again. Where fewer threads are to be had there
// are fewer lanes; without any, read() is kUnavailable and tries again the next time.
[[nodiscard]] std::unique_ptr<ByteSource> parallel_body(const S3Version& version, std::uint64_t from, std::uint64_t to,
                                                        std::unique_ptr<ByteSource> begun,
                                                        const ParallelReads& settings);

}  // namespace scalper::aws
