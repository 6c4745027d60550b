#pragma once
// The way in: a file of the inbox data/input becomes a version of the bucket `input`. Who watches the inbox (a hint) or
// scans it (the truth) calls adopt() for every name that may be ready; calling it too early or twice does no harm.
//
// What adopt() does: the file is opened beneath the root without following links and looked at; a read lease is taken
// (fcntl(2), "Leases"), which is refused while anybody has it open for writing; its intent {generation, key} goes to
// the journal; renameat2(RENAME_NOREPLACE) moves it to .scalper/in/<generation>; both folders are synced. Only then is
// the event answered, so that no record is written of a file that a power cut would put back. The lease is held until
// the file is published. Where none can be had, or none would help (a file of another user, whoever this process is;
// more than one link; a file system without leases), the file is moved in all the same and copied before it is read;
// from another file system it is copied in at once.
//
// Own syncs per adopted file: none. Shared with all who adopt at that moment: the journal, the folder in the inbox,
// and .scalper/in.

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "model/object_ref.h"
#include "ports/call_context.h"

namespace scalper {

class AdoptedFiles;

// The file is a version now, durably, and its name in the inbox is free. Whoever gets it sees to the first record or
// the message; if that fails, the sweep finds the version without a record.
struct Adopted {
  ObjectEvent event;
};

// Still in the inbox, untouched: the next scan may ask again.
struct NotYet {
  enum class Why : std::uint8_t {
    kBeingWritten,  // somebody has it open for writing
    kChanged,       // it changed while it was taken, or another file has its name now
    kUnreadable,    // no permission to read it: told by the alarm store.unreadable, mended by its sender
  };
  Why why = Why::kBeingWritten;
};

// Nothing to adopt, and asking again changes nothing until the name itself changes.
struct Ignored {
  enum class Why : std::uint8_t {
    kName,      // is_ignored_in_inbox()
    kNoFile,    // a folder, link, fifo, socket or device
    kGone,      // no such name (any more)
    kLongName,  // beyond what a key may have (1,024 bytes)
  };
  Why why = Why::kName;
};

using Adoption = std::variant<Adopted, NotYet, Ignored>;

// Whether any name on the relative path begins with `.` or `~$` or ends with .part, .tmp or .crdownload.
[[nodiscard]] bool is_ignored_in_inbox(std::string_view path);

// Made by LocalObjectStore::open(); ask its inbox(). Safe from many threads, also for one path at once: one adopts it.
class Inbox {
 public:
  explicit Inbox(AdoptedFiles& files) : files_(files) {}

  // `path`: below data/input, names separated by single slashes; it becomes the key as it is. The caller has seen the
  // file closed, moved in, or unchanged for the settle time. kThrottled: too many files are open, adopt fewer at once;
  // kNoSpace, kPermissionDenied (a folder that may not be changed) and others: come again later. After an Error the
  // file has its name still, or is a version that listings of `input` show.
  [[nodiscard]] Result<Adoption> adopt(const CallContext& context, const std::string& path);

  // Gives files back whose sender wants to write to them again (a lease is being broken; he waits for us, at most
  // /proc/sys/fs/lease-break-time). Called about once a second; costs a system call for each adopted file that is not
  // published. They are in the inbox again under their name, or under a new generation where that is taken, and their
  // old version is gone. Says how many.
  [[nodiscard]] Result<std::size_t> give_back_disturbed(const CallContext& context);

  // Adopted files that wait to be published. Each holds a file descriptor while it has a lease.
  [[nodiscard]] std::size_t waiting() const;

 private:
  AdoptedFiles& files_;
};

}  // namespace scalper
