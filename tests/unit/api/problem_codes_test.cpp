// x-problem-codes in schemas/openapi.yaml is the one list of codes: what the sources send is compared with it, both
// ways.

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "api/problem.h"

namespace scalper::api {
namespace {

using std::string;
using Codes = std::map<string, std::set<int>>;  // the statuses that each is sent with

// Everything that an Error can be.
constexpr ErrorCode kLast = ErrorCode::kInternal;

// Adds what a source sends; answers the calls that cannot be read, since their code is no literal.
std::vector<string> read_calls(const string& source, Codes& codes) {
  static const std::regex call(R"re((?:^|[^\w.>])(?:api::)?problem\((\s*\d{3},\s*"[a-z_]+",)?)re");
  static const std::regex literal(R"re((\d{3}),\s*"([a-z_]+)")re");
  std::vector<string> unclear;
  for (std::sregex_iterator at(source.begin(), source.end(), call), end; at != end; ++at) {
    std::smatch parts;
    const string arguments = (*at)[1].str();
    if (std::regex_search(arguments, parts, literal))
      codes[parts[2]].insert(std::stoi(parts[1]));
    else
      unclear.push_back(source.substr(static_cast<std::size_t>(at->position()), 80));
  }
  return unclear;
}

Codes sent() {
  namespace fs = std::filesystem;
  Codes codes;
  for (int code = 0; code <= static_cast<int>(kLast); ++code) {
    const auto value = static_cast<ErrorCode>(code);
    codes[string(to_string(value))].insert(http_status(value));
  }
  for (const char* folder : {"/src/api", "/src/hosts/server", "/src/hosts/lambda"})
    for (const auto& file : fs::recursive_directory_iterator(SCALPER_SOURCE_DIR + string(folder))) {
      if (file.path().extension() != ".cpp") continue;
      std::ifstream in(file.path());
      const string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      const auto unclear = read_calls(text, codes);
      // problem.cpp defines it, and makes problems of Errors, whose codes are added above.
      if (file.path().filename() != "problem.cpp")
        for (const string& call : unclear) ADD_FAILURE() << file.path() << ": the code is no literal: " << call;
    }
  return codes;
}

Codes listed(const YAML::Node& root) {
  Codes codes;
  for (const auto& entry : root["x-problem-codes"]) {
    auto& statuses = codes[entry.first.as<string>()];
    for (const auto& status : entry.second["statuses"]) statuses.insert(status.as<int>());
    EXPECT_FALSE(entry.second["cause"].as<string>("").empty()) << entry.first;
    EXPECT_FALSE(entry.second["remedy"].as<string>("").empty()) << entry.first;
  }
  return codes;
}

YAML::Node document() { return YAML::LoadFile(SCALPER_SOURCE_DIR "/schemas/openapi.yaml"); }

string text_of(const Codes& codes) {
  string text;
  for (const auto& [code, statuses] : codes) {
    text += code;
    for (const int status : statuses) text += " " + std::to_string(status);
    text += "\n";
  }
  return text;
}

TEST(ProblemCodes, AreThoseThatTheSourcesSend) { EXPECT_EQ(text_of(listed(document())), text_of(sent())); }

// The title of a problem is the phrase of its status.
TEST(ProblemCodes, HaveStatusesWithANameOfTheirOwn) {
  for (const auto& [code, statuses] : listed(document()))
    for (const int status : statuses) EXPECT_NE(reason_phrase(status), "Error") << code << " " << status;
}

TEST(ProblemCodes, OfTheSchemaAreThoseOfTheList) {
  const YAML::Node root = document();
  std::vector<string> names;
  for (const auto& name : root["components"]["schemas"]["ProblemCode"]["enum"]) names.push_back(name.as<string>());
  std::vector<string> wanted;
  for (const auto& [code, statuses] : listed(root)) wanted.push_back(code);
  EXPECT_EQ(names, wanted);  // in order, too
}

TEST(ProblemCodes, AreFoundHoweverTheCallIsWritten) {
  Codes codes;
  EXPECT_TRUE(read_calls("return problem(404, \"a_code\", x);", codes).empty());
  EXPECT_TRUE(read_calls("  return api::problem(\n      409, \"other\",\n y);", codes).empty());
  EXPECT_EQ(text_of(codes), "a_code 404\nother 409\n");
  EXPECT_EQ(read_calls("x = problem(status, code, detail);", codes).size(), 1U);
  EXPECT_TRUE(read_calls("reader.problem(name, what); too_problem(1);", codes).empty());
}

}  // namespace
}  // namespace scalper::api
