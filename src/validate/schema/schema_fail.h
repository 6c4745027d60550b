#pragma once
// How an evaluation says that its value does not match; for the files of SchemaRun alone.

#include "validate/schema/schema_run.h"
#include "validate/schema/sentences.h"

namespace scalper::schema {

template <class Say>
void SchemaRun::fail(Evaluation& one, Keyword keyword, const Where& where, Say say, std::string_view member) {
  one.failed = true;
  if (one.reason.node == nullptr) one.reason = {one.node, keyword, where.byte};
  if (one.want == Want::kVerdict) return;
  const bool kept = layer_.keeps(where.byte);
  if (one.want == Want::kReported) {
    if (!kept) return layer_.count(Severity::kError);
    Finding finding = finding_of(*one.node, keyword, where, say(), member);
    return layer_.report(finding.code, finding.severity, std::move(finding.message), std::move(finding.location));
  }
  ++one.more().held_total;
  if (kept) hold(*frames_[open_ - 1], one, finding_of(*one.node, keyword, where, say(), member));
}

}  // namespace scalper::schema
