#pragma once
// One member of a zip archive after the other: its header's statements, its data, and what follows the data where that
// states the lengths. Belongs to one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "validate/checker.h"
#include "validate/detect/container_look.h"
#include "validate/formats/archive_member.h"
#include "validate/formats/zip_data.h"
#include "validate/formats/zip_index.h"
#include "validate/formats/zip_records.h"
#include "validate/safety/archive_names.h"

namespace scalper::zip {

// What a header states of the data behind it, or a descriptor of the data before it.
struct Numbers {
  std::uint32_t crc = 0;
  std::uint64_t stored = 0;
  std::uint64_t size = 0;
};

class MemberWalk {
 public:
  // What the archive goes on with.
  enum class Next : std::uint8_t {
    kRecord,      // with another record
    kData,        // with data for data()
    kSkipped,     // with left() bytes that say nothing
    kDescriptor,  // with kDescriptorLook bytes for descriptor(), or it is cut
    kStopped,     // with nothing that can be walked; the reason is told
  };
  static constexpr std::size_t kDescriptorLook = kMostDescriptor + kSignatureSize;

  // All outlive it.
  MemberWalk(const Layer& layer, ContainerLook& look, Index& index);

  // Whether there is memory to decode; tells it if not.
  [[nodiscard]] bool ready() { return data_.ready(); }
  // A header that lies at `at`.
  [[nodiscard]] Next open(const Entry& entry, std::uint64_t at);
  // Takes from the front of `chunk`, which lies at `at`.
  [[nodiscard]] Next data(Bytes& chunk, std::uint64_t at);
  // What follows the data, at `at`; `length` of it are the descriptor.
  [[nodiscard]] Next descriptor(std::string_view bytes, std::uint64_t at, std::size_t& length);
  [[nodiscard]] std::uint64_t left() const { return left_; }

  // Behind the archive's last byte: whether all members together are not too much for so many bytes. Tells it if not.
  [[nodiscard]] bool ends_within(std::uint64_t stored);
  // Some limit on all archives of the file is broken.
  [[nodiscard]] bool over() const { return member_.over(); }
  // Nothing more is looked at.
  void drop() { member_.drop(); }

 private:
  [[nodiscard]] bool remember(const Entry& entry);
  void judge_names(const Entry& entry) const;
  [[nodiscard]] bool is_open_ended() const;
  [[nodiscard]] std::pair<std::string_view, std::string_view> obstacle() const;
  [[nodiscard]] Next begin_data();
  [[nodiscard]] std::uint64_t most() const;
  [[nodiscard]] std::uint64_t dense(std::uint64_t stored) const;
  void hand_on(Bytes bytes);
  [[nodiscard]] Next after_data(MemberData::Answer answer, std::uint64_t at);
  [[nodiscard]] Next too_long();
  [[nodiscard]] Next damaged(std::string_view code, std::string_view why, std::uint64_t at);
  [[nodiscard]] Next end_data();
  [[nodiscard]] bool fits(std::string_view bytes, const Numbers& found, bool signature, std::size_t width) const;
  void agree(const Numbers& found);
  [[nodiscard]] Next end_member();
  [[nodiscard]] Next stop(std::string_view code, std::string message, std::uint64_t at);
  [[nodiscard]] Next stop_ratio();
  void say(std::string_view code, std::string message, std::uint64_t at) const;

  const Layer& layer_;
  const ArchiveSettings& limits_;
  ContainerLook& look_;
  Index& index_;
  MemberData data_;
  ArchiveMember member_;
  ArchiveNames names_;
  std::uint64_t made_ = 0;  // decoded bytes of all members

  // The current one.
  std::uint64_t left_ = 0;  // of its data, as far as its length is known
  std::uint64_t at_ = 0;
  std::string name_;
  std::string target_;  // the beginning of its content: where it leads, if it turns out to be a link
  std::uint16_t flags_ = 0;
  std::uint16_t needed_ = 0;
  std::uint16_t method_ = 0;
  Numbers stated_;
  bool folder_ = false;
};

}  // namespace scalper::zip
