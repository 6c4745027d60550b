#pragma once
// What a contract that is made of samples is called, and which keys it judges, where nobody said it.

#include <string>
#include <string_view>
#include <vector>

namespace scalper::cli {

// Letters, digits, '.', '_' and '-', at most 64 of them, the first no mark; not "builtin".
[[nodiscard]] bool is_contract_name(std::string_view text);
// The nearest one to what a file or folder is called; empty: nothing of it is left.
[[nodiscard]] std::string as_contract_name(std::string_view text);
// "a/orders.csv.gz" -> "orders".
[[nodiscard]] std::string stem_of(std::string_view path);

struct ContractNaming {
  std::string name;
  std::string prefix;  // ends in '/'
  std::string why;     // "the folder of the samples": where the prefix was taken from
};

// Of the paths of samples as they were typed or found; at least one. The first that there is: the place below the
// folders of a gate ("data/input/orders/a.csv" where data/.scalper is), the nearest folder around all of a relative
// path whose name is more than a date ("samples/orders/2026/a.csv" -> "orders"), what the files' names have in common
// before a date or number ("orders_2026-01.csv" -> "orders").
[[nodiscard]] ContractNaming naming_of(const std::vector<std::string>& paths);

}  // namespace scalper::cli
