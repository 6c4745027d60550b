#pragma once
// A data folder, a store on it, and one file on its way through, driven as the pipeline drives it.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "adapters/local/local_object_store.h"
#include "support/fake_clock.h"
#include "support/posix_decorators.h"
#include "support/temp_dir.h"

namespace scalper {

class LocalWorld {
 public:
  explicit LocalWorld(bool leases = true, Posix& posix = system_posix());

  // Ends the run as a process ends, and begins the next. False: it could not be opened.
  bool reopen();
  void close();
  [[nodiscard]] bool is_open() const { return store_ != nullptr; }
  [[nodiscard]] LocalObjectStore& store() { return *store_; }
  [[nodiscard]] DataFolder& folder() { return *folder_; }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return dir_.path() / name; }
  void drop(const std::string& name, const std::string& bytes) const;
  // Adopts and answers the version; fails the test if it is not adopted.
  [[nodiscard]] ObjectRef adopt(const std::string& name);

  // All files below the data folder, but for those of meta/ and journal/, that hold exactly these bytes.
  [[nodiscard]] std::vector<std::string> copies_of(const std::string& bytes) const;

  FakeClock clock;
  UnsyncedPosix unsynced;
  FaultyPosix faulty{unsynced};

 private:
  TempDir dir_{memory_folder()};
  bool leases_;
  std::unique_ptr<DataFolder> folder_;
  std::unique_ptr<LocalObjectStore> store_;
};

// What a record says of a file between two tries.
struct JourneyRecord {
  std::optional<ObjectRef> source;
  std::optional<Seal> decision;
  bool verified = false;  // at the target
  bool replace = false;   // what is at the target is older: fenced replacement
};

// One try at taking the source, or if the record has none the inbox file `name`, to `target`, going on where the record
// says. An Error: come again.
[[nodiscard]] Result<void> try_journey(LocalWorld& world, const std::string& name, const std::string& bytes,
                                       const ObjectRef& target, bool resumed, JourneyRecord& record);

}  // namespace scalper
