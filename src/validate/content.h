#pragma once
// One layer's content: which type it has, whether that is right, and the checker of that type. The received file is a
// content, and so is what a decoder makes of one.

#include <memory>
#include <optional>
#include <string>

#include "validate/checker.h"
#include "validate/detect/container_look.h"
#include "validate/detect/detect.h"
#include "validate/formats/transcoding.h"
#include "validate/safety/polyglot.h"

namespace scalper {

// What others say about the type of a content. A compression passes it on to what is inside where it means that.
struct TypeClaims {
  std::string stated;    // by whoever asks, instead of the name; "" = nothing
  std::string declared;  // by the sender; "" = nothing
};

class Content final : public Checker {
 public:
  // `layer` outlives it. Its budget gives the bytes that are held until the type is known.
  Content(const Layer& layer, TypeClaims claims);

  FeedAnswer feed(Bytes chunk) override;
  void finish() override;
  // Null until it is known, or if it is none that is known here. What a zip archive is a container of is known behind
  // finish().
  [[nodiscard]] const ContentType* type() const { return type_; }

 private:
  FeedAnswer look_at(Bytes chunk);
  FeedAnswer pass_on(Bytes bytes);
  // What of `chunk` may still come by `archive.max_total`; `over` if that is not all.
  [[nodiscard]] Bytes within_total(Bytes chunk, bool& over);
  void end_over_total();
  // The head is there: what is it?
  void decide(std::string_view head, bool whole);
  void report_type(const TypeAnswer& answer);
  // A zip archive has told what it is a container of.
  void settle_container();
  // Whether the contract lets the type be, which for a compression may be up to what is inside.
  void check_allowed(const ContentType& type);
  [[nodiscard]] bool is_allowed(const ContentType& type) const;
  void check_executable(const ContentType& type);
  void choose_checker(const TypeAnswer& answer, TypeClaims inside);
  void report_wide() const;
  // Of a text that is to be UTF-8, or of the contract's encoding.
  [[nodiscard]] std::unique_ptr<Checker> text_checker(const Layer& layer, const MakeChecker& make) const;

  const Layer& layer_;
  TypeClaims claims_;
  std::string head_;
  bool decided_ = false;
  std::string_view wide_;  // "UTF-16LE": what the text seems to be; a constant
  const ContentType* type_ = nullptr;
  std::optional<ContractSettings> own_settings_;  // where the type demands others than the contract's
  std::optional<Layer> own_layer_;
  std::optional<ContainerLook> container_;
  const ContentType* named_ = nullptr;  // what the name or statement says, for as long as a zip archive is open
  std::optional<PolyglotLook> polyglot_;
  std::unique_ptr<Checker> checker_;  // null: nothing more to look at
  std::unique_ptr<Checker> learner_;  // of whoever watches; null: nobody
};

}  // namespace scalper
