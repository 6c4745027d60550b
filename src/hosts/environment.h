#pragma once
// The one list of environment variables that the program reads; `scalper doctor --env` prints it.

#include <array>
#include <string>
#include <string_view>

namespace scalper {

struct EnvironmentVariable {
  std::string_view name;
  std::string_view fallback;
  std::string_view meaning;
};

inline constexpr std::array kEnvironment = {
    EnvironmentVariable{"SCALPER_DATA", "data", "the data folder; --data wins"},
    EnvironmentVariable{"SCALPER_LISTEN", "127.0.0.1:8080", "where the HTTP API listens; --listen wins"},
    EnvironmentVariable{"SCALPER_CONTRACTS", "", "the folder of contracts; --contracts wins; empty: <data>/contracts"},
    EnvironmentVariable{"SCALPER_PIPELINE", "default", "the pipeline's name in metrics and health"},
    EnvironmentVariable{"SCALPER_PUBLISH", "direct", "direct, or exact: every output copy is a fenced one"},
    EnvironmentVariable{"SCALPER_LOG_LEVEL", "info", "debug, info, warning or error"},
    EnvironmentVariable{"SCALPER_LOG", "",
                        "the log file, - for standard output; --log wins; empty: in the data folder"},
    EnvironmentVariable{"NOTIFY_SOCKET", "", "where systemd wants to be told that the gate is up, see sd_notify(3)"},
    EnvironmentVariable{"NO_COLOR", "", "not empty: no colours, as by https://no-color.org"},
    EnvironmentVariable{"TERM", "", "dumb: no colours and no progress line"},
};

// The variable's value, or its fallback where it is unset or empty. `name` is one of the list. Before any thread
// changes the environment, which none of ours does.
[[nodiscard]] std::string environment(std::string_view name);

}  // namespace scalper
