#include "base/error.h"

namespace scalper {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kAlreadyExists: return "already_exists";
    case ErrorCode::kPreconditionFailed: return "precondition_failed";
    case ErrorCode::kInvalidArgument: return "invalid_argument";
    case ErrorCode::kPermissionDenied: return "permission_denied";
    case ErrorCode::kThrottled: return "throttled";
    case ErrorCode::kTimeout: return "timeout";
    case ErrorCode::kCancelled: return "cancelled";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kNoSpace: return "no_space";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kCorrupt: return "corrupt";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

Error Error::within(std::string_view doing) const {
  std::string text(doing);
  text += ": ";
  text += message_;
  return {code_, std::move(text)};
}

bool is_retryable(ErrorCode code) {
  switch (code) {
    case ErrorCode::kThrottled:
    case ErrorCode::kTimeout:
    case ErrorCode::kUnavailable:
    case ErrorCode::kNoSpace:
    case ErrorCode::kCorrupt: return true;
    default: return false;
  }
}

bool is_ambiguous(ErrorCode code) {
  return code == ErrorCode::kTimeout || code == ErrorCode::kUnavailable || code == ErrorCode::kCancelled ||
         code == ErrorCode::kInternal;
}

}  // namespace scalper
