#pragma once
// What the program's end says. The numbers are those of sysexits.h where that has one; `check` adds 1, 2 and 3.

#include "base/error.h"

namespace scalper {

enum ExitCode : int {
  kExitOk = 0,
  kExitSomeInvalid = 1,
  kExitSomeUnverifiable = 2,
  kExitCouldNotRead = 3,
  kExitUsage = 64,
  kExitContractRefused = 65,
  kExitNotFound = 66,
  kExitUnreachable = 69,  // port in use, or the gate does not answer
  kExitInternal = 70,
  kExitDiskFull = 73,
  kExitDiskFailed = 74,  // it lost what was written, or a folder; the next start goes on
  kExitFolderInUse = 75,
  kExitDatabase = 76,  // damaged, or of a newer version
  kExitNotPermitted = 77,
};

// The exit code of an Error that no verb knows better about.
[[nodiscard]] int exit_code_of(ErrorCode code);

}  // namespace scalper
