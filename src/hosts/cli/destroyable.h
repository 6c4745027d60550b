#pragma once
// Whether a gate on AWS may be taken away without losing sight of a file: nothing waits in a queue, lies in the input,
// or is on its way. `scalper doctor --aws --destroyable`, which Terraform asks before it destroys.
// What lies in output and quarantine is not asked for: those buckets refuse to go by themselves while they hold
// objects.

#include "hosts/cli/aws_looks.h"
#include "pipeline/gate.h"

namespace scalper::cli {

// Fails for each message in it, those that are hidden or delayed too. SQS counts with a minute's delay ("Available
// CloudWatch metrics for Amazon SQS"), so that a verdict stands only for a gate whose senders have stopped. `what` says
// which queue. No URL: there is none.
void look_whether_empty(const Look& look, const std::string& url, const std::string& what);

// Fails while the input holds a version (the first ones are named) or a record is open.
void look_for_open_work(Gate& gate, Diagnoses& said);

}  // namespace scalper::cli
