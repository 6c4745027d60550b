#include "support/temp_dir.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

namespace scalper {
namespace fs = std::filesystem;

fs::path memory_folder() {
  const fs::path shared = "/dev/shm";
  return ::access(shared.c_str(), W_OK | X_OK) == 0 ? shared : fs::temp_directory_path();
}

TempDir::TempDir() : TempDir(fs::temp_directory_path()) {}

TempDir::TempDir(const fs::path& parent) {
  std::string name = (parent / "scalper-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    std::perror("mkdtemp");
    std::abort();  // no test means anything without it
  }
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (fs::remove_all(path_, ignored); !ignored) return;
  // A test may have taken a folder's modes away: give them back first.
  for (fs::recursive_directory_iterator at(path_, fs::directory_options::skip_permission_denied, ignored), end;
       !ignored && at != end; at.increment(ignored))
    if (at->is_directory(ignored) && !at->is_symlink(ignored))
      fs::permissions(at->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
  fs::remove_all(path_, ignored);
}

}  // namespace scalper
