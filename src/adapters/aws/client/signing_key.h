#pragma once
// The key that signs one day's calls of one service in one region: four HMACs derive it from the secret, so it is kept.

#include <memory>
#include <string>
#include <string_view>

namespace scalper::aws {

class SigningKey {
 public:
  // This thread's; the last few are kept, the reference is good until the next call of of() by this thread.
  [[nodiscard]] static const SigningKey& of(std::string_view secret, std::string_view day, std::string_view region,
                                            std::string_view service);

  SigningKey(std::string_view secret, std::string_view day, std::string_view region, std::string_view service);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  // HMAC-SHA-256 in lower-case hexadecimal.
  [[nodiscard]] std::string sign(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scalper::aws
