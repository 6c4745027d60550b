#pragma once
// The one list of metrics; every exporter and every alarm is tested against it. Its neighbours log_events.h and
// alarm_rules.h are those of log lines and alarms; telemetry_json.h prints all three.

#include <array>
#include <cstdint>
#include <string_view>

namespace scalper::names {

inline constexpr std::string_view kNamespace = "SilentScalper";  // in CloudWatch; dimensions Pipeline, and Contract

inline constexpr std::string_view kFilesValid = "FilesValid";
inline constexpr std::string_view kFilesInvalid = "FilesInvalid";
inline constexpr std::string_view kFilesUnverifiable = "FilesUnverifiable";
inline constexpr std::string_view kFilesFailed = "FilesFailed";
inline constexpr std::string_view kBytesValidated = "BytesValidated";
inline constexpr std::string_view kValidateDuration = "ValidateDuration";  // ms
inline constexpr std::string_view kProcessDuration = "ProcessDuration";    // ms
inline constexpr std::string_view kArrivalToVerdict = "ArrivalToVerdict";  // ms
inline constexpr std::string_view kSweepFindings = "SweepFindings";
inline constexpr std::string_view kPausedSweeps = "PausedSweeps";
inline constexpr std::string_view kColdStart = "ColdStart";
inline constexpr std::string_view kThrottles = "Throttles";  // answers of a service that asked for fewer requests
inline constexpr std::string_view kRetries = "Retries";      // requests to a service that were made again
inline constexpr std::string_view kAlarms = "Alarms";        // alarms of a gate on one machine that went off

inline constexpr std::array kCounters = {
    kFilesValid,   kFilesInvalid, kFilesUnverifiable, kFilesFailed, kBytesValidated, kSweepFindings,
    kPausedSweeps, kColdStart,    kThrottles,         kRetries,     kAlarms};
inline constexpr std::array kDistributions = {kValidateDuration, kProcessDuration, kArrivalToVerdict};

enum class Unit : std::uint8_t { kCount, kBytes, kMillis };

[[nodiscard]] constexpr Unit unit_of(std::string_view metric) {
  for (const std::string_view distribution : kDistributions)
    if (metric == distribution) return Unit::kMillis;
  return metric == kBytesValidated ? Unit::kBytes : Unit::kCount;
}

// What a counter or a distribution tells, as one sentence; empty for a name that is none of them.
[[nodiscard]] constexpr std::string_view meaning_of(std::string_view metric) {
  if (metric == kFilesValid) return "Files that ended valid, or were released.";
  if (metric == kFilesInvalid) return "Files that ended invalid.";
  if (metric == kFilesUnverifiable) return "Files that could not be checked wholly.";
  if (metric == kFilesFailed) return "Files that could not be finished.";
  if (metric == kBytesValidated) return "Bytes of files that reached a verdict.";
  if (metric == kSweepFindings) return "What sweeps found that no event had announced or finished.";
  if (metric == kPausedSweeps) return "Sweeps that found the gate paused.";
  if (metric == kColdStart) return "Starts of the process.";
  if (metric == kThrottles) return "Answers of AWS that asked for fewer requests.";
  if (metric == kAlarms) return "Alarms that went off; on AWS CloudWatch has them.";
  if (metric == kRetries) return "Requests to AWS that were made again.";
  if (metric == kValidateDuration) return "Time that validation took.";
  if (metric == kProcessDuration) return "Time from the claim to the final record.";
  if (metric == kArrivalToVerdict) return "Time from the first sight of a file to its final record.";
  return {};
}

// Gauges of a gate on one machine, asked for when somebody scrapes. On AWS the services have metrics of their own.
struct GaugeName {
  std::string_view name;
  std::string_view meaning;
  std::string_view label = {};  // one, or none
};

inline constexpr GaugeName kBuildInfo = {"scalper_build_info", "Always 1; the label says what runs.", "version"};
inline constexpr GaugeName kQueueVisible = {"scalper_queue_visible", "Messages that wait."};
inline constexpr GaugeName kQueueInFlight = {"scalper_queue_in_flight", "Messages in work."};
inline constexpr GaugeName kDeadLetters = {"scalper_dead_letters", "Messages that were given up."};
inline constexpr GaugeName kQueueAge = {"scalper_queue_age_seconds",
                                        "Age of the oldest message that waits or is in work; 0 where there is none."};
inline constexpr GaugeName kAdoptedWaiting = {"scalper_adopted_waiting",
                                              "Files taken from the inbox and not yet published."};
inline constexpr GaugeName kInboxWaiting = {"scalper_inbox_waiting",
                                            "Names in the inbox that are looked at, or will be."};
inline constexpr GaugeName kInboxWatches = {"scalper_inbox_watches", "Folders of the inbox that are watched."};
inline constexpr GaugeName kInboxBlind = {"scalper_inbox_blind", "1: some folders are not watched, only scanned."};
inline constexpr GaugeName kInvalidRatio = {"scalper_invalid_ratio",
                                            "Of files with a verdict since the start, the share that is invalid."};
inline constexpr GaugeName kLogLinesLost = {"scalper_log_lines_lost",
                                            "Log lines that could not be written since the start."};

// A histogram of a gate on one machine, labels "route" and "status" ("2xx").
inline constexpr GaugeName kApiRequests = {"scalper_api_request_duration_seconds",
                                           "Time that a request to the API took, without what it waited for a file.",
                                           "route status"};

inline constexpr std::array kGauges = {kBuildInfo,  kQueueVisible,   kQueueInFlight, kDeadLetters,
                                       kQueueAge,   kAdoptedWaiting, kInboxWaiting,  kInboxWatches,
                                       kInboxBlind, kInvalidRatio,   kLogLinesLost};

}  // namespace scalper::names
