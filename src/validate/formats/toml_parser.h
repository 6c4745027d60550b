#pragma once
// The grammar of TOML 1.0 over a text that is held whole.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "validate/checker.h"
#include "validate/formats/toml_tables.h"

namespace scalper::toml {

// Belongs to one thread. `layer` and `text`, which is UTF-8, outlive it.
class Parser {
 public:
  // From `at` on.
  Parser(const Layer& layer, std::string_view text, std::size_t at);

  // Once.
  void run();

 private:
  struct Name {
    std::string text;
    std::size_t at = 0;
  };

  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  [[nodiscard]] char peek() const { return more() ? text_[at_] : '\0'; }
  [[nodiscard]] bool stands(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  [[nodiscard]] bool is_line_end() const { return stands("\n") || stands("\r\n"); }
  void blanks();
  [[nodiscard]] bool line();
  [[nodiscard]] bool end_of_line();
  [[nodiscard]] bool comment();
  // Blanks, line ends and comments, as in arrays.
  [[nodiscard]] bool spread();

  [[nodiscard]] bool header();
  [[nodiscard]] bool open_table(const std::vector<Name>& names, bool of_array);
  [[nodiscard]] bool step_header(const Name& name, KeyHash& place);
  [[nodiscard]] bool key_value(const KeyHash& table, std::size_t depth);
  [[nodiscard]] bool names(std::vector<Name>& names);
  [[nodiscard]] bool name(Name& name);
  // Where the value of a dotted key belongs. `sound`: nothing else stands there.
  [[nodiscard]] bool place_key(const std::vector<Name>& names, KeyHash& place);

  [[nodiscard]] bool value(const KeyHash& place, std::size_t depth);
  [[nodiscard]] bool array(const KeyHash& place, std::size_t depth);
  [[nodiscard]] bool inline_table(const KeyHash& place, std::size_t depth);
  [[nodiscard]] bool scalar();
  [[nodiscard]] bool number(std::string_view word, std::size_t at);
  [[nodiscard]] bool date_time(std::string_view word, std::size_t at);

  [[nodiscard]] bool string(std::string* out);
  [[nodiscard]] bool long_string(char quote);
  [[nodiscard]] bool short_string(char quote, std::string* out);
  [[nodiscard]] bool escape(std::string* out, bool lines);
  [[nodiscard]] bool line_continuation();
  [[nodiscard]] bool unicode_escape(std::size_t digits, std::string* out);
  // A character as it stands; `lines`: line ends are characters too.
  [[nodiscard]] bool plain_character(bool lines, std::string* out);

  bool fail(std::string_view code, const std::string& message, std::size_t at);
  // One that does not end the reading.
  void say(std::string_view code, const std::string& message, std::size_t at);
  bool no_room(std::size_t at);
  [[nodiscard]] std::uint64_t line_of(std::size_t at);

  const Layer& layer_;
  std::string_view text_;
  std::size_t at_;
  Tables tables_;
  KeyHash table_;  // of the last header
  std::uint64_t known_line_ = 1;
  std::size_t known_at_ = 0;
};

}  // namespace scalper::toml
