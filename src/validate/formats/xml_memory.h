#pragma once
// expat's memory, taken from a budget: its allocation functions know no object, so the one that works is remembered by
// thread for as long as a call lasts.

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "validate/budget.h"

namespace scalper {

class XmlMemory {
 public:
  explicit XmlMemory(Budget& budget) : budget_(budget) {}

  // The budget gave no more; else, where expat says that it has no memory, the machine has none.
  [[nodiscard]] bool refused() const { return refused_; }

  // Calls of expat happen within one of these.
  class Call {
   public:
    explicit Call(XmlMemory& memory) : before_(current_) { current_ = &memory; }
    ~Call() { current_ = before_; }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    XmlMemory* before_;
  };

  // As malloc, realloc and free.
  static void* allocate(std::size_t size) {
    const std::size_t whole = size + kHeader;
    if (whole < size || !current_->grant(whole)) return nullptr;
    void* const block = begin_block(std::malloc(whole), whole);
    if (block == nullptr) current_->budget_.release(whole);
    return block;
  }
  static void* reallocate(void* old, std::size_t size) {
    if (old == nullptr) return allocate(size);
    std::byte* const block = static_cast<std::byte*>(old) - kHeader;
    const std::size_t before = size_of(block);
    const std::size_t whole = size + kHeader;
    if (whole < size || (whole > before && !current_->grant(whole - before))) return nullptr;
    void* const moved = begin_block(std::realloc(block, whole), whole);
    if (moved == nullptr) {
      if (whole > before) current_->budget_.release(whole - before);
    } else if (whole < before) {
      current_->budget_.release(before - whole);
    }
    return moved;
  }
  static void release(void* old) {
    if (old == nullptr) return;
    std::byte* const block = static_cast<std::byte*>(old) - kHeader;
    current_->budget_.release(size_of(block));
    std::free(block);
  }

 private:
  // In front of each block, as long as the strictest alignment.
  static constexpr std::size_t kHeader = alignof(std::max_align_t);

  bool grant(std::size_t bytes) {
    refused_ = refused_ || !budget_.reserve(bytes);
    return !refused_;
  }
  static std::size_t size_of(const std::byte* block) {
    std::size_t size = 0;
    std::memcpy(&size, block, sizeof size);
    return size;
  }
  static void* begin_block(void* block, std::size_t size) {
    if (block == nullptr) return nullptr;
    std::memcpy(block, &size, sizeof size);
    return static_cast<std::byte*>(block) + kHeader;
  }
  static inline thread_local XmlMemory* current_ = nullptr;

  Budget& budget_;
  bool refused_ = false;
};

}  // namespace scalper
