#pragma once
// Which objects of a PDF were seen and where, to be held against what its cross-reference tables say: 16 bytes an
// object, at most kMost of them. Memory is taken from the budget as it grows. Belongs to one thread.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "validate/budget.h"
#include "validate/formats/pdf_object.h"
#include "validate/formats/reservation.h"

namespace scalper::pdf {

inline constexpr std::uint64_t kMostOffset = (std::uint64_t{1} << 44U) - 1;  // 16 TiB
inline constexpr std::uint64_t kMostValue = (std::uint64_t{1} << 35U) - 1;   // of a length

enum class ObjectKind : std::uint8_t { kOther, kInteger, kCatalog, kPage, kTable, kLink };

inline constexpr std::uint64_t kMostPlace = 65'535;  // of an object in its stream, or a generation
inline constexpr std::uint64_t kNumbers = (std::uint64_t{1} << 24U) - 1;
inline constexpr std::uint64_t kMostBlanks = 15;
inline constexpr std::uint64_t kKinds = 7;

// An object of its own.
struct Seen {
  std::uint64_t at : 44;
  std::uint64_t generation : 16;
  std::uint64_t gap : 4;  // blanks before it, as many as fit
  std::uint64_t number : 24;
  std::uint64_t value : 35;  // of an integer
  std::uint64_t kind : 3;
  std::uint64_t listed : 1;  // a table has named it
};
// An object within an object stream.
struct Inside {
  std::uint64_t number : 24;
  std::uint64_t place : 16;  // in the stream
  std::uint64_t holder : 24;
  std::uint64_t value : 35;
  std::uint64_t kind : 3;
  std::uint64_t listed : 1;
};
// What a table says of an object that was not there yet.
struct Awaited {
  std::uint64_t at : 44;          // of the object, or the number of its object stream
  std::uint64_t generation : 16;  // or its place there
  std::uint64_t inside : 1;
  std::uint64_t number : 24;
};
// A stream that ended before its length was known.
struct Measured {
  std::uint64_t number : 24;  // of the length
  std::uint64_t length : 35;
  std::uint64_t blanks : 4;  // so much shorter it may be
  std::uint64_t at : 44;     // of the object
};
// What a table says is not in use any more.
struct Freed {
  std::uint64_t number : 24;
  std::uint64_t section : 40;  // where it begins; the most that fits where that is more
};
static_assert(sizeof(Freed) == 8);
static_assert(sizeof(Seen) == 16 && sizeof(Inside) == 16 && sizeof(Awaited) == 16 && sizeof(Measured) == 16);

// What stands there is within the widths of the fields.
[[nodiscard]] Seen seen_of(std::uint64_t number, std::uint64_t generation, std::uint64_t at, std::uint64_t gap);
[[nodiscard]] Inside inside_of(std::uint64_t number, std::uint64_t holder, std::uint64_t place);
[[nodiscard]] Awaited awaited_of(std::uint64_t number, std::uint64_t at, std::uint64_t place, bool inside);

// A deque that asks the budget before it grows. `budget` outlives it.
template <class T>
class Pool {
 public:
  explicit Pool(Budget& budget) : budget_(budget) {}

  // False: there is no memory for another one.
  [[nodiscard]] bool add(const T& one) {
    if (all_.size() == granted_) {
      auto held = std::make_unique<Reservation>(budget_, kStep * sizeof(T));
      if (!held->granted()) return false;
      held_.push_back(std::move(held));
      granted_ += kStep;
    }
    all_.push_back(one);
    return true;
  }
  [[nodiscard]] std::deque<T>& all() { return all_; }
  [[nodiscard]] const std::deque<T>& all() const { return all_; }

 private:
  static constexpr std::size_t kStep = 2048;

  Budget& budget_;
  std::size_t granted_ = 0;
  std::vector<std::unique_ptr<Reservation>> held_;
  std::deque<T> all_;
};

class Index {
 public:
  static constexpr std::size_t kMostCatalogs = 1024;
  static constexpr std::size_t kMost = 200'000;  // objects; as many awaited, and as many measured

  explicit Index(Budget& budget)
      : seen_(budget), inside_(budget), awaited_(budget), measured_(budget), freed_(budget) {}

  // In the order of the file. Each answers false where there are too many (full() from then on) or no memory for it.
  [[nodiscard]] bool add(const Seen& one);
  [[nodiscard]] bool add(const Inside& one);
  [[nodiscard]] bool add(const Measured& one);
  // What the last object turned out to be.
  [[nodiscard]] Seen& last() { return seen_.all().back(); }

  // The catalog of that number names its pages. Of more catalogs than kMostCatalogs the first ones count.
  void leads(std::uint64_t catalog, const Reference& pages);
  // A section at `section` says that the object is not in use any more. False: there are too many.
  [[nodiscard]] bool freed(std::uint64_t number, std::uint64_t section);
  // Those of a hybrid file's table are in its stream: what was freed since there were `count` is not.
  [[nodiscard]] std::size_t freed_count() const { return freed_.all().size(); }
  void forget_freed(std::size_t count) { freed_.all().resize(count); }

  enum class Found : std::uint8_t { kYes, kNo, kLater, kFull };
  // A table says that the object begins at `at`; the file has been read up to `here`.
  [[nodiscard]] Found listed(std::uint64_t number, std::uint64_t generation, std::uint64_t at, std::uint64_t here);
  // A table says that the object lies in an object stream.
  [[nodiscard]] Found listed_inside(std::uint64_t number, std::uint64_t holder, std::uint64_t place);

  // ---- behind the last byte

  // What was awaited and did not come. `inside`: also of object streams.
  [[nodiscard]] const Awaited* missing(bool inside);
  // An object that no table lists; null: all are.
  [[nodiscard]] const Seen* unlisted() const;
  // The first stream whose length is not what it was found to be. `inside`: all object streams could be read.
  struct Wrong {
    enum class Why : std::uint8_t { kLonger, kOther, kNoMemory };  // kLonger: it is stated to be longer than was found
    Why why = Why::kOther;
    std::uint64_t at = 0;
  };
  [[nodiscard]] std::optional<Wrong> wrong_length(Budget& budget, bool inside);
  // The catalog is there, in use, and so is what it leads to.
  [[nodiscard]] bool has_catalog(const Reference& root) const;
  // Distinct objects that are pages and listed; nullopt: no memory to count them.
  [[nodiscard]] std::optional<std::size_t> pages(Budget& budget) const;
  // Whether one of these is a link.
  [[nodiscard]] const Seen* link_of(const std::vector<Reference>& starts) const;
  [[nodiscard]] bool link_inside(const std::vector<Reference>& starts) const;

 private:
  [[nodiscard]] Seen* find(std::uint64_t at);
  [[nodiscard]] bool fits() const { return seen_.all().size() + inside_.all().size() < kMost; }
  void sort_inside();
  // Some table lists it, and no later one frees it.
  [[nodiscard]] bool in_use(const Reference& object) const;

  Pool<Seen> seen_;
  Pool<Inside> inside_;
  Pool<Awaited> awaited_;
  Pool<Measured> measured_;
  Pool<Freed> freed_;
  std::map<std::uint64_t, Reference> leads_;  // what the last catalog of that number names
};

}  // namespace scalper::pdf
