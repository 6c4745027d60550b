#pragma once

#include <filesystem>

namespace scalper {

// A fresh folder, removed with all that is in it at the end of its life, also where modes were taken away.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace scalper
