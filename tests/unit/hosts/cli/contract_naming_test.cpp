// What a contract is called and which keys it judges, if nobody said it.
#include "hosts/cli/contract_naming.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/suites.h"
#include "support/temp_dir.h"

namespace scalper::cli {
namespace {

struct Case {
  std::vector<std::string> paths;
  std::string name;
  std::string prefix;
};

TEST(ContractNaming, IsTheFolderOrElseWhatComesBeforeADate) {
  const std::vector<Case> cases = {
      {{"orders/orders_2026-01.csv"}, "orders", "orders/"},
      {{"./orders/a.csv"}, "orders", "orders/"},
      {{"samples/orders/2026/11/a.csv"}, "orders", "orders/"},
      {{"in/orders/a.csv", "in/orders/2026/b.csv"}, "orders", "orders/"},
      {{"in/a/1.csv", "in/b/1.csv"}, "in", "in/"},
      {{"my files/a.csv"}, "my-files", "my files/"},
      {{"orders_2026-01.csv"}, "orders", "orders/"},
      {{"/somewhere/else/orders_2026-01.csv"}, "orders", "orders/"},
      {{"../else/orders-20260101.csv.gz"}, "orders", "orders/"},
      {{"orders-2026-01-final.csv"}, "orders", "orders/"},
      {{"orders7.csv"}, "orders", "orders/"},
      {{"s3log.json"}, "s3log", "s3log/"},
      {{"2026-11-20.csv"}, "2026-11-20", "2026-11-20/"},
      {{"2026/2026-11-20.csv"}, "2026-11-20", "2026-11-20/"},
      {{"orders-1.csv", "orders-2.csv"}, "orders", "orders/"},
      {{"a.csv", "b.csv"}, "samples", "samples/"},
      {{"set.csv"}, "set-files", "set-files/"},
  };
  for (const Case& one : cases) {
    const ContractNaming naming = naming_of(one.paths);
    EXPECT_EQ(naming.name, one.name) << one.paths[0];
    EXPECT_EQ(naming.prefix, one.prefix) << one.paths[0];
    EXPECT_TRUE(is_contract_name(naming.name)) << naming.name;
  }
}

TEST(ContractNaming, IsThePlaceInTheFoldersOfAGate) {
  const TempDir folder{memory_folder()};
  const std::string data = (folder.path() / "data").string();
  std::filesystem::create_directories(data + "/.scalper");
  const ContractNaming naming = naming_of({data + "/input/partners/acme/2026/a.csv"});
  EXPECT_EQ(naming.prefix, "partners/acme/2026/");
  EXPECT_EQ(naming.name, "acme");
  EXPECT_EQ(naming_of({data + "/input/orders_1.csv"}).prefix, "orders/") << "it lies in no folder there";
  EXPECT_EQ(naming_of({folder.path().string() + "/input/acme/a.csv"}).prefix, "a/") << "no gate's folder";
}

}  // namespace
}  // namespace scalper::cli
