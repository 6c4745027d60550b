#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace scalper::tests {

// A document grown from a seed, so that every construct appears, and damaged at random places.
class JsonGrower {
 public:
  explicit JsonGrower(unsigned seed) : random_(seed) {}

  std::string document() {
    std::string out;
    grow(out, 0);
    return out;
  }
  std::string damaged(std::string text) {
    const std::string alphabet = "{}[]:,\"\\ \n\ttfnu0123456789.eE+-\x01\x7F\xC3\xBC\xED\xA0\x80\xEF\xBB\xBF";
    for (std::size_t times = 1 + below(3); times > 0 && !text.empty(); --times) {
      const std::size_t at = below(text.size());
      const char other = alphabet[below(alphabet.size())];
      switch (below(4)) {
        case 0: text[at] = other; break;
        case 1: text.erase(at, 1 + below(3)); break;
        case 2: text.insert(at, 1, other); break;
        default: text.resize(at); break;
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::string pick(const std::vector<std::string>& from) { return from[below(from.size())]; }
  std::string blank() { return pick({"", "", "", " ", "\n  ", "\r\n\t", "                        "}); }
  std::string text() {
    std::string out = "\"";
    for (std::size_t n = below(5); n > 0; --n) {
      out += pick({"plain", "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\\n", "\\\"", "\\u0041", "\\uD83D\\uDE00",
                   "\\uD800", "\\uDC00", "\\uD800\\u0041", "a rather long run of plain text", "\\/", "\\\\"});
    }
    return out + "\"";
  }
  void grow(std::string& out, std::size_t depth) {
    const std::size_t kind = below(depth > 5 ? 4 : 7);
    out += blank();
    if (kind >= 4) {
      const bool object = below(2) == 0;
      out += object ? "{" : "[";
      for (std::size_t n = below(4), i = 0; i < n; ++i) {
        if (i > 0) out += ",";
        if (object) out += blank() + text() + blank() + ":";
        grow(out, depth + 1);
      }
      out += blank() + (object ? "}" : "]");
    } else if (kind == 0) {
      out += text();
    } else if (kind == 1) {
      out += pick({"true", "false", "null"});
    } else {
      out += pick({"0", "-0", "12", "-3.25", "1e5", "2E-7", "0.001", "123456789012345678901234567890", "-1.5e+300"});
    }
    out += blank();
  }

  std::mt19937 random_;
};

}  // namespace scalper::tests
