#pragma once
// Which type a content has, and whether its name agrees. Content decides; where content cannot tell (text), the name,
// then what the sender declared, then what the contract allows.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "validate/detect/container_look.h"
#include "validate/detect/magic.h"
#include "validate/detect/types.h"

namespace scalper {

struct TypeQuestion {
  std::string_view head;      // the first kHeadBytes, or all there is
  bool whole = false;         // there is nothing behind the head
  std::string_view name;      // of the file or member
  std::string_view stated;    // a media type that whoever asks stands for, instead of the name's; "" = none
  std::string_view declared;  // by the sender; "" = none
  const std::vector<std::string>* allowed = nullptr;  // by the contract; null or empty = any
};

struct TypeAnswer {
  enum class Name : std::uint8_t {
    kAgrees,   // or says nothing
    kDiffers,  // `expected` is what it says
  };
  const ContentType* type = nullptr;  // null: of no type that is known
  Name name = Name::kAgrees;
  const ContentType* expected = nullptr;  // by name or statement; null: it says nothing
  bool declared_differs = false;          // the sender declared a type of the table, and another one
  bool utf16 = false;                     // a text, but of an encoding that is not checked
};

[[nodiscard]] TypeAnswer detect_type(const TypeQuestion& question);
// The same for a zip archive whose members were seen; of the question only name, stated and declared are looked at. A
// container that is called a zip archive is one; what is called a container and is not is another thing.
[[nodiscard]] TypeAnswer container_type(const TypeQuestion& question, const ContainerLook& look);

}  // namespace scalper
