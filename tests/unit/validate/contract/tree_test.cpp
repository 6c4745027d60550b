#include "validate/contract/tree.h"

#include <gtest/gtest.h>

#include "base/escape.h"
#include "validate/contract/canonical.h"

namespace scalper::grammar {
namespace {

using namespace std::string_literals;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// The canonical form, or "line:column message".
std::string seen(std::string_view text, bool json = false) {
  std::vector<LintMessage> messages;
  Lint lint("x", messages);
  const auto tree = json ? read_json(text, lint) : read_yaml(text, lint);
  EXPECT_EQ(tree.has_value() && messages.empty(), lint.errors() == 0);
  if (messages.empty()) return canonical(*tree);
  return std::to_string(messages[0].line) + ":" + std::to_string(messages[0].column) + " " + messages[0].message;
}

TEST(ContractTree, ReadsYamlAsJsonWouldSayIt) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "null"},
      {"# only a comment\n", "null"},
      {"a: 1\nb: [x, 'y', \"z\"]\n", R"({"a":1,"b":["x","y","z"]})"},
      {"a: {b: {c: true}}", R"({"a":{"b":{"c":true}}})"},
      {"{\"a\": \"1\", \"b\": [null, false]}", R"({"a":"1","b":[null,false]})"},
      {"a: '1'\nb: \"true\"\nc: 10GiB\n", R"({"a":"1","b":"true","c":"10GiB"})"},
      {"a: yes\nb: on\nc: 0x10\nd: 010\ne: .nan\nf: -.inf\ng: 1_000\nh: +5\n",
       R"({"a":"yes","b":"on","c":"0x10","d":"010","e":".nan","f":"-.inf","g":"1_000","h":"+5"})"},
      {"a: 1e400\nb: 1.50\n", R"({"a":"1e400","b":1.5})"},
      {"a:\nb: ~\nc: null\n", R"({"a":null,"b":null,"c":null})"},
      {"a: |\n  one\n  two\n", R"({"a":"one\ntwo\n"})"},
      {"a: \"\\u00e9\\t\"\n", "{\"a\":\"\xc3\xa9\\t\"}"},
      {"\xef\xbb\xbf"s + "a: 1\n", R"({"a":1})"},
      {"---\na: 1\n...\n", R"({"a":1})"},
      {"a: 1\r\nb: 2\r\n", R"({"a":1,"b":2})"},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(seen(text), want) << escape_text(text);
}

TEST(ContractTree, RefusesWhatYamlCanDoAndAContractDoesNotNeed) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a: &x 1\nb: *x\n", "1:4 anchors (&name) are not used in contracts"},
      {"a: *x\n", "1:4 this is no YAML: the referenced anchor is not defined"},
      {"b: 1\na: !!str 1\n", "2:4 tags such as \"tag:yaml.org,2002:str\" are not used in contracts"},
      {"a: !x [1]\n", "1:4 tags such as \"!x\" are not used in contracts"},
      {"a: 1\n---\nb: 2\n", "3:1 a second document begins here; a file is one contract"},
      {"a: 1\nb: 2\na: 3\n", "3:1 the key \"a\" is there twice, first in line 1"},
      {"a: {b: 1, b: 2}\n", "1:11 the key \"b\" is there twice, first in line 1"},
      {"? [a]\n: 1\n", "1:3 a key is a text, not a list or a map"},
      {"{: 1}\n", "1:2 a key has no name"},
      {"a: \"\\ud800\"\n", "1:11 this is no YAML: invalid unicode: 55296"},
      {"a: [\n", "2:1 this is no YAML: end of sequence flow not found"},
      {"a: b: c\n", "1:5 this is no YAML: illegal map value"},
      {"a: 1\n\xff\n", "2:1 contracts are UTF-8, this is not: \"\\xFF\\n\""},
      {"a: \0b\n"s, "1:4 a control character stands here: \"\\x00\""},
      {"a: \x1b[0m\n", "1:4 a control character stands here: \"\\x1B\""},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(seen(text), want) << escape_text(text);
}

TEST(ContractTree, ReadsJsonAndSaysWhereItIsNone) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"a": {"b": [1, -2.5e1, "x", true, null]}})", R"({"a":{"b":[1,-25,"x",true,null]}})"},
      {"{\n \"a\": 1,\n \"a\": 2}", "3:2 the key \"a\" is there twice, first in line 2"},
      {"{\"a\": 1e400}", "1:7 the number is out of range: \"1e400\""},
      {"{\"a\": \"\\ud800\"}", "1:8 an escape names no character"},
      {"{} {}", "1:4 this is no JSON: "},
      {"{\"a\": NaN}", "1:7 this is no JSON: "},
      {"{\n\"a\": 1,}", "2:8 this is no JSON: "},
      {"", "1:1 this is no JSON: "},
      {repeated("[", 100), "1:17 this is no JSON: "},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(seen(text, true).substr(0, want.size()), want) << escape_text(text);
}

TEST(ContractTree, IsNotHurtByHostileInput) {
  std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    const std::string before = "*" + std::string(1, static_cast<char>(c - 1)) + ",";
    laughs += std::string(1, c) + ": &" + c + " [" + repeated(before, 10) + "]\n";
  }
  const std::vector<std::pair<std::string, std::string>> cases = {
      {laughs, "1:4 anchors"},
      {repeated("[", 10'000'000), "0:0 the file has 10000000 bytes"},
      {repeated("[", 100'000), "0:0 more than 64 brackets"},
      {repeated("{a: ", 60) + repeated("}", 60), "1:65 values lie deeper"},
      {repeated("- ", 100'000), "1:33 values lie deeper"},
      {repeated("? ", 100'000), "1:3 a key is a text"},
      {repeated("[]\n", 50'000), "2:1 "},
      {"a: [" + repeated("x,", 5'000) + "]", "1:4"},
      {repeated("a: 1\n", 3'000), "2:1 the key"},
      {"<<: {a: 1}\n", R"({"<<":{"a":1}})"},
      {"a: " + repeated("9", 5'000) + "\n", R"({"a":"999)"},
      {"\xfe\xff\0a"s, "1:1 contracts are UTF-8"},
      {"\xff\xfe"
       "a\0"s,
       "1:1 contracts are UTF-8"},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(seen(text).substr(0, want.size()), want) << escape_text(text);
}

}  // namespace
}  // namespace scalper::grammar
