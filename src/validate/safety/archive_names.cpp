#include "validate/safety/archive_names.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::size_t kMostSegmentBytes = 255;  // NAME_MAX
constexpr std::size_t kShownChars = 60;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Calls with each segment between slashes, empty ones too, until it answers false.
template <class Look>
void each_segment(std::string_view name, Look look) {
  while (true) {
    const std::size_t end = name.find('/');
    if (!look(name.substr(0, end)) || end == std::string_view::npos) return;
    name.remove_prefix(end + 1);
  }
}

// Characters that turn the direction of text around: "gpj.exe" is shown as "exe.jpg" behind one of them.
bool turns_text(std::string_view name) {
  for (std::size_t at = name.find('\xE2'); at != std::string_view::npos; at = name.find('\xE2', at + 1)) {
    const std::string_view three = name.substr(at, 3);
    if (three >= "\xE2\x80\xAA" && three <= "\xE2\x80\xAE") return true;
    if (three >= "\xE2\x81\xA6" && three <= "\xE2\x81\xA9") return true;
  }
  return false;
}

bool has_control(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

bool climbs(std::string_view name) {
  bool found = false;
  each_segment(name, [&](std::string_view segment) { return !(found = segment == ".."); });
  return found;
}

bool has_long_segment(std::string_view name) {
  bool found = false;
  each_segment(name, [&](std::string_view segment) { return !(found = segment.size() > kMostSegmentBytes); });
  return found;
}

bool has_drive(std::string_view name) {
  return name.size() >= 2 && name[1] == ':' && lower(name[0]) >= 'a' && lower(name[0]) <= 'z';
}

// Why nobody should unpack it anywhere, or follow it; empty if nothing speaks against it. ".." is left to the caller.
std::string_view harm_besides_climbing(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMostNameBytes || has_long_segment(name)) return "is longer than systems take";
  if (name.find('\0') != std::string_view::npos) return "holds a NUL, at which some readers end it";
  if (has_control(name)) return "holds a control character";
  if (turns_text(name)) return "holds a character that turns the direction of text around";
  if (name.find('\\') != std::string_view::npos)
    return name.starts_with("\\\\") ? "is one of a network share" : "holds a backslash, which parts folders on Windows";
  if (name.front() == '/') return "is absolute";
  if (has_drive(name)) return "names a drive";
  return {};
}

std::string_view harm_of(std::string_view name) {
  const std::string_view harm = harm_besides_climbing(name);
  return harm.empty() && climbs(name) ? "leads out of its folder by \"..\"" : harm;
}

constexpr auto kDevices = std::to_array<std::string_view>({"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"});

// Up to the first point or colon, without blanks, in whatever case.
bool is_device(std::string_view segment) {
  std::string_view stem = segment.substr(0, segment.find_first_of(".:"));
  while (!stem.empty() && stem.back() == ' ') stem.remove_suffix(1);
  std::string word(stem);
  std::transform(word.begin(), word.end(), word.begin(), lower);
  if (std::find(kDevices.begin(), kDevices.end(), word) != kDevices.end()) return true;
  const bool port = word.starts_with("com") || word.starts_with("lpt");
  if (!port || word.size() < 4) return false;
  const std::string_view number = std::string_view(word).substr(3);
  return (number.size() == 1 && number[0] >= '0' && number[0] <= '9') || number == "\xC2\xB9" || number == "\xC2\xB2" ||
         number == "\xC2\xB3";
}

// What Windows makes of it; empty if that is what is meant.
std::string_view windows_trouble(std::string_view name) {
  std::string_view trouble;
  each_segment(name, [&](std::string_view segment) {
    if (segment == ".") return true;
    if (segment.find_first_of("<>:\"|?*") != std::string_view::npos) trouble = "holds a character that Windows forbids";
    if (!segment.empty() && (segment.back() == '.' || segment.back() == ' '))
      trouble = "ends a segment with a point or blank, which Windows drops";
    if (is_device(segment)) trouble = "is one of a device on Windows";
    return trouble.empty();
  });
  return trouble;
}

std::string folded_ascii(std::string_view segment) {
  std::string out(segment);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string folded_segment(std::string_view segment) {
  while (!segment.empty() && (segment.back() == '.' || segment.back() == ' ')) segment.remove_suffix(1);
  if (is_ascii(segment) || !is_valid_utf8(segment)) return folded_ascii(segment);
  utf8proc_uint8_t* mapped = nullptr;
  constexpr int kHow = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(segment.data()),
                   static_cast<utf8proc_ssize_t>(segment.size()), &mapped, static_cast<utf8proc_option_t>(kHow));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (size < 0) return folded_ascii(segment);
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

Location at_byte(std::uint64_t at) {
  Location where;
  where.byte = at;
  return where;
}

}  // namespace

std::string shown_name(std::string_view name) { return "\"" + escape_text(name, kShownChars) + "\""; }

