#include "hosts/cli/record_text.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <vector>

#include "adapters/local/key_path.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "hosts/cli/answers.h"
#include "model/location_text.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kLabel = 13;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) {
    text.resize(width, ' ');
  }
  return text;
}

Colour colour_of(const std::string& status) {
  if (status == "valid" || status == "released" || status == "companion") {
    return Colour::kGreen;
  }
  if (status == "invalid" || status == "failed" || status == "rejected" || status == "error") {
    return Colour::kRed;
  }
  return status == "unverifiable" ? Colour::kYellow : Colour::kPlain;
}

const json::value* member(const json::value& object, std::string_view name) {
  return object.is_object() ? object.get_object().if_contains({name.data(), name.size()}) : nullptr;
}

std::string line(const char* label, const std::string& text) {
  return text.empty() ? text : padded(label, kLabel) + text + "\n";
}

std::string joined_codes(const json::value& file) {
  std::string codes;
  const json::value* list = member(file, "codes");
  if (list == nullptr || !list->is_array()) {
    return codes;
  }
  for (const json::value& code : list->get_array()) {
    const std::string word = escape_text(std::string_view(code.as_string().data(), code.as_string().size()));
    if (codes.find(word) == std::string::npos) {
      codes += (codes.empty() ? "" : ", ") + word;
    }
  }
  return codes;
}

std::optional<std::uint64_t> number_of(const json::value& object, std::string_view name) {
  return member(object, name) == nullptr ? std::nullopt : std::optional(count_of(object, name));
}

std::optional<std::string> word_of(const json::value& object, std::string_view name) {
  const json::value* word = member(object, name);
  return word == nullptr || !word->is_string() ? std::nullopt : std::optional(std::string(word->get_string()));
}

// As far as a person is shown it. A member whose name is no text is an object with its escaped form.
Location location_of(const json::value& said) {
  Location location;
  location.byte = number_of(said, "byte");
  location.line = number_of(said, "line");
  location.row = number_of(said, "row");
  location.column = word_of(said, "column");
  location.column_index = number_of(said, "column_index");
  location.pointer = word_of(said, "pointer");
  const json::value* path = member(said, "path");
  if (path == nullptr || !path->is_array()) return location;
  for (const json::value& step : path->get_array()) {
    if (step.is_string()) location.path.emplace_back(step.get_string());
    if (const auto name = word_of(step, "name")) location.path.push_back(*name);
  }
  return location;
}

std::string findings_text(const json::value& verdict, const Terminal& terminal) {
  std::string text;
  const json::value* findings = member(verdict, "findings");
  if (findings == nullptr || !findings->is_array()) {
    return text;
  }
  for (const json::value& finding : findings->get_array()) {
    const std::string severity = text_of(finding, "severity");
    const json::value* location = member(finding, "location");
    text += "  " + terminal.paint(colour_of(severity), padded(severity, 13)) + padded(text_of(finding, "code"), 22) +
            text_of(finding, "message") +
            (location == nullptr ? std::string() : location_text(location_of(*location))) + "\n";
  }
  const std::size_t shown = findings->get_array().size();
  if (const std::uint64_t total = count_of(verdict, "findings_total"); total > shown) {
    text += "  and " + std::to_string(total - shown) + " more\n";
  }
  return text;
}

// "in/a.csv.sha256 (version 3, sha256 5891b5b522d5)", one for each checksum file that entered the verdict.
std::vector<std::string> companion_texts(const json::value& record) {
  std::vector<std::string> texts;
  const json::value* list = member(record, "companions");
  if (list == nullptr || !list->is_array()) {
    return texts;
  }
  for (const json::value& use : list->get_array()) {
    texts.push_back(text_of(use, "key") + " (version " + text_of(use, "version") + ", sha256 " +
                    text_of(use, "sha256").substr(0, 12) + ")");
  }
  return texts;
}

std::string review_text(const json::value& review) {
  const std::string note = text_of(review, "note");
  return text_of(review, "action") + " by " + text_of(review, "who") + " at " + text_of(review, "at") +
         (note.empty() ? std::string() : ": " + note);
}

// Where a name gave way to one that was there already, the path differs at its end.
std::string path_of(const std::string& bucket, const json::value& target) {
  const json::value* hex = member(target, "key_hex");
  const auto bytes = hex == nullptr ? std::string(target.at("key").as_string()) : from_hex(hex->as_string());
  if (!bytes || bytes->empty()) return bucket + "/" + text_of(target, "key");
  const Tree tree = bucket == "quarantine" ? Tree::kQuarantine : Tree::kPlain;
  return bucket + "/" + escape_text(path_of_key(ObjectKey{*bytes}, tree));
}

std::string place_of(const json::value& record, Stores stores) {
  const json::value* target = member(record, "target");
  if (target == nullptr) return {};
  const std::string bucket = text_of(*target, "bucket");
  return stores == Stores::kFolders ? path_of(bucket, *target) : bucket + "/" + text_of(*target, "key");
}

std::string contract_text(const json::value& verdict) {
  const json::value* contract = member(verdict, "contract");
  if (contract == nullptr) {
    return {};
  }
  const std::string digest = text_of(*contract, "digest");
  return text_of(*contract, "name") + (digest.empty() ? std::string() : " (" + digest.substr(0, 12) + ")");
}

std::string history_text(const json::value& record) {
  std::string text;
  const json::value* history = member(record, "history");
  if (history == nullptr || !history->is_array()) {
    return text;
  }
  for (const json::value& entry : history->get_array()) {
    text += "  " + text_of(entry, "at") + "  " + text_of(entry, "status");
    if (const std::string codes = text_of(entry, "codes"); !codes.empty()) {
      text += " (" + codes + ")";
    }
    if (const json::value* review = member(entry, "review")) {
      text += "; " + review_text(*review);
    }
    text += "\n";
  }
  return text;
}

