#pragma once
// Result<T>: a value or an Error (GCC 12 has no std::expected). Result<void> is "done" or an Error.

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/error.h"

namespace scalper {

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Asking for the side that is not there is a defect of the caller.
  [[nodiscard]] T& value() & {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  [[nodiscard]] const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // True if this is an Error with that code.
  [[nodiscard]] bool failed_with(ErrorCode code) const { return !ok() && error().code() == code; }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const {
    assert(!ok());
    return *error_;
  }
  [[nodiscard]] bool failed_with(ErrorCode code) const { return !ok() && error().code() == code; }

 private:
  std::optional<Error> error_;
};

}  // namespace scalper

#define SCALPER_CONCAT_IMPL(a, b) a##b
#define SCALPER_CONCAT(a, b) SCALPER_CONCAT_IMPL(a, b)

// SCALPER_TRY(expr): returns the Error of `expr` from the enclosing function, or goes on.
#define SCALPER_TRY(expr)                                                                  \
  do {                                                                                     \
    if (auto scalper_status = (expr); !scalper_status.ok()) return scalper_status.error(); \
  } while (false)

// SCALPER_TRY_ASSIGN(auto x, expr): the same, and on success declares or assigns x from the value.
#define SCALPER_TRY_ASSIGN(target, expr) \
  SCALPER_TRY_ASSIGN_IMPL(SCALPER_CONCAT(scalper_result_, __LINE__), target, expr)
#define SCALPER_TRY_ASSIGN_IMPL(result, target, expr) \
  auto result = (expr);                               \
  if (!result.ok()) return result.error();            \
  target = std::move(result).value()
