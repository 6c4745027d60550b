#pragma once
// What of an SVG image a browser runs (SVG 2, chapter 15, "Scripting and Interactivity"; HTML, "javascript: URLs").

#include <span>
#include <string_view>

namespace scalper {

// The name without its prefix.
[[nodiscard]] std::string_view local_name(std::string_view name);

// "has an attribute that is run at an event", for a message; empty: nothing of this element and its attributes runs.
// `attributes`: names and values in turn.
[[nodiscard]] std::string_view svg_script(std::string_view name, std::span<const char* const> attributes);

}  // namespace scalper
