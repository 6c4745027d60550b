// max-mapper/csv-spectrum: each table has a JSON twin that holds its rows.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "support/check_layer.h"
#include "support/csv_traces.h"
#include "support/suites.h"
#include "validate/formats/csv.h"

namespace scalper::tests {
namespace {

namespace json = boost::json;

// The rows as objects by header, as the twins have them.
json::array as_objects(const CsvRows& rows) {
  json::array objects;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    json::object row;
    for (std::size_t c = 0; c < rows[i].size(); ++c) row[rows[0].at(c)] = rows[i][c];
    objects.push_back(std::move(row));
  }
  return objects;
}

// One twin is no list of rows and has another telephone number than its table: its own slip, set right here.
json::value twin_of(const std::filesystem::path& table) {
  const std::string text = read_file(table.parent_path().parent_path() / "json" / (table.stem().string() + ".json"));
  json::value twin = json::parse(text);
  if (table.stem() == "location_coordinates") {
    EXPECT_EQ(twin.at("Contact Phone Number"), "1234567890");
    twin.as_object()["Contact Phone Number"] = "2095257564";
    twin = json::array{twin};
  }
  return twin;
}

TEST(SuiteCsvSpectrum, ReadsTheRowsOfTheJsonTwins) {
  SCALPER_SUITE_OR_SKIP(folder, "csv-spectrum");
  int equal = 0;
  for (const auto& path : files_in(*folder / "csvs")) {
    const std::string text = read_file(path);
    const json::value twin = twin_of(path);
    for_each_cut(text,
                 [&](const Chunks& chunks) { ASSERT_EQ(json::value(as_objects(csv_rows(chunks))), twin) << path; });
    ++equal;
  }
  EXPECT_EQ(equal, 12);
}

TEST(SuiteCsvSpectrum, AcceptsAll) {
  SCALPER_SUITE_OR_SKIP(folder, "csv-spectrum");
  for (const auto& path : files_in(*folder / "csvs")) {
    static_cast<void>(briefs_of(make_csv_checker, read_file(path)));
    for (const Finding& finding : findings_of(make_csv_checker, {read_file(path)})) {
      // The quotes in unquoted coordinates are read as they stand and warned of.
      EXPECT_EQ(finding.code, "csv.bare_quote") << path << ": " << finding.message;
    }
  }
}

}  // namespace
}  // namespace scalper::tests
