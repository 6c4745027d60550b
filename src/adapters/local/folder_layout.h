#pragma once
// The data folder: what lies where, opened once and held.
//
//   input/        the inbox. People and programs drop files here
//   output/       valid files, each under its key
//   quarantine/   all others, `<id>--<name>`
//   .scalper/     ours alone (mode 0700), on the same file system
//     lock        see lock.h
//     in/         adopted files, each named by its generation, until they are published
//     staging/    bytes that came by our server or had to be copied, and files on their way out of quarantine
//     replaced/   what a newer version displaced in output, for a while (superseded.h), and whatever was found in our
//                 folders and not understood
//     uploads/    files that come in pieces: see local_partial_uploads.h
//     meta/       what is known of published versions: see meta.h
//     journal/    what is known of adopted ones, and what of meta/ may not be on the disk yet: see journal.h

#include <memory>
#include <string>

#include "adapters/local/folder_sync.h"
#include "adapters/local/lock.h"
#include "adapters/local/posix.h"
#include "base/result.h"

namespace scalper {

struct DataFolder {
  // Makes what is missing, takes the lock, and tries out what the protocol stands on. `path` may be a symbolic link,
  // what lies in it may not. kAlreadyExists: in use. kUnsupported: the file system lacks something, or the folders are
  // not all on one; the message says what.
  [[nodiscard]] static Result<std::unique_ptr<DataFolder>> open(Posix& posix, const std::string& path);
  // An earlier run has been here, since there is a journal, and its file `name` in .scalper is gone or empty. To be
  // asked before this run makes either.
  [[nodiscard]] Result<bool> has_lost(const std::string& name);
  // The name of a folder that somebody moved away, removed or put another one in place of since it was opened; empty:
  // none. What this run does goes to the one that it opened, wherever that is now.
  [[nodiscard]] std::string displaced() const;

  Posix& posix;
  std::string path;  // absolute, without symbolic links
  Fd root{};
  Fd input{};
  Fd output{};
  Fd quarantine{};
  Fd own{};  // .scalper
  Fd in{};
  Fd staging{};
  Fd replaced{};
  Fd uploads{};
  Fd meta_output{};
  Fd meta_quarantine{};
  Fd journal{};
  std::uint64_t device = 0;  // of all of them
  // For the folders that every file passes.
  FolderSync in_sync{};
  FolderSync staging_sync{};
  std::unique_ptr<DataLock> lock{};
  bool has_leases = false;  // else every file is copied in
  std::uint32_t user = 0;   // effective, of this process
  // Whether nobody but this user can come by a descriptor to write to the file once its lease is gone: it is his, and
  // has one name. The sender of any other keeps it in hand, be it by a descriptor that only reads: open(2) of
  // /proc/self/fd/N asks the file's owner and mode anew.
  [[nodiscard]] bool is_ours_alone(const FileStat& file) const { return file.owner == user && file.links <= 1; }
};

// Makes the folders of the relative path that are missing and syncs each new name, then opens the last one. -ENOTDIR: a
// name on the way is no folder; `depth` tells which, counted from 0.
[[nodiscard]] int open_folders(Posix& posix, int dir, const std::string& path, std::size_t& depth);

}  // namespace scalper
