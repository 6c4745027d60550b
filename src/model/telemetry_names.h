#pragma once
// The one list of metric and log names; every exporter and every alarm is tested against it.

#include <array>
#include <cstdint>
#include <string_view>

namespace scalper::names {

inline constexpr std::string_view kFilesValid = "FilesValid";
inline constexpr std::string_view kFilesInvalid = "FilesInvalid";
inline constexpr std::string_view kFilesUnverifiable = "FilesUnverifiable";
inline constexpr std::string_view kFilesFailed = "FilesFailed";
inline constexpr std::string_view kBytesValidated = "BytesValidated";
inline constexpr std::string_view kValidateDuration = "ValidateDuration";  // ms
inline constexpr std::string_view kProcessDuration = "ProcessDuration";    // ms
inline constexpr std::string_view kArrivalToVerdict = "ArrivalToVerdict";  // ms
inline constexpr std::string_view kSweepFindings = "SweepFindings";
inline constexpr std::string_view kColdStart = "ColdStart";
inline constexpr std::string_view kThrottles = "Throttles";  // answers of a service that asked for fewer requests
inline constexpr std::string_view kRetries = "Retries";      // requests to a service that were made again

inline constexpr std::array kCounters = {kFilesValid,  kFilesInvalid,   kFilesUnverifiable,
                                         kFilesFailed, kBytesValidated, kSweepFindings,
                                         kColdStart,   kThrottles,      kRetries};
inline constexpr std::array kDistributions = {kValidateDuration, kProcessDuration, kArrivalToVerdict};

enum class Unit : std::uint8_t { kCount, kBytes, kMillis };

[[nodiscard]] constexpr Unit unit_of(std::string_view metric) {
  for (const std::string_view distribution : kDistributions)
    if (metric == distribution) return Unit::kMillis;
  return metric == kBytesValidated ? Unit::kBytes : Unit::kCount;
}

}  // namespace scalper::names
