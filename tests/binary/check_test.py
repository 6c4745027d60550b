"""`scalper check` and the command line as such, from outside: cases as data."""

import gzip
import hashlib
import json
import os
import pty
import select
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import PLAIN, SCALPER, scalper

# name, words, exit code, pattern in what it printed, pattern in what it complained
COMMAND_LINES = [
    ("no verb", [], 64, "", "a verb is missing"),
    ("unknown verb", ["chek"], 64, "", 'there is no verb "chek"'),
    ("hostile verb", ["a\x1b[31m\n"], 64, "", r'there is no verb "a\\x1B\[31m\\n"'),
    ("unknown option", ["check", "--fo", "x"], 64, "", "--fo"),
    ("value missing", ["check", "x", "--contract"], 64, "", "--contract"),
    ("bad choice", ["check", "--color", "blue", "x"], 64, "", "blue"),
    ("option twice", ["check", "--as", "text/csv", "--as", "text/xml", "x"], 64, "", "--as"),
    ("no operand", ["check"], 64, "", "missing"),
    ("no media type", ["check", "--as", "csv", "x"], 64, "", "media type"),
    ("unknown media type", ["check", "--as", "text/x-nothing", "x"], 64, "", "knows no media type"),
    ("no such file", ["check", "/nonexistent"], 3, "not read", ""),
    ("no such contract", ["check", "--contract", "/nonexistent", "/dev/null"], 66, "", "--contract"),
    ("help", ["--help"], 0, "VERBS", ""),
    ("help of a verb", ["check", "--help"], 0, "EXIT CODES", ""),
    ("help in words", ["help", "check"], 0, "SYNOPSIS", ""),
    ("help of nothing", ["help", "nothing"], 64, "", "there is no verb"),
    ("version", ["--version"], 0, r"^scalper \d+\.\d+\.\d+\n$", ""),
    ("bash", ["completion", "bash"], 0, "complete -o filenames -F _scalper scalper", ""),
    ("zsh", ["completion", "zsh"], 0, "#compdef scalper", ""),
    ("fish", ["completion", "fish"], 0, "complete -c scalper", ""),
    ("no such shell", ["completion", "csh"], 64, "", "csh"),
]

CSV = "id,name\n1,x\n"
SHA = hashlib.sha256(CSV.encode()).hexdigest()
SHA_OF_SHA = hashlib.sha256(SHA.encode()).hexdigest()
HOSTILE = "a\x1b[31mb\nc\u202ed\x7f.txt"


class CommandLine(unittest.TestCase):
    def test_cases(self):
        for name, words, code, printed, complained in COMMAND_LINES:
            with self.subTest(name):
                got, out, err = scalper(*words)
                self.assertEqual(got, code, err)
                self.assertRegex(out, printed or "^")
                self.assertRegex(err, complained or "^$")
                if code == 64:
                    self.assertEqual(out, "")
                    self.assertIn("--help'", err) if "media type" not in err and "csh" not in err else None

    def test_every_verb_has_help_with_all_parts(self):
        _, listed, _ = scalper("--help")
        verbs = [line.split("  ")[1].strip() for line in listed.split("VERBS\n")[1].splitlines() if line.startswith("  ")
                 and line[2] != " "]
        self.assertIn("check", verbs)
        for verb in verbs:
            with self.subTest(verb):
                code, out, _ = scalper(*verb.split(), "--help")
                self.assertEqual(code, 0)
                for part in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT CODES"):
                    self.assertIn(part + "\n", out)
                self.assertLessEqual(max(map(len, out.splitlines())), 88)

    def test_no_name_is_no_data_folder(self):
        for verb in ("up", "ls"):
            self.assertEqual(scalper(verb, "--data", ""), (64, "", 'scalper: --data (SCALPER_DATA) takes a folder, not ""\n'))

    def test_bash_completion_completes(self):
        _, script, _ = scalper("completion", "bash")
        for words, want in (("scalper che", "check"), ("scalper check --js", "--json"),
                            ("scalper check --color n", "never")):
            with self.subTest(words):
                listed = words.split(" ")
                probe = f'COMP_WORDS=({words}); COMP_CWORD={len(listed) - 1}; _scalper; echo "${{COMPREPLY[@]}}"'
                done = subprocess.run(["bash", "-c", script + "\n" + probe], capture_output=True, check=True)
                self.assertEqual(done.stdout.decode().strip(), want)

    def test_output_that_cannot_be_written_is_no_success(self):
        with open("/dev/full", "wb") as full:
            code, _, err = scalper("check", "--help", stdout=full)
        self.assertEqual(code, 73)
        self.assertIn("disk full", err)


