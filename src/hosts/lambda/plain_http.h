#pragma once
// HTTP/1.x over one TCP connection, as much of it as the Lambda Runtime API and what imitates it need: answers of 1.0
// and 1.1, with a length, in chunks, until the end of the connection, or without a body.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "hosts/lambda/runtime_address.h"

namespace scalper::lambda {

struct PlainRequest {
  std::string_view method = "GET";
  std::string path;  // encoded, begins with '/'
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body;
  // For each step (connecting, a piece sent, a piece received); nullopt: as long as it takes.
  std::optional<Millis> patience;
  // False: the status alone matters. A body is taken off the connection where its length is said, and never waited for.
  bool wants_body = true;
};

struct PlainAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // The first value of that name; empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// For one thread. Keeps its connection where the other side does; one that was closed meanwhile is made anew, once.
class PlainHttp {
 public:
  explicit PlainHttp(RuntimeAddress address) : address_(std::move(address)) {}
  ~PlainHttp() { close(); }
  PlainHttp(const PlainHttp&) = delete;
  PlainHttp& operator=(const PlainHttp&) = delete;

  // Any status is an answer. kUnavailable: no connection, or it ended before the answer began. kCorrupt: the answer
  // broke off, or is none. kTimeout.
  [[nodiscard]] Result<PlainAnswer> exchange(const PlainRequest& request);

 private:
  struct Framing;

  [[nodiscard]] Result<void> connect(std::optional<Millis> patience);
  [[nodiscard]] Result<void> send(std::string_view bytes, std::optional<Millis> patience) const;
  // False: the other side has closed.
  [[nodiscard]] Result<bool> receive(std::optional<Millis> patience);
  [[nodiscard]] Result<PlainAnswer> exchange_once(const PlainRequest& request);
  [[nodiscard]] Result<PlainAnswer> read_answer(const PlainRequest& request);
  [[nodiscard]] Result<std::string> read_head(std::optional<Millis> patience);
  [[nodiscard]] Result<std::size_t> find_line_end(std::size_t from, std::optional<Millis> patience);
  [[nodiscard]] Result<std::string> read_line(std::optional<Millis> patience);
  [[nodiscard]] Result<void> read_body(const PlainRequest& request, const Framing& framing, std::string& body);
  [[nodiscard]] Result<void> read_exactly(std::uint64_t count, std::optional<Millis> patience, std::string& body);
  [[nodiscard]] Result<void> read_chunks(std::optional<Millis> patience, std::string& body);
  [[nodiscard]] Result<void> read_to_end(std::optional<Millis> patience, std::string& body);
  void close();

  RuntimeAddress address_;
  int socket_ = -1;
  std::string buffer_;     // received and not yet used
  bool answered_ = false;  // a byte of the present answer came
};

}  // namespace scalper::lambda
