#include "hosts/cli/contract_naming.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "validate/detect/types.h"

namespace scalper::cli {
namespace {

namespace fs = std::filesystem;
using Steps = std::vector<std::string>;

constexpr std::size_t kMostNameChars = 64;
constexpr std::string_view kMarks = "._- ";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool is_name_character(char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; }

// The folders around a file, from outside in.
Steps folders_of(const std::string& path) {
  Steps steps;
  for (const fs::path& step : fs::path(path).parent_path().lexically_normal())
    if (!step.empty() && step != ".") steps.push_back(step.string());
  return steps;
}

Steps common_folders(const std::vector<std::string>& paths) {
  Steps common = folders_of(paths.front());
  for (const std::string& path : paths) {
    const Steps other = folders_of(path);
    const auto end = std::mismatch(common.begin(), common.end(), other.begin(), other.end()).first;
    common.erase(end, common.end());
  }
  return common;
}

// What lies below input, output or quarantine of a data folder, as "orders/"; empty: there is no such folder around.
std::string place_in_gate(const Steps& folders) {
  fs::path outer;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    const bool store = folders[i] == "input" || folders[i] == "output" || folders[i] == "quarantine";
    std::error_code failed;
    if (store && fs::is_directory((outer.empty() ? fs::path(".") : outer) / ".scalper", failed)) {
      std::string prefix;
      for (std::size_t below = i + 1; below < folders.size(); ++below) prefix += folders[below] + "/";
      return prefix;
    }
    outer /= folders[i];
  }
  return {};
}

bool is_date_or_number(const std::string& name) { return std::none_of(name.begin(), name.end(), is_letter); }

// The nearest folder whose name says more than when; empty: none.
std::string telling_folder(Steps folders) {
  while (!folders.empty() && is_date_or_number(folders.back())) folders.pop_back();
  return folders.empty() ? std::string() : folders.back();
}

// "orders_2026-01" -> "orders", "orders7" -> "orders", "s3log" stays, as does what would be nothing.
std::string before_date(const std::string& stem) {
  std::size_t end = stem.size();
  for (std::size_t i = 1; i < end; ++i)
    if (is_digit(stem[i]) && kMarks.find(stem[i - 1]) != std::string_view::npos) end = i;
  while (end > 0 && (is_digit(stem[end - 1]) || kMarks.find(stem[end - 1]) != std::string_view::npos)) --end;
  return end == 0 ? stem : stem.substr(0, end);
}

// "a/orders-1.csv", "a/orders-2.csv" -> "orders".
std::string common_stem(const std::vector<std::string>& paths) {
  std::string common = stem_of(paths.front());
  for (const std::string& path : paths) {
    const std::string stem = stem_of(path);
    const auto end = std::mismatch(common.begin(), common.end(), stem.begin(), stem.end()).first;
    common.erase(end, common.end());
  }
  if (paths.size() > 1)
    while (!common.empty() && !is_letter(common.back())) common.pop_back();
  return before_date(common);
}

}  // namespace

bool is_contract_name(std::string_view text) {
  const auto first = text.substr(0, 1);
  return !text.empty() && text.size() <= kMostNameChars && first.find_first_of("._-") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_name_character) && text != "builtin";
}

std::string as_contract_name(std::string_view text) {
  std::string name;
  for (const char c : text) name += is_name_character(c) ? c : '-';
  while (!name.empty() && name.find_first_of("._-") == 0) name.erase(0, 1);
  name = name.substr(0, kMostNameChars);
  while (!name.empty() && name.find_last_of("._-") == name.size() - 1) name.pop_back();
  if (name == "set" || name == "builtin") name += "-files";  // these mean something else
  return name;
}

std::string stem_of(std::string_view path) {
  const std::string_view segment = last_segment(path);
  return std::string(segment.substr(0, segment.find('.', 1)));
}

ContractNaming naming_of(const std::vector<std::string>& paths) {
  const Steps folders = common_folders(paths);
  const bool absolute = paths.front().starts_with('/');
  const std::string inside = place_in_gate(folders);
  const std::string folder = absolute || (!folders.empty() && folders.front() == "..") ? "" : telling_folder(folders);
  const std::string about = inside.empty() ? folder : telling_folder(folders);
  const std::string stem = common_stem(paths);
  std::string name = as_contract_name(about.empty() ? stem : about);
  if (name.empty()) name = "samples";
  if (!inside.empty()) return {name, inside, "the folder of the samples in the gate"};
  if (!folder.empty()) return {name, folder + "/", "the folder of the samples"};
  return {name, name + "/", paths.size() == 1 ? "the sample's name" : "the samples' names"};
}

}  // namespace scalper::cli
