// The verbs against a running gate, over its socket.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "hosts/cli/program.h"
#include "model/file_id.h"
#include "pipeline/worker.h"
#include "support/companions.h"
#include "support/served_gate.h"

namespace scalper {
namespace {

using std::string;

struct Ended {
  int code;
  string out;
  string err;
};

struct Cli : testing::Test {
  ServedGate served;
  MemoryGate& memory = served.memory;

  Ended run(std::vector<string> words, bool with_data = true) const {
    std::ostringstream out;
    std::ostringstream err;
    cli::Terminal terminal({out, err, false, false});
    if (with_data) words.insert(words.end(), {"--data", served.dir.path().string()});
    const int code = cli::run_program(words, terminal, {}, "1.2.3");
    return {code, out.str(), err.str()};
  }
  void expect(std::vector<string> words, int code, const string& printed, const string& complained = "") {
    const Ended ended = run(words);
    string line;
    for (const string& word : words) line += word + " ";
    EXPECT_EQ(ended.code, code) << line << ended.err;
    EXPECT_TRUE(std::regex_search(ended.out, std::regex(printed))) << line << "\n" << ended.out;
    EXPECT_TRUE(std::regex_search(ended.err, std::regex(complained))) << line << "\n" << ended.err;
  }
  FileId arrive(const string& key, const string& bytes) {
    const ObjectEvent event = memory.upload(key, bytes);
    memory.announce(event);
    memory.run_until_idle();
    return file_id(event.ref);
  }
  // Gives what is in the queue back until so many messages are dead letters.
  void let_die(std::uint64_t letters) {
    for (int tries = 0; tries < 10'000; ++tries) {
      const auto taken = memory.queue.receive(memory.context(), 10, memory.settings.visibility, Millis{0});
      ASSERT_TRUE(taken.ok());
      for (const Delivery& one : *taken)
        ASSERT_TRUE(memory.queue.give_back(memory.context(), one.receipt, Millis{0}).ok());
      const auto depth = memory.queue.depth(memory.context());
      ASSERT_TRUE(depth.ok());
      if (depth->dead == letters) return;
    }
    FAIL() << "they do not die";
  }
  static string bad_bytes() { return string("\x00\xff\xfe", 3); }
};

TEST_F(Cli, SaysWhichChecksumFileWasUsed) {
  const ContractSet set = tests::orders_contract("", "require: sha256, from: sidecar");
  ASSERT_TRUE(memory.contract_source.publish(memory.context(), set).ok());
  const ObjectEvent sidecar = memory.upload("a.txt.sha256", tests::sha256_line("text", "a.txt"));
  memory.announce(sidecar);
  const auto first = memory.queue.receive(memory.context(), 4, memory.settings.visibility, Millis{0});
  ASSERT_TRUE(first.ok());
  process_batch(served.gate, memory.context(), *first);
  expect({"explain", file_id(sidecar.ref).value()}, 0, "It waits for a.txt, which it names");
  const FileId file = arrive("a.txt", "text");
  expect({"status", file.value()}, 0, "checksum of +a.txt.sha256 \\(version .*, sha256 [0-9a-f]{12}\\)");
  expect({"explain", file.value()}, 0, "Its checksum was stated by a.txt.sha256 ");
  expect({"explain", file_id(sidecar.ref).value()}, 0, "is companion. A checksum file or manifest");
}

TEST_F(Cli, LooksAtFiles) {
  const FileId good = arrive("orders/a.txt", "text");
  arrive("orders/bad.bin", bad_bytes());
  expect({"ls"}, 0, "unverifiable .*orders/bad.bin[\\s\\S]*valid .*orders/a.txt");
  expect({"ls", "--status", "valid"}, 0, "orders/a.txt\n$");
  expect({"ls", "--prefix", "other/"}, 0, "^no files\n$");
  expect({"ls", "--limit", "1"}, 0, "more: --cursor ");
  expect({"ls", "--status", "nice"}, 64, "^$", "must be one of open, received, .*rejected, not \"nice\"\n$");
  expect({"ls", "--status", "vaild"}, 64, "^$", "not \"vaild\"; did you mean \"valid\"\\?");
  expect({"ls", "--status", "relesed"}, 64, "^$", "did you mean \"released\"\\?");
  expect({"ls", "--json"}, 0, "^\\{\"index\":\"final\"");
  expect({"status", "orders/a.txt"}, 0, "^status +valid\n[\\s\\S]*lies at +output/orders/a.txt");
  expect({"status", good.value()}, 0, "^status +valid");
  expect({"status", "--json", good.value()}, 0, "\"status\":\"valid\"");
  expect({"status", "nothing/here"}, 66, "^$", "no final file has the key");
  expect({"status", string(26, 'a')}, 66, "^$", "no file has the id");
  expect({"status", "--wait", "99", good.value()}, 64, "^$", "wait");
  expect({"explain", "orders/bad.bin"}, 0,
         "is unverifiable\\.[\\s\\S]*it lies in quarantine[\\s\\S]*Its bytes lie at "
         "quarantine/orders/[a-z2-7]{26}--bad.bin\\.\n"
         "[\\s\\S]*scalper release --note WHY --data " +
             served.dir.path().string() + " [a-z2-7]{26}\n");
  expect({"queue"}, 0, "^0 waiting, 0 in work, 0 given up");
}

TEST_F(Cli, FindsAKeyThatIsNoTextAndSaysWhatItsFileIsCalled) {
  arrive("in/a\xff%.txt", "text");
  expect({"status", "in/a\xff%.txt"}, 0, "^status +valid\n[\\s\\S]*lies at +output/in/a%FF%25.txt\n");
}

TEST_F(Cli, ListsDeadLetters) {
  for (const string body : {"first letter", "second letter"})
    ASSERT_TRUE(memory.queue.send(memory.context(), body, Millis{0}).ok());
  let_die(2);
  expect({"queue"}, 0, "2 given up.*\n.* after 5 tries  first letter\n.* after 5 tries  second letter\n$");
  expect({"redrive", "--limit", "1"}, 0, "^1 messages are back in the queue\n$");
  expect({"queue"}, 0, "1 given up");
  expect({"redrive", "--json"}, 0, "^\\{\"redriven\":1\\}\n$");
}

TEST_F(Cli, RedrivesMoreThanOneRequestDoes) {
  for (int i = 0; i < 250; ++i)
    ASSERT_TRUE(memory.queue.send(memory.context(), "letter " + std::to_string(i), Millis{0}).ok());
  let_die(250);
  expect({"redrive", "--limit", "240"}, 0, "^240 messages");
  expect({"redrive"}, 0, "^10 messages");
}

TEST_F(Cli, ReviewsFiles) {
  arrive("a", bad_bytes());
  arrive("b", bad_bytes());
  expect({"release", "a"}, 64, "^$", "needs --note");
  expect({"release", "--wait", "26", "--note", "agreed", "a"}, 64, "^$",
         "--wait takes a whole number of seconds from 0 to 25");
  expect({"release", "--wait", "0", "--note", "agreed", "a"}, 0, "accepted, still unverifiable",
         "carried out by the gate.*'scalper status ID'");
  expect({"release", "--note", "agreed", "a"}, 77, "^$", "open already");
  expect({"reject", "--note", "no", "gone"}, 66, "^$");
  memory.run_until_idle();
  expect({"status", "a"}, 0, "^status +released[\\s\\S]*history\n[\\s\\S]*release by .*: agreed");
  expect({"release", "--note", "again", "a"}, 77, "^$", "released cannot be reviewed again: it lies in output");
  expect({"rerun", "--wait", "0", "--prefix", "b"}, 0, "  b  accepted");
  memory.run_until_idle();
  expect({"reject", "--wait", "0", "--note", "no", "b"}, 0, "accepted");
  memory.run_until_idle();
  expect({"rerun", "b"}, 77, "^$", "rejected cannot be reviewed again: its bytes stay in quarantine; .*as a new file");
  expect({"ls", "--status", "rejected"}, 0, "  b");
  expect({"rerun"}, 64, "^$", "for many");
  expect({"rerun", "--prefix", "zzz"}, 0, "nothing in quarantine");
  arrive("c/1", bad_bytes());
  arrive("c/2", bad_bytes());
  arrive("c/good", "text");
  expect({"release", "--prefix", "c/"}, 64, "^$", "needs --note");
  expect({"release", "--note", "x", "--dry-run", "c/1"}, 64, "^$", "goes with");
  expect({"release", "--note", "x", "--prefix", "c/", "--dry-run"}, 0,
         "c/[12]  would be accepted\n.*c/[12]  would be accepted\n$");
  expect({"release", "--note", "x", "--prefix", "c/", "--status", "valid"}, 77, "^$", "can only be rerun");
  expect({"release", "--note", "x", "--prefix", "c/", "--status", "good"}, 64, "^$", "status");
  expect({"release", "--note", "x", "--prefix", "c/", "--code", "csv.row_width"}, 0, "nothing in quarantine", "^$");
  expect({"release", "--note", "x", "--prefix", "c/", "--code", "csv.row_widht"}, 0, "nothing in quarantine",
         "did you mean \"csv.row_width\"\\?");
  expect({"release", "--wait", "0", "--note", "x", "--prefix", "c/"}, 0, "c/[12]  accepted[\\s\\S]*c/[12]  accepted");
  memory.run_until_idle();
  expect({"ls", "--status", "released", "--prefix", "c/"}, 0, "c/2[\\s\\S]*c/1|c/1[\\s\\S]*c/2");
}

TEST_F(Cli, Operates) {
  memory.upload("late", "text");
  expect({"backfill"}, 64, "^$", "needs --prefix");
  expect({"backfill", "--prefix", "", "--dry-run"}, 0, "1 would be taken over");
  expect({"sweep"}, 0, "1 versions looked at: 1 announced");
  expect({"pause", "--note", "lunch"}, 0, "^paused");
  expect({"doctor"}, 0, "paused");
  expect({"resume"}, 0, "^running");
  expect({"audit"}, 0, "0 stray");
  expect({"redrive"}, 0, "0 messages");
  for (const char* limit : {"x", "0", "1000001", ""}) expect({"redrive", "--limit", limit}, 64, "^$", "--limit");
  std::ofstream(served.dir.path() / "input-is-no-contract.yaml") << "contract: [\n";
  expect({"contract", "publish", served.dir.path().string()}, 65, "^$", "refused");
}

TEST_F(Cli, AuditNamesStrays) {
  const FileId id = arrive("a", "text");
  ASSERT_TRUE(memory.records.remove(memory.context(), id, WriteGuard{}).ok());
  expect({"audit"}, 1, "no_record +output/a[\\s\\S]*1 stray");
  expect({"audit", "--rebuild"}, 1, "1 rebuilt");
  expect({"audit"}, 0, "0 stray");
}

TEST_F(Cli, GoesByUrlForLooking) {
  arrive("a", "text");
  const string url = "http://127.0.0.1:" + std::to_string(served.server->port());
  EXPECT_EQ(run({"ls", "--url", url}, false).code, 0);
  EXPECT_EQ(run({"explain", "--url", url + "/", "a"}, false).code, 0);
  EXPECT_EQ(run({"ls", "--url", "http://127.0.0.1:1"}, false).code, 69);
  EXPECT_EQ(run({"ls", "--url", "https://127.0.0.1"}, false).code, 64);
  EXPECT_EQ(run({"ls", "--url", "http://a b:80"}, false).code, 64);
}

TEST_F(Cli, SaysThatThereIsNoFolder) {
  const Ended ended = run({"ls", "--data", "/nonexistent\x1b[31m"}, false);
  EXPECT_EQ(ended.code, 66);
  EXPECT_EQ(ended.err.find('\x1b'), string::npos);
}

TEST_F(Cli, HostileKeysDoNothingToATerminal) {
  const string key = "a\x1b[31mb\nc\u202e\x7f";
  arrive(key, bad_bytes());
  for (const auto& words : std::vector<std::vector<string>>{
           {"ls"}, {"ls", "--json"}, {"status", key}, {"status", "--json", key}, {"explain", key}}) {
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, 0) << words[0];
    EXPECT_EQ(ended.out.find('\x1b'), string::npos) << words[0];
    EXPECT_EQ(ended.out.find('\x7f'), string::npos) << words[0];
    EXPECT_EQ(ended.out.find("\u202e"), string::npos) << words[0];
  }
}

TEST_F(Cli, PublishesASetThatIsInUseAtOnce) {
  const auto folder = served.dir.path() / "set";
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "orders.yaml") << "contract: orders\nmatch: {prefix: orders/}\ntypes: [text/plain]\n"
                                           "archive: {links: forbid}\n";
  std::ofstream(folder / "set.yaml") << "unmatched: quarantine\n";
  expect({"contract", "publish", folder.string()}, 0, "^in use from now on: [0-9a-f]{64}\n$",
         "orders.yaml:4:11: warning: `archive.links`: forbid is not checked by this version");
  expect({"status", arrive("orders/a.txt", "text").value()}, 0, "^status +unverifiable");
  expect({"explain", "orders/a.txt"}, 0, "contract\\.no_checker");
  expect({"explain", arrive("else/a.txt", "text").value()}, 0, "contract\\.unmatched");
  std::ofstream(folder / "orders.yaml") << "contract: orders\nmatch: {prefix: orders/}\nsize: {mx: 1}\n";
  expect({"contract", "publish", folder.string()}, 65, "^$",
         "orders.yaml:3:8: error: unknown key \"mx\" in `size`; did you mean \"max\"\\?\n[^\n]*the one in use stays");
  expect({"explain", arrive("else/b.txt", "text").value()}, 0, "contract\\.unmatched");
}

}  // namespace
}  // namespace scalper
