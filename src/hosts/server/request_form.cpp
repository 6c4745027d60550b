#include "hosts/server/request_form.h"

#include "api/problem.h"

namespace scalper::server {
namespace {

namespace http = boost::beast::http;

api::Reply bad(const char* why) { return api::problem(400, "bad_request", why); }

}  // namespace

std::optional<api::Reply> refuse_form(const http::request_header<>& head) {
  const std::size_t codings = head.count(http::field::transfer_encoding);
  const std::size_t lengths = head.count(http::field::content_length);
  if (codings > 0 && head.version() < 11) return bad("HTTP/1.0 knows no Transfer-Encoding");
  // The parser takes a body that is coded in another way for none, and would take its bytes for the next request.
  if (codings > 1 || (codings == 1 && !boost::beast::iequals(head[http::field::transfer_encoding], "chunked")))
    return bad("the one Transfer-Encoding that is understood is \"chunked\", once");
  if (codings > 0 && lengths > 0) return bad("a request has a Content-Length or a Transfer-Encoding, not both");
  // RFC 9110, 8.6, lets a list of equal lengths be taken for one; whoever stands before us may read it otherwise.
  if (lengths > 1 || head[http::field::content_length].find(',') != boost::beast::string_view::npos)
    return bad("a request has one Content-Length");
  const auto expect = head[http::field::expect];
  if (!expect.empty() && !boost::beast::iequals(expect, "100-continue"))
    return api::problem(417, "bad_request", "nothing but 100-continue may be expected");
  return std::nullopt;
}

}  // namespace scalper::server
