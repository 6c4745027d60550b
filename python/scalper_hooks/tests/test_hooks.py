"""The package as a gate meets it: a process with the file on descriptor 3."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"
sys.path.insert(0, str(SOURCE))

import scalper_hooks  # noqa: E402

TOLD = {"hook": "h", "id": "a" * 26, "bucket": "in", "key": "k.csv", "version": "1", "size": 3, "sha256": "00", "type": "text/csv",
        "contract": {"name": "c", "digest": "d"}}


def run_hook(body, told=json.dumps(TOLD), content=b"a\nb\n"):
    """(exit code, findings, standard error) of a hook with that body."""
    code = f"import sys; sys.path.insert(0, {str(SOURCE)!r})\nfrom scalper_hooks import *\n{body}\nrun(check)\n"
    read, write = os.pipe()
    try:
        os.write(write, content)
        os.close(write)
        done = subprocess.run(["/bin/sh", "-c", f'exec 3<&{read}; exec "$0" -c "$1"', sys.executable, code], input=told.encode() + b"\n",
                              pass_fds=[read], capture_output=True, check=False, timeout=30)
    finally:
        os.close(read)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


class Hooks(unittest.TestCase):
    def test_findings_are_told_with_their_places(self):
        code, findings, _ = run_hook('''
def check(file, report):
    for number, line in enumerate(file.stream, 1):
        report.error("hook.line", f"{file.key} of {file.contract}: {line!r}", line=number)
    report.warning("hook.size", str(file.size), byte=0, column="c", pointer="/a")''')
        self.assertEqual(code, 0)
        self.assertEqual(findings, [
            {"code": "hook.line", "severity": "error", "message": "k.csv of c: b'a\\n'", "line": 1},
            {"code": "hook.line", "severity": "error", "message": "k.csv of c: b'b\\n'", "line": 2},
            {"code": "hook.size", "severity": "warning", "message": "3", "byte": 0, "column": "c", "pointer": "/a"}])

    def test_whatever_ends_it_early_says_nothing_and_fails(self):
        for ending in ('raise ValueError("x")', "sys.exit(0)", "raise KeyboardInterrupt", 'report.error("csv.mine", "m")',
                       'report.error("hook.failed", "m")', 'report.error("hook.a", "")', 'report.error("hook.a", "m", line=0)',
                       'report.error("hook.a", "m", row="1")', 'report.error("hook.a", "m", place="x")'):
            code, findings, _ = run_hook(f'import sys\ndef check(file, report):\n    report.error("hook.first", "m")\n    {ending}')
            self.assertEqual((code, findings), (1, []), ending)
        self.assertEqual(run_hook("def check(file, report): pass", told="no JSON")[0], 1)
        self.assertEqual(run_hook("def check(file, report): pass", told="{}")[0], 1)

    def test_of_too_many_the_gravest_are_kept(self):
        report = scalper_hooks.Report()
        for number in range(150):
            report.warning("hook.w", str(number))
        report.unverifiable("hook.u", "u")
        report.error("hook.e", "e")
        severities = [finding["severity"] for finding in report.findings]
        self.assertEqual(len(severities), scalper_hooks.MOST_FINDINGS)
        self.assertEqual({word: severities.count(word) for word in set(severities)}, {"warning": 98, "unverifiable": 1, "error": 1})


if __name__ == "__main__":
    unittest.main()
