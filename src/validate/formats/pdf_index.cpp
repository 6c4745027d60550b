#include "validate/formats/pdf_index.h"

#include <algorithm>
#include <tuple>

namespace scalper::pdf {
namespace {

constexpr std::uint64_t kMostSection = (std::uint64_t{1} << 40U) - 1;

bool is(std::uint64_t kind, ObjectKind wanted) { return kind == static_cast<std::uint64_t>(wanted); }

bool comes_before(const Inside& a, const Inside& b) {
  return std::make_tuple(std::uint64_t{a.number}, std::uint64_t{a.holder}, std::uint64_t{a.place}) <
         std::make_tuple(std::uint64_t{b.number}, std::uint64_t{b.holder}, std::uint64_t{b.place});
}

bool holds(const std::vector<Reference>& references, std::uint64_t number) {
  return std::any_of(references.begin(), references.end(),
                     [&](const Reference& reference) { return reference.number == number; });
}

}  // namespace

Seen seen_of(std::uint64_t number, std::uint64_t generation, std::uint64_t at, std::uint64_t gap) {
  Seen one{};
  one.at = at & kMostOffset;
  one.generation = generation & kMostPlace;
  one.gap = std::min(gap, kMostBlanks) & kMostBlanks;
  one.number = number & kNumbers;
  return one;
}

Inside inside_of(std::uint64_t number, std::uint64_t holder, std::uint64_t place) {
  Inside one{};
  one.number = number & kNumbers;
  one.holder = holder & kNumbers;
  one.place = place & kMostPlace;
  return one;
}

Awaited awaited_of(std::uint64_t number, std::uint64_t at, std::uint64_t place, bool inside) {
  Awaited one{};
  one.number = number & kNumbers;
  one.at = at & kMostOffset;
  one.generation = place & kMostPlace;
  one.inside = inside ? 1 : 0;
  return one;
}

bool Index::add(const Seen& one) { return fits() && seen_.add(one); }
bool Index::add(const Inside& one) { return fits() && inside_.add(one); }
bool Index::add(const Measured& one) { return measured_.all().size() < kMost && measured_.add(one); }

Seen* Index::find(std::uint64_t at) {
  auto& all = seen_.all();
  const auto found = std::lower_bound(all.begin(), all.end(), at,
                                      [](const Seen& one, std::uint64_t wanted) { return one.at < wanted; });
  return found == all.end() || found->at - found->gap > at ? nullptr : &*found;
}

Index::Found Index::listed(std::uint64_t number, std::uint64_t generation, std::uint64_t at, std::uint64_t here) {
  if (at >= here) {
    if (at > kMostOffset) return Found::kNo;
    const bool added = awaited_.all().size() < kMost && awaited_.add(awaited_of(number, at, generation, false));
    return added ? Found::kLater : Found::kFull;
  }
  Seen* const found = find(at);
  if (found == nullptr || found->number != number || found->generation != generation) return Found::kNo;
  found->listed = 1;
  return Found::kYes;
}

Index::Found Index::listed_inside(std::uint64_t number, std::uint64_t holder, std::uint64_t place) {
  if (holder == 0 || holder > kMostNumber || place > kMostGeneration) return Found::kNo;
  const bool added = awaited_.all().size() < kMost && awaited_.add(awaited_of(number, holder, place, true));
  return added ? Found::kLater : Found::kFull;
}

void Index::sort_inside() { std::sort(inside_.all().begin(), inside_.all().end(), comes_before); }

const Awaited* Index::missing(bool inside) {
  sort_inside();
  auto& all = inside_.all();
  for (const Awaited& one : awaited_.all()) {
    if (one.inside == 0) {
      if (listed(one.number, one.generation, one.at, kMostOffset + 1) != Found::kYes) return &one;
      continue;
    }
    if (!inside) continue;
    const Inside wanted = inside_of(one.number, one.at, one.generation);
    const auto found = std::lower_bound(all.begin(), all.end(), wanted, comes_before);
    if (found == all.end() || comes_before(wanted, *found)) return &one;
    found->listed = 1;
  }
  return nullptr;
}

const Seen* Index::unlisted() const {
  for (const Seen& one : seen_.all())
    if (one.listed == 0 && !is(one.kind, ObjectKind::kTable)) return &one;
  return nullptr;
}

std::optional<Index::Wrong> Index::wrong_length(Budget& budget, bool inside) {
  constexpr unsigned kValueBits = 35;
  const auto packed = [](const auto& one) { return std::uint64_t{one.number} << kValueBits | one.value; };
  const auto integer = [](const auto& one) { return is(one.kind, ObjectKind::kInteger); };
  auto& all = measured_.all();
  if (all.empty()) return std::nullopt;
  const auto many = std::count_if(seen_.all().begin(), seen_.all().end(), integer) +
                    std::count_if(inside_.all().begin(), inside_.all().end(), integer);
  const Reservation room(budget, static_cast<std::size_t>(many + 1) * sizeof(std::uint64_t));
  if (!room.granted()) return Wrong{Wrong::Why::kNoMemory, 0};
  std::vector<std::uint64_t> lengths;
  lengths.reserve(static_cast<std::size_t>(many));
  for (const Seen& one : seen_.all())
    if (integer(one)) lengths.push_back(packed(one));
  for (const Inside& one : inside_.all())
    if (integer(one)) lengths.push_back(packed(one));
  std::sort(lengths.begin(), lengths.end());
  // A later revision may give the object another value: any of them counts.
  for (const Measured& one : all) {
    const std::uint64_t number = std::uint64_t{one.number} << kValueBits;
    const std::uint64_t least = number | (one.length - std::min<std::uint64_t>(one.length, one.blanks));
    const auto found = std::lower_bound(lengths.begin(), lengths.end(), least);
    if (found != lengths.end() && *found <= (number | one.length)) continue;
    const auto behind = std::lower_bound(lengths.begin(), lengths.end(), number + (std::uint64_t{1} << kValueBits));
    const bool known = behind != lengths.begin() && *(behind - 1) >= number;
    if (!known && !inside) continue;
    const bool longer = known && *(behind - 1) > (number | one.length);
    return Wrong{longer ? Wrong::Why::kLonger : Wrong::Why::kOther, one.at};
  }
  return std::nullopt;
}

void Index::leads(std::uint64_t catalog, const Reference& pages) {
  if (leads_.size() < kMostCatalogs || leads_.contains(catalog)) leads_[catalog] = pages;
}

bool Index::freed(std::uint64_t number, std::uint64_t section) {
  Freed one{};
  one.number = number & kNumbers;
  one.section = std::min(section, kMostSection) & kMostSection;
  return freed_.all().size() < kMost && freed_.add(one);
}

bool Index::in_use(const Reference& object) const {
  std::optional<std::uint64_t> newest;  // where it begins
  for (const Seen& one : seen_.all())
    if (one.number == object.number && one.generation == object.generation && one.listed == 1) newest = one.at;
  const auto& all = inside_.all();
  if (object.generation == 0 && std::any_of(all.begin(), all.end(), [&](const Inside& one) {
        return one.number == object.number && one.listed == 1;
      }))
    return true;  // when its table was written is not known here
  return newest.has_value() && std::none_of(freed_.all().begin(), freed_.all().end(), [&](const Freed& one) {
           return one.number == object.number && one.section > *newest;
         });
}

bool Index::has_catalog(const Reference& root) const {
  const auto pages = leads_.find(root.number);
  if (pages == leads_.end() || !in_use(root) || !in_use(pages->second)) return false;
  const auto& all = seen_.all();
  const auto own = std::find_if(all.rbegin(), all.rend(), [&](const Seen& one) {
    return one.number == root.number && one.generation == root.generation && one.listed == 1;
  });
  if (own != all.rend() && is(own->kind, ObjectKind::kCatalog)) return true;
  return root.generation == 0 && std::any_of(inside_.all().begin(), inside_.all().end(), [&](const Inside& one) {
           return one.number == root.number && one.listed == 1 && is(one.kind, ObjectKind::kCatalog);
         });
}

std::optional<std::size_t> Index::pages(Budget& budget) const {
  const auto counts = [](const auto& one) { return one.listed == 1 && is(one.kind, ObjectKind::kPage); };
  const auto many = std::count_if(seen_.all().begin(), seen_.all().end(), counts) +
                    std::count_if(inside_.all().begin(), inside_.all().end(), counts);
  if (many == 0) return 0;
  const Reservation room(budget, static_cast<std::size_t>(many) * sizeof(std::uint32_t));
  if (!room.granted()) return std::nullopt;
  std::vector<std::uint32_t> numbers;
  numbers.reserve(static_cast<std::size_t>(many));
  for (const Seen& one : seen_.all())
    if (counts(one)) numbers.push_back(static_cast<std::uint32_t>(one.number));
  for (const Inside& one : inside_.all())
    if (counts(one)) numbers.push_back(static_cast<std::uint32_t>(one.number));
  std::sort(numbers.begin(), numbers.end());
  return static_cast<std::size_t>(std::unique(numbers.begin(), numbers.end()) - numbers.begin());
}

const Seen* Index::link_of(const std::vector<Reference>& starts) const {
  if (starts.empty()) return nullptr;
  for (const Seen& one : seen_.all())
    if (is(one.kind, ObjectKind::kLink) && holds(starts, one.number)) return &one;
  return nullptr;
}

bool Index::link_inside(const std::vector<Reference>& starts) const {
  return !starts.empty() && std::any_of(inside_.all().begin(), inside_.all().end(), [&](const Inside& one) {
    return is(one.kind, ObjectKind::kLink) && holds(starts, one.number);
  });
}

}  // namespace scalper::pdf
