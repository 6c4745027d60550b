"""Hooks of the built program: a gate with a folder of them, and the package that hooks are written with."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

from webhooks_test import ROOT, World
from up_test import RunningGate, wait_for
from program import scalper

PACKAGE = ROOT / "python" / "scalper_hooks"
GOOD = b"order,total\n1,2.5\n2,3\n"
REQUEST = '''import json, os, sys
told = json.loads(sys.stdin.readline())
data = os.fdopen(3, "rb").read()
'''


class Hooks(World):
    def setUp(self):
        super().setUp()
        self.hooks = self.folder / "hooks"
        self.hooks.mkdir(mode=0o755)
        self.contracts = self.folder / "contracts"
        self.contracts.mkdir()

    def hook(self, name, body, mode=0o755):
        path = self.hooks / name
        path.write_text(f"#!{sys.executable}\n" + textwrap.dedent(body))
        path.chmod(mode)
        (self.contracts / f"{name}.yaml").write_text(
            f"contract: {name}\nmatch: {{prefix: {name}/}}\ntypes: [text/csv]\nhooks: {name}\n")

    def start(self, *words):
        gate = RunningGate(self.data, "--contracts", str(self.contracts), *(words or ("--hooks", str(self.hooks))))
        self.addCleanup(self.end, gate)
        return gate

    def verdict(self, gate, key, content=GOOD):
        gate.drop(key, content)
        record = gate.final(key)
        full = json.loads(gate.get("/v1/files/" + record["id"]))
        return full["status"], [(f["code"], f["severity"]) for f in full["verdict"]["findings"]], full["verdict"]["findings"]

    def test_what_a_hook_says_counts_and_no_more(self):
        self.hook("fine", REQUEST + 'assert told["size"] == len(data) and told["hook"] == "fine", told\n'
                                    'import hashlib; assert hashlib.sha256(data).hexdigest() == told["sha256"]')
        self.hook("warns", 'print(\'{"code": "hook.odd", "severity": "warning", "message": "odd \\\\u001b[2J", "row": 2, "column": "total"}\')')
        self.hook("refuses", 'print(\'{"code": "hook.bad", "message": "bad"}\')')
        self.hook("unsure", 'print(\'{"code": "hook.unsure", "severity": "unverifiable", "message": "?"}\')')
        gate = self.start()
        self.assertEqual(self.verdict(gate, "fine/a.csv")[:2], ("valid", []))
        status, codes, findings = self.verdict(gate, "warns/a.csv")
        self.assertEqual((status, codes), ("valid", [("hook.odd", "warning")]))
        self.assertEqual((findings[0]["message"], findings[0]["location"]["row"]), ("odd \\x1B[2J", 2))
        self.assertEqual(self.verdict(gate, "refuses/a.csv")[:2], ("invalid", [("hook.bad", "error")]))
        self.assertEqual(self.verdict(gate, "unsure/a.csv")[:2], ("unverifiable", [("hook.unsure", "unverifiable")]))
        status, codes, _ = self.verdict(gate, "fine/broken.csv", b"a,b\n1\n")
        self.assertEqual((status, codes[0][0]), ("invalid", "csv.row_width"))

    def test_whatever_goes_wrong_is_never_valid(self):
        bodies = {
            "fails": "raise SystemExit(3)", "dies": "import ctypes; ctypes.string_at(0)", "rubbish": "print('hello')",
            "foreign": 'print(\'{"code": "csv.row_width", "message": "m"}\')', "ours": 'print(\'{"code": "hook.failed", "message": "m"}\')',
            "unknown": 'print(\'{"code": "hook.a", "message": "m", "verdict": "valid"}\')',
            "many": 'print(\'{"code": "hook.a", "severity": "warning", "message": "m"}\\n\' * 101)',
            "loud": 'print("x" * (300 * 1024))', "memory": 'x = bytearray(3 << 30)',
            "deep": 'print("[" * 100000)', "file": 'open("/tmp/scalper-hook-big-%d" % __import__("os").getpid(), "wb").write(b"x" * (80 << 20))'}
        for name, body in bodies.items():
            self.hook(name, body)
        self.hook("not_executable", "", mode=0o644)
        self.hook("others_may_write", "", mode=0o777)
        self.hook("missing", "")
        (self.hooks / "missing").unlink()
        self.hook("linked", "")
        (self.hooks / "linked").unlink()
        (self.hooks / "linked").symlink_to("/bin/true")
        gate = self.start()
        for name in (*bodies, "not_executable", "others_may_write", "missing", "linked"):
            with self.subTest(name):
                status, codes, findings = self.verdict(gate, f"{name}/a.csv")
                self.assertEqual((status, codes), ("unverifiable", [("hook.failed", "unverifiable")]))
                self.assertIn(name, findings[0]["message"])
        for left in Path("/tmp").glob("scalper-hook-big-*"):
            left.unlink()

    def test_a_hook_ends_with_its_call_and_sees_little(self):
        mark = self.folder / "mark"
        receiver = self.receive()
        # What is left behind holds a lock, and the hook waits until it does.
        self.hook("lingers", f'''
            import fcntl, os, time
            told, tell = os.pipe()
            if os.fork() == 0:
                os.setsid()
                held = open({str(mark)!r}, "w")
                fcntl.flock(held, fcntl.LOCK_EX)
                for fd in range(3): os.close(fd)
                os.write(tell, b"x")
                time.sleep(90)
                os._exit(0)
            os.read(told, 1)
            ''')
        self.hook("calls", f'''
            import socket
            socket.create_connection(("127.0.0.1", {receiver.port}), timeout=2)
            ''')
        self.hook("looks", '''
            import json, os
            seen = sorted(os.environ), sorted(int(n) for n in os.listdir("/proc/self/fd") if int(n) > 3), os.getcwd()
            print(json.dumps({"code": "hook.seen", "severity": "warning", "message": repr(seen)}))
            ''')
        gate = self.start()
        log = (self.data / ".scalper" / "log" / "gate.jsonl").read_text()
        _, _, findings = self.verdict(gate, "looks/a.csv")
        self.assertIn("['HOME', 'LANG', 'PATH'", findings[0]["message"].replace("'LC_CTYPE', ", ""))
        self.assertIn("'/')", findings[0]["message"])
        status, codes, findings = self.verdict(gate, "lingers/a.csv")
        self.assertEqual((status, codes), ("unverifiable", [("hook.failed", "unverifiable")]))
        self.assertIn("ended before the processes that it had started", findings[0]["message"])

        def is_free():
            with open(mark, "w") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                return True
        wait_for(is_free, "the end of what the hook left behind")
        if "hooks_not_isolated" in log:
            self.skipTest("the kernel lets nobody make user namespaces here: hooks_not_isolated is in the log")
        self.assertEqual(self.verdict(gate, "calls/a.csv")[:2], ("unverifiable", [("hook.failed", "unverifiable")]))
        self.assertEqual(receiver.begun, 0)

    def test_long_files_stream_and_need_not_be_read(self):
        self.hook("counts", REQUEST + "assert len(data) == told['size'] > 20 << 20")
        self.hook("leaves", "")
        gate = self.start()
        rows = b"order,total\n" + b"1,2\n" * (6 << 20)
        self.assertEqual(self.verdict(gate, "counts/a.csv", rows)[:2], ("valid", []))
        self.assertEqual(self.verdict(gate, "leaves/a.csv", rows)[:2], ("valid", []))

    def test_without_the_operators_word_none_runs(self):
        self.hook("fine", "")
        gate = self.start("--workers", "4")
        self.assertEqual(self.verdict(gate, "fine/a.csv")[:2], ("unverifiable", [("hook.unavailable", "unverifiable")]))
        file = self.folder / "a.csv"
        file.write_bytes(GOOD)
        (self.contracts / "fine.yaml").write_text("contract: fine\nhooks: fine\n")
        code, out, _ = scalper("check", "--contract", str(self.contracts), str(file))
        self.assertEqual(code, 2, out)
        self.assertIn("contract.no_checker", out)

    def test_the_sample_hook_runs(self):
        self.hook("order-totals", "")
        shutil.copy(ROOT / "samples" / "hooks" / "order-totals", self.hooks / "order-totals")
        shutil.copytree(PACKAGE / "src" / "scalper_hooks", self.hooks / "scalper_hooks")
        gate = self.start()
        self.assertEqual(self.verdict(gate, "order-totals/good.csv")[:2], ("valid", []))
        status, codes, _ = self.verdict(gate, "order-totals/bad.csv", b"order,total\n1,x\n2,-1\n2,3\n")
        self.assertEqual((status, sorted(code for code, _ in codes)),
                         ("invalid", ["hook.negative_total", "hook.order_twice", "hook.total"]))


class Package(unittest.TestCase):
    def test_its_own_tests(self):
        done = subprocess.run([sys.executable, "-m", "unittest", "discover", "-s", PACKAGE / "tests"], capture_output=True,
                              text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"Ran [1-9]")

    def test_its_types(self):
        done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "src"], cwd=PACKAGE,
                              capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
