#include "adapters/aws/client/error_codes.h"

#include <algorithm>
#include <array>

namespace scalper::aws {
namespace {

constexpr Meaning kGone{ErrorCode::kNotFound, Remedy::kNone};
constexpr Meaning kForbidden{ErrorCode::kPermissionDenied, Remedy::kNone};
constexpr Meaning kExpired{ErrorCode::kPermissionDenied, Remedy::kCredentials};
constexpr Meaning kSkewed{ErrorCode::kPermissionDenied, Remedy::kClock};
constexpr Meaning kThrottle{ErrorCode::kThrottled, Remedy::kSlowDown};
constexpr Meaning kPassing{ErrorCode::kUnavailable, Remedy::kWait};
constexpr Meaning kConflict{ErrorCode::kUnavailable, Remedy::kNone};  // what to do again, only the caller knows
constexpr Meaning kCondition{ErrorCode::kPreconditionFailed, Remedy::kNone};
constexpr Meaning kExists{ErrorCode::kAlreadyExists, Remedy::kNone};
constexpr Meaning kLacking{ErrorCode::kUnsupported, Remedy::kNone};
constexpr Meaning kDamaged{ErrorCode::kCorrupt, Remedy::kWait};  // bytes changed on the way
constexpr Meaning kWrong{ErrorCode::kInvalidArgument, Remedy::kNone};

constexpr std::array kCodes = {
    CodeMeaning{"AWS.SimpleQueueService.NonExistentQueue", kGone},
    CodeMeaning{"AccessDenied", kForbidden},
    CodeMeaning{"AccessDeniedException", kForbidden},
    CodeMeaning{"AccountProblem", kForbidden},
    CodeMeaning{"AllAccessDisabled", kForbidden},
    CodeMeaning{"AuthFailure", kForbidden},
    CodeMeaning{"AuthorizationError", kForbidden},
    CodeMeaning{"AuthorizationErrorException", kForbidden},
    CodeMeaning{"BadDigest", kDamaged},
    CodeMeaning{"BandwidthLimitExceeded", kThrottle},
    CodeMeaning{"BucketAlreadyExists", kExists},
    CodeMeaning{"BucketAlreadyOwnedByYou", kExists},
    CodeMeaning{"ConditionalCheckFailed", kCondition},
    CodeMeaning{"ConditionalCheckFailedException", kCondition},
    CodeMeaning{"ConditionalRequestConflict", kConflict},
    CodeMeaning{"ExpiredToken", kExpired},
    CodeMeaning{"ExpiredTokenException", kExpired},
    CodeMeaning{"IncompleteBody", kPassing},
    CodeMeaning{"IncompleteSignature", kForbidden},
    CodeMeaning{"InternalError", kPassing},
    CodeMeaning{"InternalFailure", kPassing},
    CodeMeaning{"InternalServerError", kPassing},
    CodeMeaning{"InternalServerErrorException", kPassing},
    CodeMeaning{"InvalidAccessKeyId", kForbidden},
    CodeMeaning{"InvalidClientTokenId", kForbidden},
    CodeMeaning{"InvalidObjectState", kWrong},
    CodeMeaning{"InvalidSecurity", kForbidden},
    CodeMeaning{"InvalidSignatureException", kForbidden},
    CodeMeaning{"InvalidToken", kForbidden},
    CodeMeaning{"KMS.AccessDeniedException", kForbidden},
    CodeMeaning{"KMS.DisabledException", kForbidden},
    CodeMeaning{"KMS.InvalidStateException", kForbidden},
    CodeMeaning{"KMS.NotFoundException", kForbidden},
    CodeMeaning{"KMS.OptInRequired", kForbidden},
    CodeMeaning{"KMSAccessDeniedException", kForbidden},
    CodeMeaning{"KMSDisabledException", kForbidden},
    CodeMeaning{"KMSNotFoundException", kForbidden},
    CodeMeaning{"MissingAuthenticationToken", kForbidden},
    CodeMeaning{"MissingAuthenticationTokenException", kForbidden},
    CodeMeaning{"NotAuthorized", kForbidden},
    CodeMeaning{"NotFound", kGone},
    CodeMeaning{"NotFoundException", kGone},
    CodeMeaning{"NotImplemented", kLacking},
    CodeMeaning{"NotSignedUp", kForbidden},
    CodeMeaning{"OperationAborted", kPassing},
    CodeMeaning{"OptInRequired", kForbidden},
    CodeMeaning{"OverLimit", kThrottle},
    CodeMeaning{"PreconditionFailed", kCondition},
    CodeMeaning{"PriorRequestNotComplete", kThrottle},
    CodeMeaning{"ProvisionedThroughputExceededException", kThrottle},
    CodeMeaning{"QueueAlreadyExists", kExists},
    CodeMeaning{"QueueDoesNotExist", kGone},
    CodeMeaning{"QueueNameExists", kExists},
    CodeMeaning{"RequestExpired", kSkewed},
    CodeMeaning{"RequestInTheFuture", kSkewed},
    CodeMeaning{"RequestLimitExceeded", kThrottle},
    CodeMeaning{"RequestTimeTooSkewed", kSkewed},
    CodeMeaning{"RequestTimeout", kPassing},
    CodeMeaning{"RequestTimeoutException", kPassing},
    CodeMeaning{"ResourceAlreadyExistsException", kExists},
    CodeMeaning{"ResourceInUseException", kExists},
    CodeMeaning{"ResourceNotFoundException", kGone},
    CodeMeaning{"ServiceUnavailable", kPassing},
    CodeMeaning{"ServiceUnavailableException", kPassing},
    CodeMeaning{"SignatureDoesNotMatch", kForbidden},
    CodeMeaning{"SlowDown", kThrottle},
    CodeMeaning{"TokenRefreshRequired", kExpired},
    CodeMeaning{"TooManyRequestsException", kThrottle},
    CodeMeaning{"TransactionConflictException", kPassing},
    CodeMeaning{"TransactionInProgressException", kThrottle},
    CodeMeaning{"UnauthorizedAccess", kForbidden},
    CodeMeaning{"UnauthorizedOperation", kForbidden},
    CodeMeaning{"UnrecognizedClientException", kForbidden},
    CodeMeaning{"UnsupportedOperation", kLacking},
    CodeMeaning{"XAmzContentChecksumMismatch", kDamaged},
    CodeMeaning{"XAmzContentSHA256Mismatch", kDamaged},
};
static_assert(std::is_sorted(kCodes.begin(), kCodes.end(),
                             [](const CodeMeaning& a, const CodeMeaning& b) { return a.aws < b.aws; }));

}  // namespace

std::span<const CodeMeaning> known_codes() { return kCodes; }

std::optional<Meaning> meaning_of_code(std::string_view code) {
  const auto found = std::lower_bound(kCodes.begin(), kCodes.end(), code,
                                      [](const CodeMeaning& known, std::string_view word) { return known.aws < word; });
  if (found != kCodes.end() && found->aws == code) return found->meaning;
  if (code.find("Throttl") != std::string_view::npos) return kThrottle;
  if (code.starts_with("NoSuch")) return kGone;
  return std::nullopt;
}

Meaning meaning_of_status(int status, bool has_code) {
  switch (status) {
    case 301:
    case 302:
    case 308: return kWrong;  // another region's bucket
    case 304:
    case 412: return kCondition;
    case 307:
    case 408: return kPassing;
    case 401:
    case 403: return kForbidden;
    case 404:
    case 410: return kGone;
    case 409: return has_code ? kWrong : kConflict;
    case 429: return kThrottle;
    case 501: return kLacking;
    default: break;
  }
  if (status >= 500 || (status >= 200 && status < 300)) return kPassing;
  return status >= 400 ? kWrong : Meaning{ErrorCode::kCorrupt, Remedy::kNone};
}

}  // namespace scalper::aws
