#pragma once
// A whole set: what each file is, each contract by itself, and what they demand of each other.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "validate/contract/match_index.h"
#include "validate/schema/compiled_schema.h"

namespace scalper::grammar {

inline constexpr std::size_t kMostFiles = 10'000;
inline constexpr std::size_t kMostSetBytes = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kMostSchemaBytes = std::size_t{2} * 1024 * 1024;
inline constexpr std::size_t kMostSchemaDepth = 256;

// Used once.
class SetCompiler {
 public:
  explicit SetCompiler(const std::vector<ContractText>& files) : files_(files) {}
  [[nodiscard]] CompiledSet run();

 private:
  enum class Role : std::uint8_t { kContract, kSchema, kSet, kNeither };
  struct Schema {
    const ContractText* file = nullptr;
    bool used = false;
  };
  struct Named {
    std::string path;  // of the contract's file
    std::uint64_t line = 0;
  };

  [[nodiscard]] bool small_enough();
  void sort_out(const ContractText& file);
  [[nodiscard]] Role role_of(const ContractText& file, Lint& lint) const;
  void read_set_file(const ContractText& file, Lint& lint);
  void read_one(const ContractText& file);
  void resolve(ReadContract& read, ContractNode& tree, Lint& lint);
  [[nodiscard]] std::size_t errors_said() const;
  std::shared_ptr<const schema::CompiledTable> table_schema(const std::string& path, std::string_view text);
  // Null after an error. `digest` becomes that of all files that it takes.
  [[nodiscard]] std::shared_ptr<const schema::CompiledSchema> json_schema(const std::string& path, bool assert_formats,
                                                                          std::string& digest);
  void join(ReadContract read, std::string digest, Lint& lint);
  void finish();

  const std::vector<ContractText>& files_;
  CompiledSet set_;
  std::size_t errors_ = 0;
  Unmatched unmatched_ = Unmatched::kBuiltin;
  std::string set_file_;
  std::vector<const ContractText*> contracts_;
  std::map<std::string, Schema, std::less<>> schemas_;  // by path
  std::map<std::string, Named, std::less<>> names_;
  std::shared_ptr<MatchIndex> index_;
  std::unique_ptr<schema::SchemaFiles> schema_files_;
  std::map<std::string, std::shared_ptr<const schema::CompiledTable>, std::less<>> tables_;
  std::map<std::pair<std::string, bool>, std::shared_ptr<const schema::CompiledSchema>> compiled_;
};

// See validate/contract.h.
[[nodiscard]] std::vector<std::string> files_named_by(const ContractText& contract);

// One contract by itself, nothing said. Null: it is none.
[[nodiscard]] std::shared_ptr<const CompiledContract> compile_alone(std::string_view yaml);

}  // namespace scalper::grammar