bool link_leaves(std::string_view name, std::string_view target) {
  if (!harm_besides_climbing(target).empty()) return true;
  std::int64_t folders = -1;  // how many lie around the link
  each_segment(name, [&](std::string_view segment) {
    if (!segment.empty() && segment != ".") ++folders;
    return true;
  });
  bool leaves = false;
  bool descended = false;
  each_segment(target, [&](std::string_view segment) {
    if (segment == "..") {
      // Behind a folder that is itself a link, nobody knows where this leads.
      leaves = descended || --folders < 0;
    } else if (!segment.empty() && segment != ".") {
      descended = true;
    }
    return !leaves;
  });
  return leaves;
}

std::string folded_name(std::string_view name) {
  std::string out;
  each_segment(name, [&](std::string_view segment) {
    if (segment.empty() || segment == ".") return true;
    if (!out.empty()) out += '/';
    out += folded_segment(segment);
    return true;
  });
  return out;
}

void ArchiveNames::look_alone(std::string_view name, NameText text, std::uint64_t at) const {
  if (const std::string_view harm = harm_of(name); !harm.empty()) {
    layer_.report("archive.name", "the member's name " + shown_name(name) + " " + std::string(harm), at_byte(at));
    return;
  }
  const bool utf8 = is_valid_utf8(name);
  if (!utf8 && text == NameText::kUtf8) {
    layer_.report("archive.name", "the member's name " + shown_name(name) + " is said to be UTF-8, and is not",
                  at_byte(at));
  } else if (text == NameText::kUnstated && !is_ascii(name)) {
    layer_.report("archive.name_encoding",
                  "the member's name " + shown_name(name) + " is not ASCII, and nothing says of which encoding it is",
                  at_byte(at));
  }
  if (const std::string_view trouble = windows_trouble(name); !trouble.empty())
    layer_.report("archive.name_windows", "the member's name " + shown_name(name) + " " + std::string(trouble),
                  at_byte(at));
}

// Files are remembered under 'f', folders under 'd', those that a name only implies as well. A folder may be named
// again, a file may not; and nothing lies below a file or link.
bool ArchiveNames::remember(std::string_view name, bool directory, std::uint64_t at) {
  const std::string folded = folded_name(name);
  if (folded.empty()) return true;
  KeyHasher file;
  file.add("f");
  KeyHasher folder;
  folder.add("d");
  bool below = false;
  bool full = false;
  std::size_t begin = 0;
  for (std::size_t slash = folded.find('/'); slash != std::string::npos; slash = folded.find('/', begin)) {
    const std::string_view piece = std::string_view(folded).substr(begin, slash - begin);
    file.add(piece);
    folder.add(piece);
    KeyHasher copy = file;
    below = below || seen_.has(copy.finish());
    KeyHasher implied = folder;
    full = seen_.add(implied.finish()) == NameSet::Answer::kFull || full;
    file.add("/");
    folder.add("/");
    begin = slash + 1;
  }
  file.add(std::string_view(folded).substr(begin));
  folder.add(std::string_view(folded).substr(begin));
  const KeyHash as_file = file.finish();
  const KeyHash as_folder = folder.finish();
  const bool clash = directory ? seen_.has(as_file) : seen_.has(as_file) || seen_.has(as_folder);
  if (clash || below) {
    layer_.report("archive.name_clash",
                  "the member's name " + shown_name(name) +
                      (below ? " lies below a member that is no folder"
                             : " is that of an earlier one, or differs only in what some systems do not tell apart"),
                  at_byte(at));
    return true;
  }
  if (seen_.add(directory ? as_folder : as_file) != NameSet::Answer::kFull && !full) return true;
  layer_.report("limit.memory", "the checks around this archive leave too little memory to compare its names",
                at_byte(at));
  return false;
}

namespace {

KeyHash hash_of(std::string_view name) {
  KeyHasher hasher;
  hasher.add(folded_name(name.substr(0, kMostNameBytes)));
  return hasher.finish();
}

}  // namespace

bool ArchiveNames::knows(std::string_view name) const {
  KeyHasher file;  // as in remember()
  file.add("f");
  file.add(folded_name(name.substr(0, kMostNameBytes)));
  return seen_.has(file.finish());
}

// Full: the name itself is then not remembered either, which is said.
void ArchiveNames::remember_link(std::string_view name) { static_cast<void>(links_.add(hash_of(name))); }
bool ArchiveNames::is_link(std::string_view name) const { return links_.has(hash_of(name)); }

bool ArchiveNames::judge_other(std::string_view name, bool directory, std::uint64_t at) {
  if (const std::string_view harm = harm_of(name); !harm.empty())
    layer_.report("archive.name", "the member's other name " + shown_name(name) + " " + std::string(harm), at_byte(at));
  return remember(name.substr(0, kMostNameBytes), directory, at);
}

bool ArchiveNames::judge(std::string_view name, NameText text, bool directory, std::uint64_t at) {
  look_alone(name, text, at);
  return remember(name.substr(0, kMostNameBytes), directory, at);
}

}  // namespace scalper
