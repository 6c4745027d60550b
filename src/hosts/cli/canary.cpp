#include "hosts/cli/canary.h"

#include <optional>
#include <string>

#include "base/escape.h"
#include "model/file_id.h"
#include "ports/memory_source.h"

namespace scalper::cli {
namespace {

constexpr const char* kSubject = "canary";
constexpr const char* kPrefix = ".scalper-canary/";
constexpr Millis kLook{500};
constexpr Millis kDay{std::chrono::hours{24}};
constexpr std::size_t kNameChars = 16;

class Canary {
 public:
  Canary(Gate& gate, Diagnoses& said, const CanaryWish& wish)
      : gate_(gate), said_(said), wish_(wish), begun_(gate.clock.mono_now()) {}

  void fly() {
    if (!put()) return;
    const auto record = wait_for([this] { return final_record(); });
    if (!record) return say_lost();
    say_verdict(*record);
    const auto gone = wait_for([this]() -> std::optional<bool> {
      return gate_.objects.head(context_, sent_).failed_with(ErrorCode::kNotFound) ? std::optional(true) : std::nullopt;
    });
    if (!gone) {
      said_.fail(kSubject, "has a verdict, and lies in the input still", "allow the gate s3:DeleteObjectVersion there");
      remove(sent_);
    }
    if (record->target && !record->target->version.empty()) {
      const ObjectRef published{record->target->bucket, record->target->key, record->target->version};
      look_at(published);
      remove(published);
    }
    mark();
  }

 private:
  bool put() {
    const std::string now = format_rfc3339(gate_.clock.wall_now());
    const std::string text = "a canary of scalper doctor, " + now + "\n";
    MemorySource body(as_bytes(text));
    const ObjectKey key{kPrefix + now + "-" + gate_.new_owner().value().substr(0, kNameChars) + ".txt"};
    const auto put = gate_.objects.put(context_, gate_.settings.input, key, body, {}, "text/plain", true);
    if (!put.ok()) {
      said_.fail(
          kSubject, "could not be put into the input: " + put.error().message(),
          "allow yourself s3:PutObject on " + std::string(kPrefix) + "* there, and kms:GenerateDataKey of its key");
      return false;
    }
    sent_ = put->ref;
    id_ = file_id(sent_);
    said_.ok(kSubject, "was put into the input as " + escape_text(sent_.key.value()));
    return true;
  }

  // Asks until there is an answer or the patience is over.
  template <class Ask>
  auto wait_for(const Ask& ask) -> decltype(ask()) {
    for (;;) {
      if (auto answer = ask()) return answer;
      if (gate_.clock.mono_now() - begun_ >= wish_.patience) return std::nullopt;
      if (wish_.pause)
        wish_.pause();
      else
        gate_.clock.sleep_until(context_, gate_.clock.mono_now() + kLook);
    }
  }

  std::optional<FileRecord> final_record() {
    const auto record = gate_.records.get(context_, id_);
    if (!record.ok() || !*record || !is_final(**record)) return std::nullopt;
    return **record;
  }

  void say_lost() {
    const auto record = gate_.records.get(context_, id_);
    const std::string waited = "within " + std::to_string(wish_.patience.count() / 1000) + " s";
    if (!record.ok()) {
      said_.fail(kSubject, "its record cannot be read: " + record.error().message(), "allow yourself dynamodb:GetItem");
    } else if (!*record) {
      said_.fail(
          kSubject, "no event of it reached the gate " + waited,
          "the bucket's notification, the queue's policy, and a function mapped to the queue or 'scalper worker'");
    } else {
      const FileRecord& stands = **record;
      said_.fail(kSubject,
                 "is " + std::string(to_string(stands.status)) + " and has no verdict " + waited +
                     (stands.last_error.empty() ? "" : "; the last try ended: " + stands.last_error),
                 "the function's log says more; --wait gives it longer");
    }
    remove(sent_);
  }

  void say_verdict(const FileRecord& record) {
    const auto took = std::chrono::duration_cast<Millis>(gate_.clock.mono_now() - begun_).count();
    const std::string says = "is " + std::string(to_string(record.status)) + " after " + std::to_string(took / 1000) +
                             "." + std::to_string(took % 1000 / 100) + " s";
    const bool published = record.target && !record.target->version.empty();
    if (record.status == FileStatus::kFailed)
      return said_.fail(kSubject, says + (record.last_error.empty() ? "" : ": " + record.last_error),
                        "allow the gate what the error names");
    said_.ok(kSubject, says + (published ? ", at " + escape_text(record.target->bucket.value(), 255) + "/" +
                                               escape_text(record.target->key.value())
                                         : ""));
  }

  void look_at(const ObjectRef& published) {
    const auto info = gate_.objects.head(context_, published);
    if (!info.ok())
      return said_.warn(kSubject, "what was published cannot be looked at: " + info.error().message(),
                        "allow yourself s3:GetObjectVersion; or a consumer was faster");
    said_.ok("store", info->crc64nvme ? "states checksums of whole objects"
                                      : "states no checksum of a whole object: each copy is read back once");
  }

  void remove(const ObjectRef& ref) {
    const auto removed = gate_.objects.remove_version(context_, ref, Seal{});
    const std::string place = escape_text(ref.bucket.value(), 255) + "/" + escape_text(ref.key.value());
    if (!removed.ok())
      return said_.warn(kSubject, "lies at " + place + " and could not be removed: " + removed.error().message(),
                        "allow yourself s3:DeleteObjectVersion, or remove it");
    said_.ok(kSubject, "was removed from " + escape_text(ref.bucket.value(), 255));
  }

  // Somebody else may write the record at that moment: read and written again then.
  void mark() {
    Result<void> done = Error(ErrorCode::kNotFound, "it is gone");
    for (int tries = 0; tries < 3 && !done.ok(); ++tries) {
      const auto record = final_record();
      if (!record) break;
      FileRecord marked = *record;
      marked.expires_at = gate_.clock.wall_now() + kDay;
      marked.revision = record->revision + 1;
      done = gate_.records.put(context_, marked, WriteGuard::if_revision(record->revision));
    }
    if (done.ok()) return said_.ok(kSubject, "its record " + id_.value() + " is marked to expire in a day");
    said_.warn(kSubject, "its record " + id_.value() + " could not be marked to expire: " + done.error().message(),
               "it expires with the others");
  }

  Gate& gate_;
  Diagnoses& said_;
  const CanaryWish& wish_;
  const CallContext context_;
  const MonoTime begun_;
  ObjectRef sent_;
  FileId id_;
};

}  // namespace

void send_canary(Gate& gate, Diagnoses& said, const CanaryWish& wish) { Canary(gate, said, wish).fly(); }

}  // namespace scalper::cli