class Check(unittest.TestCase):
    def setUp(self):
        self.kept = tempfile.TemporaryDirectory()
        self.folder = Path(self.kept.name)
        (self.folder / "in" / "deep").mkdir(parents=True)
        (self.folder / "in" / "a.txt").write_bytes(b"hello\n")
        (self.folder / "in" / "deep" / "b.txt").write_bytes(b"world\n")

    def tearDown(self):
        self.kept.cleanup()

    def test_valid_folder(self):
        code, out, err = scalper("check", "in", cwd=self.folder)
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"(?s)^VERDICT .*\nvalid .*in/a\.txt\nvalid .*in/deep/b\.txt\n2 files: 2 valid")
        self.assertNotIn("\x1b", out)

    def test_order_is_that_of_operands_and_names(self):
        for number in range(300):
            (self.folder / "in" / "deep" / f"{number:03}.txt").write_bytes(b"x" * (300000 if number % 50 == 0 else 10))
        code, out, _ = scalper("check", "--json", "in/deep", "in/a.txt", cwd=self.folder)
        paths = [json.loads(line)["path"] for line in out.splitlines()]
        self.assertEqual(code, 0)
        self.assertEqual(paths[:-1], sorted(paths[:-1]))
        self.assertEqual((len(paths), paths[-1]), (302, "in/a.txt"))

    def test_json_line_has_the_promised_members_in_order(self):
        _, out, _ = scalper("check", "--json", "in/a.txt", cwd=self.folder)
        line = json.loads(out)
        self.assertEqual(list(line), ["path", "verdict", "type", "size", "digests", "contract", "findings",
                                      "findings_total", "duration_ms"])
        self.assertEqual(line["digests"]["sha256"],
                         "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
        self.assertEqual(line["size"], 6)

    def test_unverifiable_and_unread(self):
        (self.folder / "in" / "z.bin").write_bytes(b"\x00\xff\xfe\x01" * 100)
        code, out, _ = scalper("check", "in", cwd=self.folder)
        self.assertEqual(code, 2)
        self.assertRegex(out, r"unverifiable .*in/z\.bin\n    unverifiable type\.")
        code, out, _ = scalper("check", "--json", "in", "gone", cwd=self.folder)
        self.assertEqual(code, 3)
        self.assertEqual(json.loads(out.splitlines()[-1])["error"]["code"], "not_found")

    def test_standard_input(self):
        code, out, _ = scalper("check", "--json", "-", stdin=b"hello\n")
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out)["path"], "-")

    def test_as_replaces_what_the_name_says(self):
        (self.folder / "table.dat").write_bytes(b"a,b\n1,2,3\n")
        for words, stdin, codes in ((["table.dat"], b"", []), (["--as", "text/csv", "table.dat"], b"", ["csv.row_width"]),
                                    (["--as", "text/csv", "-"], b"a,b\n1\n", ["csv.row_width"]),
                                    (["--as", "text/csv", "-"], gzip.compress(b"a,b\n1\n"), ["csv.row_width"]),
                                    (["--as", "image/png", "in/a.txt"], b"", ["type.mismatch"])):
            with self.subTest(words):
                _, out, _ = scalper("check", "--json", *words, cwd=self.folder, stdin=stdin)
                self.assertEqual([finding["code"] for finding in json.loads(out)["findings"]], codes)

    def test_a_folder_without_a_file_is_no_success(self):
        empty = self.folder / "empty" / "below"
        empty.mkdir(parents=True)
        for words in (["check"], ["check", "--json"]):
            code, out, err = scalper(*words, str(empty.parent))
            self.assertEqual((code, out), (3, ""))
            self.assertEqual(err, f"scalper: there was nothing to check: no file in {empty.parent}\n")
        (empty / "link").symlink_to("/etc/passwd")
        code, out, err = scalper("check", str(empty))
        self.assertEqual((code, out), (3, ""))
        self.assertIn("but 1 links or special files", err)

    def test_links_inside_a_folder_are_left_out_and_said(self):
        (self.folder / "in" / "link").symlink_to("a.txt")
        (self.folder / "in" / "loop").symlink_to(".")
        code, out, err = scalper("check", "in", cwd=self.folder)
        self.assertEqual(code, 0)
        self.assertNotIn("link", out)
        self.assertIn("2 links or special files", err)

    def test_a_file_that_is_written_to_meanwhile_is_not_judged(self):
        path = self.folder / "big.txt"

        def grow():
            with path.open("ab") as file:
                file.write(b"more\n")

        for name, change in (("cut", lambda: os.truncate(path, 10)), ("grown", grow)):
            with self.subTest(name):
                path.write_bytes(b"0123456789abcde\n" * (4 << 20))  # 64 MiB: far more than is read between two looks
                process = subprocess.Popen([SCALPER, "check", "--json", path], stdout=subprocess.PIPE, env=PLAIN)
                at = next(entry for entry in self.descriptors_of(process) if entry[0] == str(path))[1]
                while not int(at.read_text().split()[1]):
                    self.assertIsNone(process.poll(), "it ended before it was changed")
                change()
                out, _ = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 3)
                self.assertIn("changed while it was read", json.loads(out)["error"]["message"])

    @staticmethod
    def descriptors_of(process):
        """What it has open, as (path, its fdinfo), again and again while it lives."""
        while process.poll() is None:
            for link in Path(f"/proc/{process.pid}/fd").glob("*"):
                try:
                    yield os.readlink(link), Path(f"/proc/{process.pid}/fdinfo/{link.name}")
                except FileNotFoundError:
                    pass

    def test_what_lies_too_deep_is_said_not_left_out(self):
        made = os.open(self.folder / "in", os.O_RDONLY)
        for _ in range(25):
            os.mkdir("d" * 200, dir_fd=made)
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=made)
            os.close(made)
            made = below
        os.close(made)
        code, out, err = scalper("check", "in", cwd=self.folder)
        self.assertEqual((code, err), (3, ""))
        self.assertRegex(out, r"not read .*\n    File name too long")

    def test_unreadable_file_is_said(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        (self.folder / "in" / "a.txt").chmod(0)
        code, out, _ = scalper("check", "in", cwd=self.folder)
        self.assertEqual(code, 3)
        self.assertRegex(out, r"not read .*in/a\.txt\n    not permitted")

    def test_hostile_names_do_nothing_to_a_terminal(self):
        (self.folder / "in" / HOSTILE).write_bytes(b"hello\n")
        for words in (["check", "in"], ["check", "--json", "in"]):
            _, out, _ = scalper(*words, cwd=self.folder)
            self.assertNotRegex(out, "[\x00-\x09\x0b-\x1f\x7f\u202e]")
        self.assertIn(HOSTILE, [Path(json.loads(line)["path"]).name for line in out.splitlines()])

    def test_a_name_that_is_no_utf8(self):
        with open(os.fsencode(self.folder) + b"/in/\xff\xfe.txt", "wb") as file:
            file.write(b"hello\n")
        code, out, _ = scalper("check", "--json", "in", cwd=self.folder)
        self.assertEqual(code, 0)
        self.assertIn("in/\\xFF\\xFE.txt", [json.loads(line)["path"] for line in out.splitlines()])

    def test_colours_only_where_wanted(self):
        _, out, _ = scalper("check", "--color", "always", "in", cwd=self.folder)
        self.assertIn("\x1b[32mvalid", out)
        self.assertIn("\x1b[32mvalid", self.on_a_terminal({}))
        self.assertNotIn("\x1b[32m", self.on_a_terminal({"NO_COLOR": "1"}))
        self.assertNotIn("\x1b[32m", self.on_a_terminal({"TERM": "dumb"}))

    # files beside each other, operands, exit code, (path, verdict, codes) of each line
    COMPANIONS = [
        ("good sidecar", {"a.csv": CSV, "a.csv.sha256": SHA + "  a.csv\n"}, ["."], 0,
         [("./a.csv", "valid", []), ("./a.csv.sha256", "valid", [])]),
        ("wrong sidecar", {"a.csv": CSV, "a.csv.sha256": "0" * 64}, ["a.csv"], 1,
         [("a.csv", "invalid", ["checksum.mismatch"])]),
        ("wrong md5 beside a good sha256", {"a.csv": CSV, "a.csv.sha256": SHA, "a.csv.md5": "0" * 32}, ["a.csv"], 1,
         [("a.csv", "invalid", ["checksum.mismatch"])]),
        ("malformed sidecar", {"a.csv": CSV, "a.csv.sha256": "soon\n"}, ["."], 2,
         [("./a.csv", "unverifiable", ["checksum.sidecar_malformed"]),
          ("./a.csv.sha256", "unverifiable", ["checksum.sidecar_malformed"])]),
        ("sidecar of a sidecar", {"a.csv": CSV, "a.csv.sha256": SHA, "a.csv.sha256.sha256": SHA_OF_SHA}, ["."], 0,
         [("./a.csv", "valid", []), ("./a.csv.sha256", "valid", []), ("./a.csv.sha256.sha256", "valid", [])]),
        ("wrong sidecar of a sidecar", {"a.csv": CSV, "a.csv.sha256": SHA, "a.csv.sha256.sha256": "0" * 64}, ["."], 1,
         [("./a.csv", "valid", []), ("./a.csv.sha256", "invalid", ["checksum.mismatch"]),
          ("./a.csv.sha256.sha256", "valid", [])]),
        ("manifest that names a sidecar",
         {"a.csv": CSV, "a.csv.sha256": SHA, "SHA256SUMS": "0" * 64 + "  a.csv.sha256\n"},
         ["."], 1, [("./SHA256SUMS", "valid", []), ("./a.csv", "valid", []),
                    ("./a.csv.sha256", "invalid", ["checksum.mismatch"])]),
        ("sidecar without file", {"a.csv.sha256": SHA}, ["."], 2,
         [("./a.csv.sha256", "unverifiable", ["checksum.orphan"])]),
        ("manifest of a folder", {"SHA256SUMS": SHA + "  a.csv\n" + SHA + " *b/c.csv\n", "a.csv": CSV, "b/c.csv": CSV},
         ["."], 0, [("./SHA256SUMS", "valid", []), ("./a.csv", "valid", []), ("./b/c.csv", "valid", [])]),
        ("wrong in a folder below", {"SHA256SUMS": "0" * 64 + "  b/c.csv\n", "b/c.csv": CSV}, ["."], 1,
         [("./SHA256SUMS", "valid", []), ("./b/c.csv", "invalid", ["checksum.mismatch"])]),
        ("nothing above what was named", {"SHA256SUMS": "0" * 64 + "  b/c.csv\n", "b/c.csv": CSV}, ["b", "b/c.csv"], 0,
         [("b/c.csv", "valid", []), ("b/c.csv", "valid", [])]),
        ("manifest that leads out", {"b/SHA256SUMS": "0" * 64 + "  ../a.csv\n", "a.csv": CSV}, ["."], 2,
         [("./a.csv", "valid", []), ("./b/SHA256SUMS", "unverifiable", ["checksum.sidecar_malformed"])]),
        ("manifest with a line that is none", {"SHA256SUMS": "0" * 64 + "  a.csv\ngarbage\n", "a.csv": CSV}, ["."], 2,
         [("./SHA256SUMS", "unverifiable", ["checksum.sidecar_malformed"]),
          ("./a.csv", "unverifiable", ["checksum.sidecar_malformed"])]),
        ("manifest that contradicts itself", {"SHA256SUMS": SHA + "  a.csv\n" + "0" * 64 + "  ./a.csv\n", "a.csv": CSV}, ["."], 2,
         [("./SHA256SUMS", "unverifiable", ["checksum.sidecar_malformed"]),
          ("./a.csv", "unverifiable", ["checksum.sidecar_malformed"])]),
        ("BagIt", {"manifest-sha256.txt": SHA + " data/a.csv\n", "data/a.csv": CSV}, ["."], 0,
         [("./data/a.csv", "valid", []), ("./manifest-sha256.txt", "valid", [])]),
        ("too many lines", {"SHA256SUMS": "\n" * 100000}, ["."], 2,
         [("./SHA256SUMS", "unverifiable", ["limit.checksum_file"])]),
    ]

    def test_checksum_files_that_lie_beside(self):
        for name, files, operands, code, want in self.COMPANIONS:
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                for path, text in files.items():
                    (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
                    (Path(folder) / path).write_bytes(text.encode())
                got, out, err = scalper("check", "--json", *operands, cwd=folder)
                lines = [json.loads(line) for line in out.splitlines()]
                self.assertEqual([(line["path"], line["verdict"], [f["code"] for f in line["findings"]])
                                  for line in lines], want)
                self.assertEqual((got, err), (code, ""))

    def test_a_checksum_file_that_is_no_file_is_not_opened(self):
        os.mkfifo(self.folder / "in" / "a.txt.sha256")
        (self.folder / "elsewhere").write_text("0" * 64)
        (self.folder / "in" / "a.txt.md5").symlink_to("../elsewhere")
        code, out, err = scalper("check", "in/a.txt", cwd=self.folder)
        self.assertEqual((code, err), (0, ""))

    def test_what_is_no_file_is_refused_and_not_waited_for(self):
        os.mkfifo(self.folder / "pipe")
        for name in ("pipe", "/dev/zero"):
            code, out, err = scalper("check", "--json", name, cwd=self.folder, timeout=20)
            self.assertEqual(code, 3, err)
            self.assertIn("no regular file", out)

    def test_values_that_say_nothing_are_refused(self):
        for words in (("--contract=", "in/a.txt"), ("--contract", "", "in/a.txt"), ("-", "-")):
            code, out, err = scalper("check", *words, cwd=self.folder)
            self.assertEqual((code, out), (64, ""), words)
            self.assertRegex(err, "--contract takes|only once")
        code, _, err = scalper("contract", "test", "--contract=", "in", cwd=self.folder)
        self.assertEqual(code, 64, err)

    def on_a_terminal(self, env):
        master, slave = pty.openpty()
        child = subprocess.Popen([SCALPER, "check", "in"], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                                 cwd=self.folder, env={**PLAIN, **env})
        os.close(slave)
        seen = b""
        while select.select([master], [], [], 30)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            seen += part
        os.close(master)
        self.assertEqual(child.wait(30), 0)
        return seen.decode()

    def test_a_signal_ends_it_with_what_was_checked_by_then(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            for words in ((), ("--json",)):
                with self.subTest(number=number, words=words):
                    out, err, got = self.stopped_by(number, *words)
                    self.assertEqual(got, code, err)
                    self.assertIn("in/a.txt", out)
                    self.assertNotIn("not read", out)
                    self.assertEqual(len(out.splitlines()), 1 if words else 3, out)
                    self.assertIn(f"scalper: stopped by {number.name}: 1 of 2 files were checked", err)

    def stopped_by(self, number, *words):
        """Of two files one is standard input, which does not end; the signal comes when the other one is done."""
        master, slave = pty.openpty()
        with subprocess.Popen([SCALPER, "check", *words, "in/a.txt", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=slave, cwd=self.folder, env=PLAIN) as child:
            os.close(slave)
            child.stdin.write(b"hello\n")
            child.stdin.flush()
            err = b""
            try:
                while b"1 of 2 files" not in err and select.select([master], [], [], 30)[0]:
                    err += os.read(master, 65536)
                child.send_signal(number)
                out = child.stdout.read()
                got = child.wait(30)
            finally:
                child.kill()
            while select.select([master], [], [], 0)[0]:
                try:
                    err += os.read(master, 65536)
                except OSError:
                    break
            os.close(master)
        return out.decode(), err.decode(), got

    def test_a_file_that_no_contract_of_the_folder_is_for_is_said(self):
        contracts = self.folder / "contracts"
        contracts.mkdir()
        (contracts / "orders.yaml").write_text("contract: orders\nmatch: {prefix: orders/}\ntypes: [application/json]\n")
        (self.folder / "in/orders").mkdir()
        (self.folder / "in/orders/a.txt").write_text("hello\n")
        note = "1 of them were judged by the built-in contract, as none in contracts is for them"
        for words in (["in/orders/a.txt"], ["in/orders"], ["--json", "in/orders"]):
            with self.subTest(words=words):
                got, out, err = scalper("check", "--contract", "contracts", *words, cwd=self.folder)
                self.assertEqual((got, note in out.splitlines()), (0, "--json" not in words), out + err)
        got, out, err = scalper("check", "--contract", "../contracts", "orders/a.txt", cwd=self.folder / "in")
        self.assertEqual((got, "built-in" in out), (1, False), out + err)

    def test_a_broken_contract_is_refused(self):
        (self.folder / "bad.yaml").write_text("contract: [\n")
        code, out, err = scalper("check", "--contract", "bad.yaml", "in", cwd=self.folder)
        self.assertEqual((code, out), (65, ""))
        self.assertIn("bad.yaml", err)


if __name__ == "__main__":
    unittest.main()
