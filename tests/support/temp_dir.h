#pragma once

#include <filesystem>

namespace scalper {

// Where files cost no disk: /dev/shm, or where that is not, the usual place. For tests that make very many.
[[nodiscard]] std::filesystem::path memory_folder();

// A fresh folder, removed with all that is in it at the end of its life, also where modes were taken away.
class TempDir {
 public:
  TempDir();
  explicit TempDir(const std::filesystem::path& parent);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace scalper
