// What is said about broken JSON: what was expected, what was found, how to mend.

#include <array>
#include <cstdio>

#include "validate/formats/json_tokenizer.h"

namespace scalper {
namespace {

std::string named(char found) {
  const auto byte = static_cast<unsigned>(static_cast<unsigned char>(found));
  switch (byte) {
    case 0: return "a NUL byte";
    case '\n': return "a line feed";
    case '\r': return "a carriage return";
    case '\t': return "a tab";
    default: break;
  }
  if (byte > 0x20 && byte < 0x7F) return {'\'', found, '\''};
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "byte 0x%02X", byte);
  return text.data();
}

std::string_view advice(char found) {
  switch (found) {
    case '\0': return "this may be UTF-16: write the file in UTF-8";
    case '\'': return "strings take double quotes";
    case ']':
    case '}': return "no comma before a closing bracket, and each bracket closes its own kind";
    case ',': return "one comma between two values, none elsewhere";
    case '/':
    case '#': return "JSON has no comments";
    case '+':
    case '.': return "a number begins with a digit or '-'";
    case 'N':
    case 'I': return "NaN and Infinity are no JSON: write null";
    case 'T':
    case 'F': return "true, false and null are written in lower case";
    case '"':
    case '{':
    case '[': return "is a comma or colon missing before it?";
    case '\x0B':
    case '\x0C': return "only space, tab, line feed and carriage return are white space";
    default: break;
  }
  if (static_cast<unsigned char>(found) >= 0x80) return "outside of strings JSON is plain ASCII";
  if ((found >= 'a' && found <= 'z') || (found >= 'A' && found <= 'Z')) return "names and text take double quotes";
  return {};
}

std::string unexpected(std::string_view wanted, char found) {
  std::string sentence = "expected " + std::string(wanted) + ", found " + named(found);
  const std::string_view hint = advice(found);
  if (!hint.empty()) sentence += ": " + std::string(hint);
  return sentence;
}

std::string control_character(char found) {
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(static_cast<unsigned char>(found)));
  std::string_view shorter = escape.data();
  if (found == '\n') shorter = "\\n";
  if (found == '\r') shorter = "\\r";
  if (found == '\t') shorter = "\\t";
  return "a string holds " + named(found) + " as it is: write " + std::string(shorter) +
         (found == '\n' || found == '\r' ? ", or close the string before the end of the line" : "");
}

}  // namespace

std::string JsonFault::message() const {
  switch (sentence) {
    case JsonSentence::kUnexpected: return unexpected(wanted, found);
    case JsonSentence::kLiteral:
      return "expected the word '" + std::string(wanted) + "', found " + named(found) +
             " in it: only true, false and null stand without quotes";
    case JsonSentence::kControl: return control_character(found);
    case JsonSentence::kEscape:
      return "expected one of \" \\ / b f n r t u after a backslash, found " + named(found) +
             ": a backslash itself is written \\\\";
    case JsonSentence::kLeadingZero: return "a number may not begin with 0 and another digit: leave out the zero";
    case JsonSentence::kNoUtf8: return "bytes that are no UTF-8: write the file in UTF-8";
    case JsonSentence::kCutOff:
      return "the text ends inside " + std::string(wanted) + " that began at byte " + std::to_string(number) +
             ": it looks cut off, send it again whole";
    case JsonSentence::kNothing: return "there is no JSON value: the text is empty or white space";
    case JsonSentence::kTooDeep: return "more than " + std::to_string(number) + " arrays and objects are open at once";
  }
  return {};
}

}  // namespace scalper