std::string meaning_of(const std::string& status) {
  if (status == "valid") {
    return "Every check ran and passed; it was published in output.";
  }
  if (status == "invalid") {
    return "It breaks at least one rule of its contract; it lies in quarantine.";
  }
  if (status == "unverifiable") {
    return "Something could not be checked, so it does not count as valid; it lies in quarantine.";
  }
  if (status == "failed") {
    return "It could not be finished; see the last error.";
  }
  if (status == "released") {
    return "An operator let it pass; it was published in output.";
  }
  if (status == "rejected") {
    return "An operator refused it; its bytes stay in quarantine until retention ends.";
  }
  if (status == "companion") {
    return "A checksum file or manifest: used for others, not judged alone.";
  }
  if (status == "ignored") {
    return "A folder placeholder: there is nothing to judge.";
  }
  if (status == "vanished") {
    return "Its sender took it back before it was judged.";
  }
  if (status == "processing") {
    return "It is being worked on.";
  }
  return "It waits for its turn.";
}

// `gate`: the options that name the gate which was asked, so that the commands can be copied.
std::string next_steps(const json::value& record, const std::string& gate) {
  const std::string status = text_of(record, "status");
  const std::string id = text_of(record, "id");
  if (member(record, "review") != nullptr) {
    return "A review is open; it is carried out by itself.\n";
  }
  if (status == "invalid" || status == "unverifiable" || status == "failed") {
    return "What can be done:\n  scalper rerun " + gate + id + "\n  scalper release --note WHY " + gate + id +
           "\n  scalper reject --note WHY " + gate + id + "\n";
  }
  if (status == "valid") {
    return "What can be done:\n  scalper rerun " + gate + id + "    for a new report; the bytes stay\n";
  }
  return {};
}

}  // namespace

std::string list_head() {
  return padded("STATUS", 14) + padded("FINAL AT", 26) + padded("    SIZE", 10) + padded("ID", 28) + "KEY";
}

std::string list_line(const json::value& file, const Terminal& terminal) {
  const std::string status = text_of(file, "status");
  std::string size = human_size(count_of(file, "size"));
  size.insert(0, 8 - std::min<std::size_t>(8, size.size()), ' ');
  const std::string at = text_of(file, "final_at");
  const std::string codes = joined_codes(file);
  return terminal.paint(colour_of(status), padded(status, 14)) + padded(at.empty() ? "-" : at, 26) + size + "  " +
         padded(text_of(file, "id"), 28) + text_of(file, "key") +
         (codes.empty() ? std::string() : terminal.paint(Colour::kDim, "  " + codes));
}

std::string record_text(const json::value& record, Stores stores, const Terminal& terminal) {
  const std::string status = text_of(record, "status");
  std::string text = line("status", terminal.paint(colour_of(status), status));
  text += line("id", text_of(record, "id"));
  text += line("key", text_of(record, "key"));
  text += line("version", text_of(record, "version"));
  text += line("size", std::to_string(count_of(record, "size")));
  text += line("received", text_of(record, "received_at"));
  text += line("final", text_of(record, "final_at"));
  text += line("lies at", place_of(record, stores));
  text += line("attempt", std::to_string(count_of(record, "attempt")));
  if (const json::value* verdict = member(record, "verdict")) {
    text += line("type", text_of(*verdict, "type"));
    text += line("contract", contract_text(*verdict));
    if (const json::value* digests = member(*verdict, "digests")) {
      text += line("sha256", text_of(*digests, "sha256"));
    }
    for (const std::string& companion : companion_texts(record)) {
      text += line("checksum of", companion);
    }
    text += findings_text(*verdict, terminal);
  }
  text += line("waits for", text_of(record, "waits_for"));
  if (const json::value* review = member(record, "review")) {
    text += line("review", review_text(*review));
  }
  text += line("last error", text_of(record, "last_error"));
  if (const std::string history = history_text(record); !history.empty()) {
    text += "history\n" + history;
  }
  return text;
}

std::string story_text(const json::value& record, Stores stores, const std::string& gate, const Terminal& terminal) {
  const std::string status = text_of(record, "status");
  std::string text = text_of(record, "key") + " came at " + text_of(record, "received_at") + " with " +
                     human_size(count_of(record, "size")) + " and is " + terminal.paint(colour_of(status), status) +
                     ". " + meaning_of(status) + "\n";
  if (const json::value* verdict = member(record, "verdict")) {
    const std::string type = text_of(*verdict, "type");
    text += "Its content is " + (type.empty() ? "of no known type" : type) + "; the contract " +
            contract_text(*verdict) + " judged.\n";
    for (const std::string& companion : companion_texts(record)) {
      text += "Its checksum was stated by " + companion + ".\n";
    }
    text += findings_text(*verdict, terminal);
  }
  if (const std::string file = text_of(record, "waits_for"); !file.empty()) {
    text += "It waits for " + file + ", which it names.\n";
  }
  if (const std::string at = place_of(record, stores); !at.empty()) {
    text += "Its bytes lie at " + at + ".\n";
  }
  if (const std::string error = text_of(record, "last_error"); !error.empty()) {
    text += "Last error: " + error + "\n";
  }
  if (const std::string again = text_of(record, "retry_after"); !again.empty()) {
    text += "Tried again at " + again + ".\n";
  }
  if (const json::value* review = member(record, "review")) {
    text += "Open review: " + review_text(*review) + ".\n";
  }
  if (const std::string history = history_text(record); !history.empty()) {
    text += "Before that:\n" + history;
  }
  return text + next_steps(record, gate);
}

}  // namespace scalper::cli
