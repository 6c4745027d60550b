// Answers as bytes.

#include <vector>

#include "api/problem.h"
#include "hosts/server/server_state.h"

namespace scalper::server {

net::awaitable<error_code> Server::State::write(Connection& connection, bool head_only, api::Reply reply,
                                                const std::string& request_id, bool keep_alive) {
  const auto dress = [&](auto& response, const std::string& type) {
    response.version(11);
    response.keep_alive(keep_alive);
    if (!type.empty()) response.set(http::field::content_type, type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("X-Request-Id", request_id);
    for (const auto& [name, value] : connection.headers) response.set(name, value);
  };
  connection.stream.expires_after(options.limits.write);
  if (auto* stream = std::get_if<api::Stream>(&reply)) {
    http::response<http::empty_body> response;
    response.result(static_cast<unsigned>(stream->status));
    dress(response, stream->content_type);
    for (const auto& [name, value] : stream->headers) response.set(name, value);
    co_return co_await write_stream(connection, std::move(response), std::move(*stream), head_only);
  }
  if (auto* follow = std::get_if<api::Follow>(&reply)) {
    if (followers.size() < options.limits.following) {
      http::response<http::empty_body> response;
      dress(response, follow->content_type);
      for (const auto& [name, value] : follow->headers) response.set(name, value);
      co_return co_await write_follow(connection, std::move(response), std::move(*follow), head_only);
    }
    reply = api::too_many_wait();
  }
  if (auto* redirect = std::get_if<api::Redirect>(&reply)) {
    api::Complete found;
    found.status = 302;
    found.headers = std::move(redirect->headers);
    found.headers.emplace_back("Location", redirect->location);
    reply = std::move(found);
  }
  auto& complete = std::get<api::Complete>(reply);
  http::response<http::string_body> response;
  response.result(static_cast<unsigned>(complete.status));
  dress(response, complete.content_type);
  for (const auto& [name, value] : complete.headers) response.set(name, value);
  response.body() = std::move(complete.body);
  response.prepare_payload();
  if (complete.status == 204) response.erase(http::field::content_length);  // RFC 9110, 8.6
  if (complete.status == 304) {  // it tells of an answer that is not sent, so nothing may be said of that one's size
    response.erase(http::field::content_length);
    response.erase(http::field::content_type);
  }
  http::response_serializer<http::string_body> serializer(response);
  serializer.split(head_only);
  if (head_only) {
    auto [failed, sent] = co_await http::async_write_header(connection.stream, serializer, kTuple);
    co_return failed;
  }
  auto [failed, sent] = co_await http::async_write(connection.stream, serializer, kTuple);
  co_return failed;
}

net::awaitable<error_code> Server::State::write_stream(Connection& connection, http::response<http::empty_body> head,
                                                       api::Stream stream, bool head_only) {
  if (stream.size) {
    head.content_length(*stream.size);
  } else {
    head.chunked(true);
  }
  http::response_serializer<http::empty_body> serializer(head);
  auto [failed, sent] = co_await http::async_write_header(connection.stream, serializer, kTuple);
  if (failed || head_only) co_return failed;
  std::vector<std::byte> piece(kPiece);
  for (;;) {
    // Each piece has its own time, to be read in and to be taken in (`limits.write`, so nobody reads slower than kPiece
    // in that): what is large may take long as a whole.
    const CallContext context = context_for(api::Role::kViewer, {});
    const Result<std::size_t> got =
        *co_await blocking(pool, [&] { return std::optional(stream.body->read(context, piece)); });
    // The status is out already: an answer that breaks off is the only honest
    // one.
    if (!got.ok()) co_return make_error_code(net::error::connection_aborted);
    connection.stream.expires_after(options.limits.write);
    const auto bytes = net::buffer(piece.data(), *got);
    error_code unsent;
    if (stream.size) {
      if (*got == 0) co_return error_code();
      std::tie(unsent, sent) = co_await net::async_write(connection.stream, bytes, kTuple);
    } else if (*got == 0) {
      std::tie(unsent, sent) = co_await net::async_write(connection.stream, http::make_chunk_last(), kTuple);
      co_return unsent;
    } else {
      std::tie(unsent, sent) = co_await net::async_write(connection.stream, http::make_chunk(bytes), kTuple);
    }
    if (unsent) co_return unsent;
  }
}

}  // namespace scalper::server
