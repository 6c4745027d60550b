#pragma once
// Private: shapes of requests that two readers could understand differently. Only for .cpp files of this folder.

#include <boost/beast/http.hpp>
#include <optional>

#include "api/reply.h"

namespace scalper::server {

// The refusal of a head whose body has no certain end (RFC 9112, 6.1 and 6.3), or which expects what is not known here
// (RFC 9110, 10.1.1); nullopt: it is sound. The connection is to be closed after a refusal.
[[nodiscard]] std::optional<api::Reply> refuse_form(const boost::beast::http::request_header<>& head);

}  // namespace scalper::server
