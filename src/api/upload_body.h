#pragma once
// A body that is held to what its sender said of it, and to the room there is, while it arrives.

#include <cstdint>
#include <optional>
#include <string>

#include "api/reply.h"
#include "digest/sha256.h"
#include "ports/byte_source.h"
#include "ports/upload_room.h"

namespace scalper::api {

struct StatedBody {
  std::optional<std::uint64_t> size;  // else it ends where it ends
  std::uint64_t at_most = UINT64_MAX;
  std::optional<std::string> sha256;  // lower-case hexadecimal
};

// Belongs to one thread. What is wrong with the bytes ends read() with an error, so that whoever writes them keeps
// nothing; refusal() is then the answer.
class UploadBody final : public ByteSource {
 public:
  // `room` may be null: there is no end to it. Both outlive it.
  UploadBody(ByteSource& from, UploadRoom* room, StatedBody stated);
  ~UploadBody() override;
  UploadBody(const UploadBody&) = delete;
  UploadBody& operator=(const UploadBody&) = delete;

  // Before the first byte: is there room for all that was stated? kNoSpace.
  [[nodiscard]] Result<void> take_room();
  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override;

  [[nodiscard]] std::uint64_t got() const { return got_; }
  // Why read() failed, where the sender is to be told something else than the error's own problem.
  [[nodiscard]] std::optional<Reply>& refusal() { return refusal_; }

 private:
  [[nodiscard]] Error refuse(Reply reply);
  [[nodiscard]] Result<void> check_end();

  ByteSource& from_;
  UploadRoom* const room_;
  const StatedBody stated_;
  std::optional<Sha256> sha_;
  std::uint64_t got_ = 0;
  std::uint64_t promised_ = 0;  // by the room, and not written yet
  std::uint64_t written_ = 0;   // what the room still holds for those that are
  std::size_t last_ = 0;        // bytes of the last read: they are written once the next is asked for
  std::optional<Reply> refusal_;
};

}  // namespace scalper::api
