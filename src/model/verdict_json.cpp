#include "model/verdict_json.h"

#include <boost/json.hpp>

#include "model/json_parts.h"

namespace scalper {

std::string verdict_to_json(const Verdict& verdict) {
  boost::json::object object;
  put_verdict(object, verdict);
  return boost::json::serialize(object);
}

}  // namespace scalper
