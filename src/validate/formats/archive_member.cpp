#include "validate/formats/archive_member.h"

#include <utility>

namespace scalper {

ArchiveMember::ArchiveMember(const Layer& outer) : outer_(outer), layer_(outer) {
  layer_.path.emplace_back();
  layer_.depth = outer.depth + 1;
  layer_.member = true;
  if (outer.began == nullptr) layer_.began = &at_;
}

bool ArchiveMember::over() const { return outer_.unpacked != nullptr && outer_.unpacked->over; }

bool ArchiveMember::count(std::uint64_t at) {
  const std::uint64_t most = outer_.settings->archive.max_entries;
  if (outer_.unpacked == nullptr || ++outer_.unpacked->entries <= most) return true;
  outer_.unpacked->over = true;
  Location where;
  where.byte = at;
  outer_.report("archive.entries",
                "there are more members than the " + std::to_string(most) +
                    " that the contract allows, those of archives "
                    "inside counted as well",
                where);
  return false;
}

void ArchiveMember::open(std::string name, std::uint64_t at, std::optional<std::uint64_t> size) {
  content_.reset();
  at_ = at;
  layer_.path.back() = name;
  layer_.name = std::move(name);
  layer_.stored = size;
  content_.emplace(layer_, TypeClaims{});
}

void ArchiveMember::feed(Bytes bytes) {
  if (content_.has_value() && !bytes.empty()) static_cast<void>(content_->feed(bytes));
}

void ArchiveMember::finish() {
  if (content_.has_value()) content_->finish();
  content_.reset();
}

}  // namespace scalper
