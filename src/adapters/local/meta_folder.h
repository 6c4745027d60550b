#pragma once
// The files of .scalper/meta for one bucket. A change is durable through the journal; its file follows without a sync
// of its own and is durable with the journal's next segment.

#include <map>
#include <mutex>
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

  // While the journal is replayed.
  void replayed(const std::string& file, const std::string& text);
  // Writes the files that the journal knows better. Those that cannot be written stay in the journal.
  void write_replayed();
  // Lines for the journal's next segment: what is in no file yet.
  [[nodiscard]] std::string unwritten();
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  [[nodiscard]] Result<KeyVersions> load_file(const std::string& file);
  [[nodiscard]] std::string line_for(const std::string& file, const std::string& text) const;
  [[nodiscard]] Result<std::string> read_file(const std::string& file);
  [[nodiscard]] Result<void> write_file(const std::string& file, const std::string& text);
  // Writes it if it can; else it stays among the unwritten, where load() finds it.
  void write_noted(const std::string& file);

  Posix& posix_;
  Journal& journal_;
  const std::string name_;
  const Fd& dir_;
  const Tree tree_;
  std::mutex mutex_;
  std::map<std::string, std::string> unwritten_;  // file name -> text; empty text: the file is to go
};

}  // namespace scalper
