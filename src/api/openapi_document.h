#pragma once

#include <string_view>

namespace scalper::api {

// schemas/openapi.yaml as it was when the program was built (cmake/embed.cmake).
[[nodiscard]] std::string_view openapi_document();

}  // namespace scalper::api
