#pragma once
// Room on the disk of a data folder. Uploads end before the disk is full: the records, the journal and the files of the
// inbox need the rest.

#include <functional>
#include <mutex>
#include <optional>

#include "adapters/local/folder_layout.h"
#include "ports/upload_room.h"

namespace scalper {

struct UploadRoomLimits {
  // Bytes that stay free. Not given: 5 % of the file system, at most 1 GiB.
  std::optional<std::uint64_t> reserve = std::nullopt;
  // Bytes of uploads on their way through the gate, with those that are still to come.
  std::uint64_t most_staged = UINT64_MAX;
};

class LocalUploadRoom final : public UploadRoom {
 public:
  // `staged` says how many bytes of uploads lie in the folder now. Both outlive the room.
  LocalUploadRoom(DataFolder& folder, UploadRoomLimits limits, std::function<std::uint64_t()> staged)
      : folder_(folder), limits_(limits), staged_(std::move(staged)) {}
  [[nodiscard]] Result<void> take(std::uint64_t bytes) override;
  void wrote(std::uint64_t bytes) override;
  void give_back(std::uint64_t promised, std::uint64_t written) override;

 private:
  DataFolder& folder_;
  const UploadRoomLimits limits_;
  const std::function<std::uint64_t()> staged_;
  std::mutex mutex_;
  std::uint64_t promised_ = 0;
  std::uint64_t written_ = 0;  // of uploads that still come in, which staged_ does not know
};

}  // namespace scalper
