#pragma once
// A request to the stand-in of S3, taken apart; only the stand-in's own files include this.

#include <initializer_list>
#include <set>
#include <string>

#include "support/s3_stand_in.h"

namespace scalper {

struct S3StandIn::Asked {
  explicit Asked(const aws::AwsRequest& asked)
      : request(asked), bucket(asked.bucket), key(asked.path.empty() ? "" : asked.path.substr(1)) {}

  [[nodiscard]] const std::string* find(const aws::Fields& fields, std::string_view name) const {
    for (const auto& [field, value] : fields)
      if (field == name) return &value;
    return nullptr;
  }
  [[nodiscard]] bool has(std::string_view name) const { return find(request.query, name) != nullptr; }
  [[nodiscard]] std::string query(std::string_view name) const {
    const std::string* const found = find(request.query, name);
    return found == nullptr ? std::string() : *found;
  }
  [[nodiscard]] std::string header(std::string_view name) const {
    const std::string* const found = find(request.headers, name);
    return found == nullptr ? std::string() : *found;
  }
  // Metadata and what else goes with an object.
  [[nodiscard]] aws::Fields kept() const {
    static const std::set<std::string, std::less<>> system = {
        "content-type",        "content-encoding", "content-language",   "cache-control",
        "content-disposition", "expires",          "x-amz-storage-class"};
    aws::Fields found;
    for (const auto& field : request.headers)
      if (field.first.starts_with("x-amz-meta-") || system.contains(field.first)) found.push_back(field);
    return found;
  }
  // Nothing but these, of what is not kept.
  void only(std::initializer_list<std::string_view> queries, std::initializer_list<std::string_view> headers) const {
    const auto known = [](const std::initializer_list<std::string_view>& names, const std::string& name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    const aws::Fields own = kept();
    for (const auto& [name, value] : request.query)
      if (!known(queries, name)) throw Refused{400, "InvalidArgument", "unknown parameter " + name};
    for (const auto& [name, value] : request.headers)
      if (!known(headers, name) && find(own, name) == nullptr)
        throw Refused{400, "InvalidArgument", "unknown header " + name};
  }

  const aws::AwsRequest& request;
  std::string bucket;
  std::string key;
};

}  // namespace scalper
