#include "hosts/local_exit_codes.h"

namespace scalper {

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound: return kExitNotFound;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kUnsupported: return kExitUsage;
    case ErrorCode::kPermissionDenied: return kExitNotPermitted;
    case ErrorCode::kNoSpace: return kExitDiskFull;
    case ErrorCode::kCorrupt: return kExitDatabase;
    case ErrorCode::kThrottled:
    case ErrorCode::kTimeout:
    case ErrorCode::kCancelled:
    case ErrorCode::kUnavailable: return kExitUnreachable;
    case ErrorCode::kInternal: return kExitInternal;
  }
  return kExitInternal;
}

}  // namespace scalper
