// schemas/openapi.yaml is compared with the table of routes, both ways.

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "api/handle.h"
#include "support/api_client.h"

namespace scalper::api {
namespace {

using std::string;

constexpr std::array kMethods = {"get", "put", "post", "delete", "patch", "options", "head"};

// "GET /v1/files/{} parameters=[a b] roles=[viewer]": one route, as either side tells it.
string line_of(string method, const string& path, const std::set<string>& parameters, const std::set<string>& roles) {
  std::ranges::transform(method, method.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  string line = method + " " + path + " parameters=[";
  for (const string& name : parameters) line += name + " ";
  line += "] roles=[";
  for (const string& role : roles) line += role + " ";
  return line + "]";
}

string word_of(Role role) {
  switch (role) {
    case Role::kNone: return "none";
    case Role::kViewer: return "viewer";
    case Role::kUploader: return "uploader";
    case Role::kOperator: return "operator";
  }
  return "?";
}

std::vector<string> lines_of_code() {
  std::vector<string> lines;
  for (const RouteLine& route : route_table()) {
    std::istringstream words{string(route.parameters)};
    std::set<string> parameters;
    for (string word; words >> word;) EXPECT_TRUE(parameters.insert(word).second) << word;
    std::set<string> roles;
    for (const Role role : route.roles) roles.insert(word_of(role));
    lines.push_back(line_of(string(route.method), string(route.path), parameters, roles));
  }
  std::ranges::sort(lines);
  return lines;
}

// "/v1/files/{id}" -> "/v1/files/{}", with the names that stood there.
string without_names(const string& path, std::set<string>& names) {
  string out;
  for (std::size_t at = 0; at < path.size();) {
    out += path[at];
    if (path[at++] != '{') continue;
    const std::size_t end = path.find('}', at);
    names.insert(path.substr(at, end - at));
    at = end;
  }
  return out;
}

YAML::Node resolved(const YAML::Node& root, const YAML::Node& node) {
  if (!node["$ref"]) return node;
  std::istringstream pointer(node["$ref"].as<string>().substr(2));  // "#/components/..."
  YAML::Node at = YAML::Clone(root);
  for (string part; std::getline(pointer, part, '/');) at = YAML::Clone(at[part]);
  return at;
}

// Adds the names of parameters by where they are: "query", "path", "header".
void add_parameters(const YAML::Node& root, const YAML::Node& list, const string& where, std::set<string>& names) {
  for (const YAML::Node& each : list) {
    const YAML::Node parameter = resolved(root, each);
    if (parameter["in"].as<string>() == where) names.insert(parameter["name"].as<string>());
  }
}

string line_of_operation(const YAML::Node& root, const string& method, const string& path, const YAML::Node& item) {
  std::set<string> in_path;
  const string plain = without_names(path, in_path);
  const YAML::Node operation = item[method];
  std::set<string> parameters;
  std::set<string> declared;
  for (const YAML::Node& list : {item["parameters"], operation["parameters"]}) {
    if (!list) continue;
    add_parameters(root, list, "query", parameters);
    add_parameters(root, list, "path", declared);
  }
  EXPECT_EQ(declared, in_path) << path;
  std::set<string> roles;
  for (const YAML::Node& role : operation["x-role"]) roles.insert(role.as<string>());
  return line_of(method, plain, parameters, roles);
}

std::vector<string> lines_of_document(const YAML::Node& root) {
  std::vector<string> lines;
  for (const auto& path : root["paths"])
    for (const char* method : kMethods)
      if (path.second[method]) lines.push_back(line_of_operation(root, method, path.first.as<string>(), path.second));
  std::ranges::sort(lines);
  return lines;
}

YAML::Node document() { return YAML::LoadFile(SCALPER_SOURCE_DIR "/schemas/openapi.yaml"); }

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  const auto code = lines_of_code();
  const auto documented = lines_of_document(document());
  std::vector<string> missing;
  std::vector<string> unknown;
  std::ranges::set_difference(code, documented, std::back_inserter(missing));
  std::ranges::set_difference(documented, code, std::back_inserter(unknown));
  for (const string& line : missing) ADD_FAILURE() << "not in schemas/openapi.yaml: " << line;
  for (const string& line : unknown) ADD_FAILURE() << "in schemas/openapi.yaml, but no route is so: " << line;
  EXPECT_FALSE(code.empty());
}

// Each operation can be named by generated clients, and says what becomes of it.
TEST(OpenApi, NamesEveryOperationOnceAndSaysItsAnswers) {
  std::set<string> names;
  const YAML::Node root = document();
  for (const auto& path : root["paths"])
    for (const char* method : kMethods) {
      const YAML::Node operation = path.second[method];
      if (!operation) continue;
      const string where = string(method) + " " + path.first.as<string>();
      EXPECT_TRUE(names.insert(operation["operationId"].as<string>("")).second) << where;
      EXPECT_TRUE(operation["summary"]) << where;
      EXPECT_TRUE(operation["responses"]["default"]) << where;
      bool succeeds = false;
      for (const auto& answer : operation["responses"]) {
        const string status = answer.first.as<string>();
        succeeds = succeeds || status[0] == '2' || status[0] == '3';
      }
      EXPECT_TRUE(succeeds) << where;
      EXPECT_TRUE(operation["x-role"].size() == 4 || operation["responses"]["401"]) << where;
    }
}

TEST(OpenApi, IsServedAsItIs) {
  MemoryGate memory;
  ApiClient client(memory);
  client.role = Role::kUploader;
  const Reply reply = client.ask("GET", "/v1/openapi.yaml");
  const auto& served = std::get<Complete>(reply);
  std::ifstream in(SCALPER_SOURCE_DIR "/schemas/openapi.yaml");
  const string source((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.content_type, "application/yaml");
  EXPECT_TRUE(served.body == source);
  client.role = Role::kNone;
  EXPECT_EQ(client.code("GET", "/v1/openapi.yaml"), "not_known");
}

}  // namespace
}  // namespace scalper::api
