#pragma once
// Private: one type of stream for Unix sockets, TCP and TLS over TCP, so that everything above is compiled once. Only
// for .cpp files of this folder (tests/steps/includes.py).

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace scalper::server {

class TlsContext;

// As Beast's basic_stream, with its time limits; belongs to the server's thread.
class Stream {
 public:
  using Sockets = boost::asio::generic::stream_protocol;
  using Plain = boost::beast::basic_stream<Sockets>;
  using executor_type = Plain::executor_type;
  using error_code = boost::system::error_code;
  using Done = std::function<void(error_code, std::size_t)>;

  explicit Stream(Sockets::socket socket);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Speaks TLS from here on, as the server.
  [[nodiscard]] boost::asio::awaitable<error_code> start_tls(std::shared_ptr<const TlsContext> context);
  // Says the end of what was sent, so that a cut is told from an end; nothing where TLS was not started.
  [[nodiscard]] boost::asio::awaitable<void> end_tls();

  executor_type get_executor() { return plain_.get_executor(); }
  void expires_after(std::chrono::nanoseconds time) { plain_.expires_after(time); }
  void expires_never() { plain_.expires_never(); }
  void cancel() { plain_.cancel(); }
  Sockets::socket& socket() { return plain_.socket(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& to) {
          if (tls_ == nullptr) return plain_.async_read_some(to, std::move(handler));
          read_tls(first_of<boost::asio::mutable_buffer>(to), erased(std::move(handler)));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          if (tls_ == nullptr) return plain_.async_write_some(from, std::move(handler));
          write_tls(first_of<boost::asio::const_buffer>(from), erased(std::move(handler)));
        },
        token, buffers);
  }

 private:
  struct Tls;

  // "Some" of a sequence may be as little as the first buffer that is not empty.
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != boost::asio::buffer_sequence_end(buffers); ++at)
      if (const Buffer buffer(*at); buffer.size() > 0) return buffer;
    return {};
  }
  // Handlers move and functions copy; each is called on this thread, which is where all of them belong.
  template <class Handler>
  static Done erased(Handler handler) {
    auto kept = std::make_shared<Handler>(std::move(handler));
    return [kept](error_code failed, std::size_t bytes) { (*kept)(failed, bytes); };
  }
  void read_tls(boost::asio::mutable_buffer buffer, Done done);
  void write_tls(boost::asio::const_buffer buffer, Done done);

  Plain plain_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace scalper::server
