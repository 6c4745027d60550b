"""`scalper contract lint` and `test`, and `check --contract`, from outside: cases as data."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import PLAIN, ROOT, SCALPER, can_trace, scalper

ORDERS = "contract: orders\nmatch: {prefix: orders/, suffix: .csv}\ntypes: [text/csv]\nsize: {max: 40}\n"
CSV = "id,total\n1,2\n"

# name, files, words, exit code, pattern in what it printed, pattern in what it complained
LINT = [
    ("sound", {"orders.yaml": ORDERS}, ["orders.yaml"], 0, r"^orders\.yaml: sound\n$", ""),
    ("a folder", {"set/orders.yaml": ORDERS, "set/set.yaml": "unmatched: quarantine\n"}, ["set"], 0, r"^set: sound\n$", ""),
    ("an empty folder", {"set/.hidden.yaml": "x"}, ["set"], 66, "", "there is no contract in set"),
    ("all errors at once", {"a.yaml": "contract: a\nsize: {mx: 1}\ncsv: {header: 1}\n"}, ["a.yaml"], 65,
     r'^a\.yaml:2:8: error: unknown key "mx" in `size`; did you mean "max"\?\n'
     r"a\.yaml:3:15: error: `csv\.header` wants true or false, not a number\na\.yaml: refused\n$", ""),
    ("several files", {"a.yaml": "contract: 1\n", "orders.yaml": ORDERS}, ["a.yaml", "orders.yaml"], 65,
     r"(?s)a\.yaml:1:11: error: .*a\.yaml: refused\norders\.yaml: sound\n$", ""),
    ("JSON", {"a.json": '{"contract": "a",\n "size": {"min": -1}}'}, ["a.json"], 65, r"^a\.json:2:18: error: ", ""),
    ("not built yet", {"a.yaml": "contract: a\nndjson: {records: 9}\n"}, ["a.yaml"], 0,
     r"^a\.yaml:2:10: warning: `ndjson\.records` is not checked by this version", ""),
    ("what a gate does beside", {"a.yaml": "contract: a\nhooks: [one]\nmalware: require\n"}, ["a.yaml"], 0, r"^a\.yaml: sound\n$", ""),
    ("its schema", {"a.yaml": "contract: a\ncsv: {schema: s/t.json}\n", "s/t.json": '{"fields": [{"name": "a"}]}'}, ["a.yaml"], 0, r"a\.yaml: sound", ""),
    ("schema absent", {"a.yaml": "contract: a\ncsv: {schema: s/t.json}\n"}, ["a.yaml"], 65,
     r'a\.yaml:2:15: error: `csv\.schema` names "s/t\.json", and the set has no such schema', ""),
    ("schema broken", {"a.yaml": "contract: a\ncsv: {schema: t.json}\n", "t.json": "{\n x"}, ["a.yaml"], 65,
     r"(?s)t\.json:2:2: error: neither a contract nor a schema", ""),
    ("neighbours are not looked at", {"orders.yaml": ORDERS, "x.json": "{", "y.yaml": "["}, ["orders.yaml"], 0,
     r"^orders\.yaml: sound\n$", ""),
    ("one name twice", {"set/a.yaml": ORDERS, "set/b.yaml": ORDERS}, ["set"], 65,
     r'b\.yaml:1:11: error: there is another contract "orders": "a\.yaml", line 1', ""),
    ("hostile", {"a.yaml": "contract: a\n\"\\e[31m\\u202e\": 1\n"}, ["a.yaml"], 65, r'unknown key "\\x1B\[31m\\u\{202E\}"', ""),
    ("brackets", {"a.yaml": "[" * 200000}, ["a.yaml"], 65, r"brackets are open at once", ""),
    ("huge", {"a.yaml": "#" * (17 << 20)}, ["a.yaml"], 64, "", "more than 16 MiB"),
    ("absent", {}, ["gone.yaml"], 66, "", "gone.yaml"),
    ("a device", {}, ["/dev/zero"], 64, "", "no plain file"),
]

EXPECTED = "path\tverdict\ttype\tcodes\tdestination\norders/a.csv\tvalid\ttext/csv\t-\toutput\n"


class InAFolder(unittest.TestCase):
    def setUp(self):
        self.kept = tempfile.TemporaryDirectory()
        self.folder = Path(self.kept.name)

    def tearDown(self):
        self.kept.cleanup()

    def write(self, files, below="."):
        for name, text in files.items():
            path = self.folder / below / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return self.folder / below


class Folders(InAFolder):
    """A contract that is passed over in silence leaves its files to another one."""

    def check(self):
        (self.folder / "a.csv").write_text(CSV)
        return scalper("check", "--contract", "set", "a.csv", cwd=self.folder)

    def test_a_folder_without_contracts_is_none(self):
        self.write({"set/readme.txt": "x"})
        code, out, err = self.check()
        self.assertEqual((code, out), (66, ""))
        self.assertIn("there is no contract in set", err)
        code, out, err = scalper("contract", "publish", "set", "--data", "data", cwd=self.folder)
        self.assertEqual((code, out), (66, ""))
        self.assertRegex(err, "there is no contract in set.*the set in use stays")

    def test_a_schema_is_no_contract(self):
        self.write({"set/t.json": "{}", "expected.tsv": EXPECTED, "orders/a.csv": CSV})
        code, out, err = self.check()
        self.assertEqual((code, out), (66, ""))
        self.assertIn("there is no contract in set", err)
        code, out, err = scalper("check", "--contract", "set/t.json", "a.csv", cwd=self.folder)
        self.assertEqual((code, out), (66, ""))
        self.assertIn("there is no contract in set/t.json", err)
        code, out, err = scalper("contract", "test", "--contract", "set", ".", cwd=self.folder)
        self.assertEqual((code, out), (66, ""))
        self.assertIn("there is no contract in set", err)
        code, out, err = scalper("contract", "publish", "set", "--data", "data", cwd=self.folder)
        self.assertEqual((code, out), (66, ""))
        self.assertRegex(err, "there is no contract in set.*the set in use stays")

    def test_a_folder_that_cannot_be_listed_to_its_end_is_not_taken(self):
        if not can_trace():
            self.skipTest("strace may not trace here")
        self.write({f"set/{number:05}.yaml": f"contract: c{number}\nmatch: {{prefix: {number}/}}\n"
                    for number in range(2000)})  # more than one call lists
        trace = ["strace", "-f", "-qq", "-o", "trace", "-e", "trace=getdents64", "-e", "inject=getdents64:error=EIO:when=2"]
        done = subprocess.run([*trace, SCALPER, "contract", "lint", "set"], cwd=self.folder, env=PLAIN,
                              capture_output=True, check=False)
        self.assertIn("(INJECTED)", (self.folder / "trace").read_text())
        self.assertEqual((done.returncode, done.stdout), (69, b""), done.stderr)

    def test_links_to_files_are_followed(self):
        self.write({"elsewhere/tight.txt": "contract: tight\nsize: {max: 3}\n", "set/set.yaml": "unmatched: builtin\n"})
        (self.folder / "set/tight.yaml").symlink_to("../elsewhere/tight.txt")
        code, out, _ = self.check()
        self.assertEqual(code, 1)
        self.assertIn("size.", out)

    def test_what_is_no_contract_file_is_refused(self):
        for name, target in (("a.yaml", "/dev/zero"), ("a.yaml", "gone"), ("below", "/")):
            with self.subTest(target):
                self.write({"set/set.yaml": "unmatched: builtin\n"})
                (self.folder / "set" / name).symlink_to(target)
                code, out, err = self.check()
                self.assertIn(code, (64, 66))
                self.assertEqual(out, "")
                self.assertIn("set/" + name, err)
                (self.folder / "set" / name).unlink()


class Lint(InAFolder):
    def test_cases(self):
        for number, (name, files, words, code, printed, complained) in enumerate(LINT):
            with self.subTest(name):
                got, out, err = scalper("contract", "lint", *words, cwd=self.write(files, str(number))
                                        if files else self.folder)
                self.assertEqual(got, code, out + err)
                self.assertRegex(out, printed or "^$")
                self.assertRegex(err, complained or "^$")
                self.assertNotRegex(out + err, "[\x00-\x09\x0b-\x1f\x7f\u202e]")

    def test_the_contracts_of_the_project_are_sound(self):
        code, out, _ = scalper("contract", "lint", "contracts", cwd=ROOT)
        self.assertEqual((code, out), (0, "contracts: sound\n"))


class Test(InAFolder):
    def setUp(self):
        super().setUp()
        self.write({"contracts/orders.yaml": ORDERS, "orders/a.csv": CSV, "expected.tsv": EXPECTED})

    def test_as_expected(self):
        code, out, _ = scalper("contract", "test", ".", cwd=self.folder)
        self.assertEqual(code, 0, out)
        self.assertRegex(out, r"as expected +orders/a\.csv\n1 files: 1 as expected, 0 different\n$")

    def test_different(self):
        self.write({"orders/a.csv": CSV * 5})
        code, out, _ = scalper("contract", "test", ".", cwd=self.folder)
        self.assertEqual(code, 1)
        self.assertRegex(out, r"DIFFERENT +orders/a\.csv: verdict invalid, expected valid\n")

    def test_other_contracts(self):
        self.write({"stricter.yaml": ORDERS.replace("40", "4")})
        code, _, _ = scalper("contract", "test", "--contract", "stricter.yaml", ".", cwd=self.folder)
        self.assertEqual(code, 1)

    def test_refused(self):
        self.write({"contracts/b.yaml": "contract: b\nsize: {mx: 1}\n"})
        code, out, err = scalper("contract", "test", ".", cwd=self.folder)
        self.assertEqual((code, out), (65, ""))
        self.assertRegex(err, r'^b\.yaml:2:8: error: unknown key "mx"')


class CheckWith(InAFolder):
    def judged(self, *words):
        code, out, err = scalper("check", "--json", *words, cwd=self.folder)
        return code, [json.loads(line) for line in out.splitlines()], err

    def setUp(self):
        super().setUp()
        self.write({"set/orders.yaml": ORDERS, "in/orders/a.csv": CSV, "in/orders/b.csv": CSV * 5, "in/else/c.csv": CSV})

    def test_a_folder_of_contracts_matches_by_key(self):
        code, lines, _ = self.judged("--contract", "set", "in")
        self.assertEqual(code, 1)
        got = [(line["path"], line["contract"]["name"], line["verdict"]) for line in lines]
        self.assertEqual(got, [("in/else/c.csv", "builtin", "valid"), ("in/orders/a.csv", "orders", "valid"),
                               ("in/orders/b.csv", "orders", "invalid")])
        self.assertEqual(lines[2]["findings"][0]["code"], "size.too_large")

    def test_one_contract_judges_whatever_the_key_is(self):
        _, lines, _ = self.judged("--contract", "set/orders.yaml", "in")
        self.assertEqual({line["contract"]["name"] for line in lines}, {"orders"})

    def test_yaml_and_json_have_one_digest(self):
        self.write({"orders.json": json.dumps({"types": ["text/csv"], "size": {"max": 40}, "contract": "orders",
                                               "match": {"suffix": ".csv", "prefix": "orders/"}})})
        digests = [self.judged("--contract", name, "in")[1][0]["contract"]["digest"]
                   for name in ("set/orders.yaml", "orders.json")]
        self.assertRegex(digests[0], "^[0-9a-f]{64}$")
        self.assertEqual(digests[0], digests[1])

    def test_unmatched_files_are_unverifiable_where_the_set_says_so(self):
        self.write({"set/set.yaml": "unmatched: quarantine\n"})
        code, lines, _ = self.judged("--contract", "set", "in/else")
        self.assertEqual(code, 2)
        self.assertEqual(lines[0]["findings"][0]["code"], "contract.unmatched")

    def test_a_demand_that_is_not_built_is_unverifiable(self):
        self.write({"set/orders.yaml": ORDERS + "malware: require\n"})
        code, lines, _ = self.judged("--contract", "set", "in/orders/a.csv", "in")
        self.assertEqual(code, 1)
        by_path = {line["path"]: [finding["code"] for finding in line["findings"]] for line in lines}
        self.assertIn("contract.no_checker", by_path["in/orders/b.csv"])

    def test_a_refused_set_checks_nothing(self):
        self.write({"set/b.yaml": "contract: b\nsize: {mx: 1}\n"})
        code, lines, err = self.judged("--contract", "set", "in")
        self.assertEqual((code, lines), (65, []))
        self.assertIn("b.yaml:2:8: error: unknown key", err)


if __name__ == "__main__":
    unittest.main()
