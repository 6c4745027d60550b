#include "hosts/aws_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "base/escape.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kShown = 120;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view text, std::size_t least, std::size_t most, std::string_view others) {
  return text.size() >= least && text.size() <= most && std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
         });
}

// Also names from before 2018, which may be longer and have upper case and underscores.
bool is_bucket(std::string_view name) {
  return is_name(name, 3, 255, ".-_") && is_letter_or_digit(name.front()) && is_letter_or_digit(name.back()) &&
         name.find("..") == std::string_view::npos;
}

// Another name of a bucket that has one already: two of these may be the same bucket, and no name tells.
bool is_alias(std::string_view name) {
  return name.ends_with("-s3alias") || name.ends_with("--ol-s3") || name.ends_with("--x-s3");
}

// http(s)://host[:port]/.../name, the name that of a standard queue.
bool is_queue_url(std::string_view url) {
  const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || url.size() > kMaxUrl || url.find_first_of("?#@\\\"<> ") != std::string_view::npos) return false;
  if (std::any_of(url.begin(), url.end(), [](char c) { return c < 0x21 || c > 0x7E; })) return false;
  const std::size_t path = url.find('/', scheme);
  if (path == std::string_view::npos || path == scheme) return false;
  return is_name(url.substr(url.rfind('/') + 1), 1, 80, "-_");
}

// What an ARN of that service ends with: arn:aws:sns:eu-central-1:111122223333:name -> "name"; "" where it is none.
std::string_view resource_of(std::string_view arn, std::string_view service) {
  std::array<std::string_view, 5> parts;
  for (std::string_view& part : parts) {
    const std::size_t end = arn.find(':');
    if (end == std::string_view::npos) return {};
    part = arn.substr(0, end);
    arn.remove_prefix(end + 1);
  }
  const bool sound = parts[0] == "arn" && parts[1].starts_with("aws") && is_name(parts[1], 3, 20, "-") &&
                     parts[2] == service && is_name(parts[3], 1, 40, "-") && parts[4].size() == 12 &&
                     std::all_of(parts[4].begin(), parts[4].end(), [](char c) { return c >= '0' && c <= '9'; });
  return sound ? arn : std::string_view();
}

bool is_topic_arn(std::string_view arn) { return is_name(resource_of(arn, "sns"), 1, 256, "-_"); }

// A name, or arn:aws:events:eu-central-1:111122223333:event-bus/name
bool is_bus(std::string_view bus) {
  constexpr std::string_view kKind = "event-bus/";
  if (!bus.starts_with("arn:")) return is_name(bus, 1, 256, "-_./");
  const std::string_view resource = resource_of(bus, "events");
  return resource.starts_with(kKind) && is_name(resource.substr(kKind.size()), 1, 256, "-_./");
}

class Reader {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  // The value if `check` holds of it; one that is empty is a problem only where it is needed.
  template <class Check>
  std::string text(std::string_view name, bool needed, std::string_view belongs, const Check& check) {
    std::string value = environment_(name);
    if (value.empty() && needed) problem(name, "is not set", belongs);
    if (!value.empty() && !check(value)) problem(name, "is \"" + escape_text(value, kShown) + "\"", belongs);
    return value;
  }

  void problem(std::string_view name, std::string_view what, std::string_view belongs) {
    problems_.push_back(std::string(name) + " " + std::string(what) + ": " + std::string(belongs));
  }

  [[nodiscard]] Result<void> end() const {
    if (problems_.empty()) return {};
    std::string all = "settings: ";
    for (const std::string& one : problems_) all += (&one == problems_.data() ? "" : "; ") + one;
    return Error(ErrorCode::kInvalidArgument, std::move(all));
  }

 private:
  const Environment& environment_;
  std::vector<std::string> problems_;
};

BucketName read_bucket(Reader& reader, std::string_view name, bool needed, std::string_view belongs) {
  return BucketName{
      reader.text(name, needed, belongs, [](const std::string& v) { return is_bucket(v) && !is_alias(v); })};
}

std::string read_queue(Reader& reader, std::string_view name, bool needed, std::string_view belongs) {
  return reader.text(name, needed, belongs, is_queue_url);
}

ContractsPlace read_contracts(Reader& reader, bool needed) {
  constexpr std::string_view kScheme = "s3://";
  constexpr std::string_view kName = "SCALPER_CONTRACTS";
  constexpr std::string_view kBelongs =
      "s3://bucket/prefix, a folder, or \"builtin\" to let the built-in contract judge everything";
  ContractsPlace place;
  const std::string value = reader.text(kName, needed, kBelongs, [](const std::string&) { return true; });
  if (value.empty() || value == "builtin") return place;
  if (!value.starts_with(kScheme)) {
    place.folder = value;
    return place;
  }
  const std::string rest = value.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  place.bucket = BucketName{rest.substr(0, slash)};
  place.prefix = rest.substr(std::min(slash + 1, rest.size()));
  while (place.prefix.ends_with('/')) place.prefix.pop_back();
  const bool sound = is_bucket(place.bucket.value()) && !is_alias(place.bucket.value()) &&
                     is_valid_utf8(place.prefix) && !place.prefix.starts_with('/') &&
                     place.prefix.find("//") == std::string::npos && place.prefix.size() <= kMaxKeyBytes / 2;
  if (!sound) reader.problem(kName, "is \"" + escape_text(value, kShown) + "\"", kBelongs);
  return place;
}

