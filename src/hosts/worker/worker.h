#pragma once
// `scalper worker`: takes events from the queue itself instead of being a Lambda. For containers and machines, for
// files that take longer than a Lambda may run, and for stores that speak S3.

#include <functional>
#include <stop_token>
#include <string>

namespace scalper::worker {

struct WorkerOptions {
  std::string records;   // a folder for records in SQLite; empty: the table of the settings
  unsigned threads = 0;  // files at once; 0: twice the cores, from 4 to 32
};

// Works until the stop token fires; what is in work then is finished or handed back. Settings come from the environment
// (hosts/environment.h). Without a queue the sweep alone finds files. Answers an exit code; `complain` is told why.
[[nodiscard]] int work(const WorkerOptions& options, const std::stop_token& stop,
                       const std::function<void(const std::string&)>& say,
                       const std::function<void(const std::string&)>& complain);

}  // namespace scalper::worker
