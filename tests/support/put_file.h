#pragma once

#include <boost/json.hpp>
#include <string>

#include "support/served_gate.h"

namespace scalper {

// A file sent by PUT: its status, and the codes of its findings behind it.
inline std::string put_file(const ServedGate& served, const std::string& key, const std::string& bytes) {
  RawConnection connection(served.path);
  connection.send("PUT /v1/files/" + key +
                  " HTTP/1.1\r\nHost: gate\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n" + bytes);
  const std::string answer = connection.answer();
  const auto record = boost::json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  std::string text(record.at("status").as_string());
  for (const auto& finding : record.at("verdict").at("findings").as_array())
    text += " " + std::string(finding.at("code").as_string());
  return text;
}

}  // namespace scalper
