#pragma once
// Parts of our JSON texts that records, reports and answers share. Only for src/model; the JSON library stays in .cpp.
//
// Text that is no UTF-8 stands twice: `name` holds it escaped, for people, and `name_hex` its bytes, which count.

#include <string>
#include <string_view>

#include "model/verdict.h"

namespace boost::json {
class object;
class value;
}  // namespace boost::json

namespace scalper {

void put_text(boost::json::object& object, std::string_view name, const std::string& text);
void put_verdict(boost::json::object& object, const Verdict& verdict);

// Reads members of one object, strictly by type. The first problem is kept and everything after it answers defaults, so
// that callers look once, at the end.
class JsonReader {
 public:
  JsonReader(const boost::json::object& object, std::string& problem) : object_(object), problem_(problem) {}

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name);
  [[nodiscard]] std::uint64_t number(std::string_view name);
  [[nodiscard]] bool flag(std::string_view name);
  // The member as an object; an empty one where it is none.
  [[nodiscard]] const boost::json::object& object(std::string_view name);
  void fail(std::string_view name, std::string_view expected);
  [[nodiscard]] std::string& problem() { return problem_; }

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name);

  const boost::json::object& object_;
  std::string& problem_;
};

[[nodiscard]] Verdict read_verdict(const boost::json::object& object, std::string& problem);

}  // namespace scalper
