#pragma once
// Bytes to a socket and back: what a rude client can do. Blocking, with a time
// limit of ten seconds a call.

#include <cstdint>
#include <string>

namespace scalper {

class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);              // 127.0.0.1
  explicit RawConnection(const std::string& socket_path);  // Unix
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(const std::string& bytes);
  // One answer, by its Content-Length: header and body as received. Empty: the
  // other side closed.
  [[nodiscard]] std::string answer(bool to_head = false);
  // Everything up to this text and with it; what there is where the other side closes before.
  [[nodiscard]] std::string until(const std::string& text);
  // Everything until the other side closes.
  [[nodiscard]] std::string rest();

 private:
  bool more();
  int socket_ = -1;
  std::string buffer_;
};

}  // namespace scalper
