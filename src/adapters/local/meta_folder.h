#pragma once
// The files of .scalper/meta for one bucket. A change is durable through the journal. Its file is not written at once:
// what was stored last stays in memory and in the journal, each new segment of which begins with it. A name that comes
// again and again, and what a consumer takes soon, costs no file. A file that is written needs no sync of its own: it
// is durable with the journal's next segment.

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/local/journal.h"
#include "adapters/local/key_path.h"
#include "adapters/local/meta.h"

namespace scalper {

// Thread-safe, but each key by one thread at a time.
class MetaFolder {
 public:
  // All outlive it. `name` of the bucket, in the journal; `dir` its folder in .scalper/meta.
  MetaFolder(Posix& posix, Journal& journal, std::string name, const Fd& dir, Tree tree)
      : posix_(posix), journal_(journal), name_(std::move(name)), dir_(dir), tree_(tree) {}

  // Empty where nothing is known. kCorrupt: see parse_meta().
  [[nodiscard]] Result<KeyVersions> load(const ObjectKey& key);
  // The same for whoever knows the plain path and not the key.
  [[nodiscard]] Result<KeyVersions> load_path(const std::string& plain_path);

  // Durable when it answers, together with `line` (from line_of(), may be empty), which stands before it.
  [[nodiscard]] Result<void> store(const KeyVersions& known, const std::string& line);
  // Durable with what comes next: for what a start finds out again.
  void store_lazily(const KeyVersions& known);

  // The key that was stored longest ago, where more than `recent` are in no file. It is the caller's then, who holds
  // the key's lock and calls write_out() with what is still to be known of it, or put_off().
  [[nodiscard]] std::optional<ObjectKey> due(std::size_t recent);
  [[nodiscard]] Result<void> write_out(const KeyVersions& known);
  void put_off(const ObjectKey& key);

  // While the journal is replayed.
  void replayed(const std::string& file, const std::string& text);
  // Removes the files that the journal knows to be gone; the others stay in memory. kCorrupt, kUnsupported: see
  // parse_meta().
  [[nodiscard]] Result<void> end_replay();
  // Lines for the journal's next segment: what is in no file yet.
  [[nodiscard]] std::string unwritten();
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  [[nodiscard]] Result<KeyVersions> load_file(const std::string& file);
  [[nodiscard]] std::string line_for(const std::string& file, const std::string& text) const;
  [[nodiscard]] Result<std::string> read_file(const std::string& file);
  [[nodiscard]] Result<void> write_file(const std::string& file, const std::string& text);
  // What is not in its file; an empty text: the file is to go. Says what was there before.
  std::optional<std::string> note(const std::string& file, const ObjectKey& key, const std::string& text);

  Posix& posix_;
  Journal& journal_;
  const std::string name_;
  const Fd& dir_;
  const Tree tree_;
  std::mutex mutex_;
  std::map<std::string, std::string> unwritten_;  // file name -> text
  std::deque<ObjectKey> queue_;                   // in the order in which they came there
};

}  // namespace scalper
