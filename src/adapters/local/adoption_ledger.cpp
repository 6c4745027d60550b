#include "adapters/local/adoption_ledger.h"

#include <algorithm>
#include <utility>

namespace scalper {
namespace {

constexpr std::size_t kFixed = 15;  // fields before the metadata

std::string word_of(AdoptedVersion::Place place) {
  switch (place) {
    case AdoptedVersion::Place::kIn: return "in";
    case AdoptedVersion::Place::kStaging: return "staging";
    case AdoptedVersion::Place::kReview: return "review";
  }
  return "in";
}

std::optional<AdoptedVersion::Place> place_of(const std::string& word) {
  using Place = AdoptedVersion::Place;
  for (const Place place : {Place::kIn, Place::kStaging, Place::kReview})
    if (word == word_of(place)) return place;
  return std::nullopt;
}

std::string line_of_version(const AdoptedVersion& version) {
  Fields fields{"adopt", version.generation, word_of(version.place), version.key.value()};
  append_identity(fields, version.file);
  fields.push_back(std::to_string(version.size));
  fields.push_back(std::to_string(version.time.time_since_epoch().count()));
  fields.push_back(version.content_type);
  fields.push_back(version.was);
  append_identity(fields, version.origin);
  fields.push_back(std::to_string(version.origin_ctime_ns));
  fields.push_back(version.bucket.value());
  fields.emplace_back("metadata");
  append_metadata(fields, version.metadata);
  return line_of(fields);
}

std::optional<AdoptedVersion> version_of(const Fields& fields) {
  if (fields.size() < kFixed || !is_generation(fields[1])) return std::nullopt;
  const auto place = place_of(fields[2]);
  const auto file = identity_at(fields, 4);
  const auto size = number_of(fields[6]);
  const auto time = signed_number_of(fields[7]);
  const auto origin = identity_at(fields, 10);
  const auto ctime = signed_number_of(fields[12]);
  auto metadata = metadata_from(fields, kFixed);
  if (!place || !file || !size || !time || !origin || !ctime || !metadata) return std::nullopt;
  AdoptedVersion version;
  version.generation = fields[1];
  version.place = *place;
  version.key = ObjectKey{fields[3]};
  version.file = *file;
  version.size = *size;
  version.time = WallTime{Millis{*time}};
  version.content_type = fields[8];
  version.was = fields[9];
  version.origin = *origin;
  version.origin_ctime_ns = *ctime;
  version.bucket = BucketName{fields[13]};
  version.metadata = *std::move(metadata);
  return version;
}

}  // namespace

Result<void> AdoptionLedger::intend(AdoptedVersion version) {
  const std::string line = line_of_version(version);
  const std::string generation = version.generation;
  {
    const std::lock_guard lock(mutex_);
    insert(std::move(version));
  }
  const auto durable = journal_.append(line);
  if (durable.ok()) return {};
  const std::lock_guard lock(mutex_);
  erase(generation);
  return durable.error();
}

void AdoptionLedger::settle(const std::string& generation) {
  const std::lock_guard lock(mutex_);
  if (const auto at = versions_.find(generation); at != versions_.end()) at->second.settled = true;
}

void AdoptionLedger::forget(const std::string& generation) {
  {
    const std::lock_guard lock(mutex_);
    erase(generation);
  }
  journal_.append_lazily(line_of({"gone", generation}));
}

void AdoptionLedger::hide(const std::string& generation) {
  const std::lock_guard lock(mutex_);
  const auto at = versions_.find(generation);
  if (at == versions_.end()) return;
  at->second.published = true;
  if (const auto key = keys_.find(at->second.key); key != keys_.end()) {
    key->second.erase(generation);
    if (key->second.empty()) keys_.erase(key);
  }
}

void AdoptionLedger::note_offer(const AdoptedVersion& version) {
  const std::lock_guard lock(mutex_);
  const auto at = versions_.find(version.generation);
  if (at == versions_.end()) return;
  at->second.offered_bucket = version.offered_bucket;
  at->second.offered_key = version.offered_key;
  at->second.offered_ctime_ns = version.offered_ctime_ns;
}

void AdoptionLedger::clear_offer(const std::string& generation) {
  AdoptedVersion none;
  none.generation = generation;
  note_offer(none);
}

std::string AdoptionLedger::offer_line(const AdoptedVersion& version) {
  return line_of({"offer", version.generation, version.offered_bucket, version.offered_key.value(),
                  std::to_string(version.offered_ctime_ns)});
}

std::optional<AdoptedVersion> AdoptionLedger::find(const std::string& generation) {
  const std::lock_guard lock(mutex_);
  const auto at = versions_.find(generation);
  return at == versions_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<AdoptedVersion> AdoptionLedger::current(const ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  const auto at = keys_.find(key);
  if (at == keys_.end()) return std::nullopt;
  for (const auto& [generation, version] : at->second)
    if (version->settled) return *version;
  return std::nullopt;
}

std::vector<AdoptedVersion> AdoptionLedger::page(const std::string& prefix, const ObjectKey& key,
                                                 const std::string& generation, std::size_t limit) {
  std::vector<AdoptedVersion> page;
  const std::lock_guard lock(mutex_);
  const ObjectKey from = std::max(key, ObjectKey{prefix});
  for (auto at = keys_.lower_bound(from); at != keys_.end() && at->first.value().starts_with(prefix); ++at)
    for (const auto& [g, version] : at->second) {
      if (at->first == key && !generation.empty() && g >= generation) continue;
      if (page.size() == limit) return page;
      page.push_back(*version);
    }
  return page;
}

std::vector<AdoptedVersion> AdoptionLedger::of_key(const ObjectKey& key) {
  std::vector<AdoptedVersion> found;
  const std::lock_guard lock(mutex_);
  const auto at = keys_.find(key);
  if (at == keys_.end()) return found;
  found.reserve(at->second.size());
  for (const auto& [g, version] : at->second) found.push_back(*version);
  return found;
}

std::vector<AdoptedVersion> AdoptionLedger::all() {
  std::vector<AdoptedVersion> found;
  const std::lock_guard lock(mutex_);
  found.reserve(versions_.size());
  for (const auto& [g, version] : versions_) found.push_back(version);
  return found;
}

std::size_t AdoptionLedger::size() {
  const std::lock_guard lock(mutex_);
  return versions_.size();
}

std::uint64_t AdoptionLedger::staged_bytes() {
  const std::lock_guard lock(mutex_);
  return staged_bytes_;
}

bool AdoptionLedger::replayed(const Fields& fields) {
  const std::string& verb = fields.front();
  if (fields.size() < 2) return false;
  if (verb == "adopt") {
    auto version = version_of(fields);
    if (!version) return false;
    insert(*std::move(version));
    return true;
  }
  if (verb == "gone") {
    erase(fields[1]);
    return true;
  }
  if (verb == "seen" && is_generation(fields[1])) {
    newest_ = std::max(newest_, fields[1]);
    generations_.after(fields[1]);
    return true;
  }
  if (verb != "offer" || fields.size() != 5) return false;
  AdoptedVersion offered;
  offered.generation = fields[1];
  offered.offered_bucket = fields[2];
  offered.offered_key = ObjectKey{fields[3]};
  offered.offered_ctime_ns = signed_number_of(fields[4]).value_or(0);
  note_offer(offered);
  return true;
}

std::string AdoptionLedger::snapshot() {
  const std::lock_guard lock(mutex_);
  std::string lines;
  if (!newest_.empty()) lines += line_of({"seen", newest_});
  for (const auto& [g, version] : versions_) {
    lines += line_of_version(version);
    if (version.is_offered()) lines += offer_line(version);
  }
  return lines;
}

void AdoptionLedger::insert(AdoptedVersion version) {
  erase(version.generation);
  if (version.generation > newest_) {
    newest_ = version.generation;
    generations_.after(newest_);
  }
  const auto at = versions_.emplace(version.generation, std::move(version)).first;
  const AdoptedVersion& held = at->second;
  if (held.place == AdoptedVersion::Place::kStaging) staged_bytes_ += held.size;
  if (held.place != AdoptedVersion::Place::kReview) keys_[held.key].emplace(held.generation, &held);
}

void AdoptionLedger::erase(const std::string& generation) {
  const auto at = versions_.find(generation);
  if (at == versions_.end()) return;
  if (const auto key = keys_.find(at->second.key); key != keys_.end()) {
    key->second.erase(generation);
    if (key->second.empty()) keys_.erase(key);
  }
  if (at->second.place == AdoptedVersion::Place::kStaging) staged_bytes_ -= at->second.size;
  versions_.erase(at);
}

}  // namespace scalper
