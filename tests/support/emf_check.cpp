#include "support/emf_check.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxLine = 256 * 1024;
constexpr std::array<std::string_view, 27> kUnits = {
    "Seconds",          "Microseconds",     "Milliseconds", "Bytes",           "Kilobytes",        "Megabytes",
    "Gigabytes",        "Terabytes",        "Bits",         "Kilobits",        "Megabits",         "Gigabits",
    "Terabits",         "Percent",          "Count",        "Bytes/Second",    "Kilobytes/Second", "Megabytes/Second",
    "Gigabytes/Second", "Terabytes/Second", "Bits/Second",  "Kilobits/Second", "Megabits/Second",  "Gigabits/Second",
    "Terabits/Second",  "Count/Second",     "None"};

class Judge {
 public:
  std::vector<std::string> problems;

  void line(std::string_view text) {
    expect(text.size() <= kMaxLine, "longer than 256 KiB");
    expect(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; }), "no printable ASCII");
    boost::system::error_code failed;
    const json::value value = json::parse(text, failed);
    if (failed || !value.is_object()) return problem("no JSON object");
    root_ = &value.get_object();
    const json::value* const meta = root_->if_contains("_aws");
    if (meta == nullptr || !meta->is_object()) return problem("no _aws object");
    only(meta->get_object(), {"Timestamp", "CloudWatchMetrics"}, "_aws");
    const json::value* const time = meta->get_object().if_contains("Timestamp");
    expect(time != nullptr && (time->is_int64() || time->is_uint64()), "_aws.Timestamp is no whole number");
    const json::value* const directives = meta->get_object().if_contains("CloudWatchMetrics");
    if (directives == nullptr || !directives->is_array() || directives->get_array().empty())
      return problem("_aws.CloudWatchMetrics is no list, or an empty one");
    for (const json::value& one : directives->get_array()) {
      if (one.is_object())
        directive(one.get_object());
      else
        problem("a directive is no object");
    }
  }

 private:
  void problem(std::string what) { problems.push_back(std::move(what)); }
  void expect(bool holds, const std::string& otherwise) {
    if (!holds) problem(otherwise);
  }
  void only(const json::object& object, const std::set<std::string_view>& names, const std::string& whose) {
    for (const auto& member : object) expect(names.contains(member.key()), whose + " has " + std::string(member.key()));
  }
  static bool is_text(const json::value* value, std::size_t most) {
    return value != nullptr && value->is_string() && !value->get_string().empty() && value->get_string().size() <= most;
  }

  void directive(const json::object& object) {
    only(object, {"Namespace", "Dimensions", "Metrics"}, "a directive");
    const json::value* const name = object.if_contains("Namespace");
    if (!is_text(name, 255)) {
      problem("no Namespace of 1 to 255 characters");
    } else {
      const std::string_view text = name->get_string();
      const std::string_view allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_/#: ";
      expect(text.find_first_not_of(allowed) == std::string_view::npos, "a Namespace that CloudWatch refuses");
      expect(!text.starts_with("AWS/"), "AWS's own namespace");
    }
    const json::value* const sets = object.if_contains("Dimensions");
    if (sets == nullptr || !sets->is_array() || sets->get_array().empty())
      problem("Dimensions is no list, or an empty one");
    else
      for (const json::value& set : sets->get_array()) dimension_set(set);
    const json::value* const metrics = object.if_contains("Metrics");
    if (metrics == nullptr || !metrics->is_array()) return problem("Metrics is no list");
    expect(metrics->get_array().size() <= 100, "more than 100 metrics");
    for (const json::value& one : metrics->get_array()) metric(one);
  }

  void dimension_set(const json::value& set) {
    if (!set.is_array()) return problem("a dimension set is no list");
    expect(set.get_array().size() <= 30, "more than 30 dimensions in a set");
    for (const json::value& key : set.get_array()) {
      if (!is_text(&key, 250)) {
        problem("a dimension's name is no text of 1 to 250 characters");
        continue;
      }
      const std::string_view name = key.get_string();
      expect(!name.starts_with(':'), "a dimension's name begins with a colon");
      const json::value* const target = root_->if_contains(name);
      if (!is_text(target, 1024)) {
        problem("the dimension " + std::string(name) + " has no text of 1 to 1,024 characters");
        continue;
      }
      const std::string_view text = target->get_string();
      expect(text.find_first_not_of(' ') != std::string_view::npos, "a dimension of blanks");
      expect(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; }),
             "a dimension that is no printable ASCII");
    }
  }

  void metric(const json::value& one) {
    if (!one.is_object()) return problem("a metric is no object");
    const json::object& object = one.get_object();
    only(object, {"Name", "Unit", "StorageResolution"}, "a metric");
    const json::value* const name = object.if_contains("Name");
    if (!is_text(name, 255)) return problem("a metric has no Name of 1 to 255 characters");
    const std::string said(name->get_string());
    expect(names_.insert(said).second, said + " is defined twice");
    if (const json::value* const unit = object.if_contains("Unit"))
      expect(unit->is_string() &&
                 std::find(kUnits.begin(), kUnits.end(), std::string_view(unit->get_string())) != kUnits.end(),
             said + " has a Unit that is none");
    if (const json::value* const step = object.if_contains("StorageResolution"))
      expect(step->is_int64() && (step->get_int64() == 1 || step->get_int64() == 60), said + " has no resolution");
    const json::value* const target = root_->if_contains(said);
    if (target == nullptr) return problem(said + " has no value");
    if (target->is_number()) return;
    if (!target->is_array()) return problem(said + " is no number");
    const json::array& values = target->get_array();
    expect(!values.empty() && values.size() <= 100, said + " has not 1 to 100 values");
    expect(std::all_of(values.begin(), values.end(), [](const json::value& v) { return v.is_number(); }),
           said + " has a value that is no number");
  }

  const json::object* root_ = nullptr;
  std::set<std::string> names_;
};

}  // namespace

std::vector<std::string> emf_problems(std::string_view line) {
  Judge judge;
  judge.line(line);
  return judge.problems;
}

}  // namespace scalper