// Names that must differ from each other, in pairs.
void must_differ(Reader& reader, const std::vector<std::pair<std::string_view, std::string>>& names,
                 std::string_view why) {
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = i + 1; j < names.size(); ++j)
      if (!names[i].second.empty() && names[i].second == names[j].second)
        reader.problem(names[j].first, "is that of " + std::string(names[i].first), why);
}

void check_apart(Reader& reader, const AwsSettings& settings) {
  must_differ(reader,
              {{"SCALPER_INPUT_BUCKET", settings.input.value()},
               {"SCALPER_OUTPUT_BUCKET", settings.output.value()},
               {"SCALPER_QUARANTINE_BUCKET", settings.quarantine.value()},
               {"SCALPER_CONTRACTS", settings.contracts.bucket.value()}},
              "another bucket, or files would go round for ever");
  must_differ(reader,
              {{"SCALPER_QUEUE_URL", settings.queue_url},
               {"SCALPER_DLQ_URL", settings.dead_letter_url},
               {"SCALPER_LARGE_QUEUE_URL", settings.large_queue_url}},
              "another queue, or messages would go round for ever");
}

std::uint64_t read_volume(Reader& reader) {
  std::uint64_t number = 0;
  reader.text("SCALPER_MAX_FILES_PER_HOUR", false, "1 to 1000000000 files, or nothing: no limit",
              [&](const std::string& v) {
                const char* const end = v.data() + v.size();
                const auto read = std::from_chars(v.data(), end, number);
                return read.ec == std::errc{} && read.ptr == end && number >= 1 && number <= 1'000'000'000;
              });
  return number;
}

LogLevel read_log_level(Reader& reader) {
  constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};
  const std::string value =
      reader.text("SCALPER_LOG_LEVEL", false, "debug, info, warning or error",
                  [&](const std::string& v) { return std::find(kLevels.begin(), kLevels.end(), v) != kLevels.end(); });
  const auto at = std::find(kLevels.begin(), kLevels.end(), value);
  return at == kLevels.end() ? LogLevel::kInfo : static_cast<LogLevel>(at - kLevels.begin());
}

}  // namespace

Result<AwsSettings> read_aws_settings(const Environment& environment, AwsNeeds needs) {
  Reader reader(environment);
  AwsSettings settings;
  settings.pipeline = reader.text("SCALPER_PIPELINE", false, "1 to 64 letters, digits, - and _",
                                  [](const std::string& v) { return is_name(v, 1, 64, "-_"); });
  if (settings.pipeline.empty()) settings.pipeline = "default";
  settings.input =
      read_bucket(reader, "SCALPER_INPUT_BUCKET", needs.files, "the name of the bucket whose objects are checked");
  settings.output = read_bucket(reader, "SCALPER_OUTPUT_BUCKET", needs.files, "the name of the bucket for valid files");
  settings.quarantine =
      read_bucket(reader, "SCALPER_QUARANTINE_BUCKET", needs.files, "the name of the bucket for all other files");
  settings.table = reader.text("SCALPER_TABLE", needs.table, "the name of the DynamoDB table of records",
                               [](const std::string& v) { return is_name(v, 3, 255, ".-_"); });
  settings.queue_url = read_queue(reader, "SCALPER_QUEUE_URL", needs.queue, "the URL of a standard SQS queue");
  settings.dead_letter_url =
      read_queue(reader, "SCALPER_DLQ_URL", false, "the URL of its dead-letter queue, or nothing");
  settings.large_queue_url =
      read_queue(reader, "SCALPER_LARGE_QUEUE_URL", false, "the URL of the worker's standard SQS queue, or nothing");
  settings.notice_topic =
      reader.text("SCALPER_NOTICE_TOPIC_ARN", false, "the ARN of a standard SNS topic, or nothing", is_topic_arn);
  settings.notice_bus =
      reader.text("SCALPER_NOTICE_BUS", false, "the name or the ARN of an EventBridge bus, or nothing", is_bus);
  settings.contracts = read_contracts(reader, needs.files);
  settings.publish_exact = reader.text("SCALPER_PUBLISH", false, "direct or exact",
                                       [](const std::string& v) { return v == "direct" || v == "exact"; }) == "exact";
  settings.max_files_per_hour = read_volume(reader);
  settings.log_level = read_log_level(reader);
  check_apart(reader, settings);
  SCALPER_TRY(reader.end());
  return settings;
}

}  // namespace scalper::aws
