#include "api/problem.h"

#include <boost/json.hpp>

#include "base/plain_json.h"

namespace scalper::api {

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound: return 404;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kPreconditionFailed: return 409;
    case ErrorCode::kInvalidArgument: return 400;
    case ErrorCode::kPermissionDenied: return 403;
    case ErrorCode::kThrottled: return 429;
    case ErrorCode::kTimeout: return 504;
    case ErrorCode::kCancelled:
    case ErrorCode::kUnavailable: return 503;
    case ErrorCode::kNoSpace: return 507;
    case ErrorCode::kUnsupported: return 501;
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal: return 500;
  }
  return 500;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 416: return "Range Not Satisfiable";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 423: return "Locked";
    case 431: return "Request Header Fields Too Large";
    case 460: return "Checksum Mismatch";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "Error";
  }
}

Reply problem(int status, std::string_view code, std::string_view detail) {
  Complete reply;
  reply.status = status;
  reply.content_type = kProblemJson;
  reply.body = plain_json(boost::json::serialize(boost::json::object{{"type", "about:blank"},
                                                                     {"title", reason_phrase(status)},
                                                                     {"status", status},
                                                                     {"code", code},
                                                                     {"detail", detail}})) +
               "\n";
  return reply;
}

Reply problem_of(const Error& error) {
  return problem(http_status(error.code()), to_string(error.code()), error.message());
}

Reply too_many_wait() {
  constexpr const char* kSeconds = "5";
  Reply reply = problem(429, "too_many_wait",
                        "too many requests wait for files or follow events; ask again later, or without `wait`");
  std::get<Complete>(reply).headers.emplace_back("Retry-After", kSeconds);
  return reply;
}

Reply too_many_operations() {
  constexpr const char* kSeconds = "5";
  Reply reply = problem(503, "too_many_operations", "as many calls that take long run as may at once; ask again later");
  std::get<Complete>(reply).headers.emplace_back("Retry-After", kSeconds);
  return reply;
}

Reply too_many_uploads() {
  constexpr const char* kSeconds = "2";
  Reply reply = problem(503, "too_many_uploads", "as many uploads are coming as may come at once; try again later");
  std::get<Complete>(reply).headers.emplace_back("Retry-After", kSeconds);
  return reply;
}

}  // namespace scalper::api
