"""Counts of what passed, failed and was skipped, with the reasons; and the clock of a step."""

import os
import re
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
CORES = max(1, len(os.sched_getaffinity(0)))
UNDER_CI = os.environ.get("CI", "") not in ("", "0", "false")

GTEST_SKIP = re.compile(r"^\[  SKIPPED \] (\S+) \(\d+ ms\)$")
GTEST_FAIL = re.compile(r"^\[  FAILED  \] (\S+?),? .*\(\d+ ms\)$")
GTEST_OK = re.compile(r"^\[       OK \] ")
GTEST_RUN = re.compile(r"^\[ RUN      \] (\S+)$")


class Tally:
    """What all steps found. A skip is never a pass, and has a reason."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []
        self.minutes = []  # (label, minutes, budget)

    def ok(self, count=1):
        self.passed += count

    def fail(self, name):
        self.failed.append(name)

    def skip(self, name, reason):
        self.skipped.append(f"{name}: {reason}")

    def check(self, name, problems):
        """One test that passes when the list of problems is empty."""
        for problem in problems:
            print(f"  {problem}")
        if problems:
            self.fail(f"{name} ({len(problems)} problem{'s' if len(problems) != 1 else ''})")
        else:
            self.ok()

    def add_gtest(self, output, prefix=""):
        """Reads a GoogleTest log; answers the test that was running when the log ended, or None."""
        running = None
        said = []
        for line in output.splitlines():
            if match := GTEST_RUN.match(line):
                running, said = match.group(1), []
            elif GTEST_OK.match(line):
                self.passed += 1
                running = None
            elif match := GTEST_SKIP.match(line):
                if running == match.group(1):
                    self.skip(prefix + running, skip_reason(said))
                    running = None
            elif match := GTEST_FAIL.match(line):
                if running == match.group(1):
                    self.fail(prefix + running)
                    running = None
            else:
                said.append(line)
        return running


def skip_reason(lines):
    """GTEST_SKIP prints 'file:line: Skipped', then what was streamed into it."""
    words = [line.strip() for line in lines if line.strip() and not re.search(r":\d+: Skipped$", line)]
    return " ".join(words) or "no reason given"


class BuildFailed(Exception):
    """A tree does not build: what needs it is not run."""


def run_step(tally, title, budget, work):
    """Runs one step, prints its minutes. False if it could not do its work; the steps that need it then fail too."""
    start = time.monotonic()
    print(f"== {title}", flush=True)
    done = False
    try:
        work()
        done = True
    except BuildFailed:
        tally.fail(f"{title}: does not build")
    except (subprocess.CalledProcessError, OSError) as broken:
        print(f"  {broken}")
        tally.fail(f"{title}: could not run")
    minutes = (time.monotonic() - start) / 60
    over = minutes > 2 * budget
    print(f"== {title}: {minutes:.1f} min of {budget}{'  OVER BUDGET' if over else ''}", flush=True)
    tally.minutes.append((title, minutes, budget))
    if over and UNDER_CI:
        tally.fail(f"{title}: {minutes:.1f} min, over twice its budget of {budget}")
    return done


def capture(command, **options):
    """Runs a command; its output (both streams) as text, and its exit code."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, errors="replace", cwd=options.pop("cwd", ROOT), **options)
    return done.stdout, done.returncode


def tracked(*patterns):
    """Files of the repository, also new ones that git does not ignore."""
    out = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
                         cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    paths = {ROOT / os.fsdecode(name) for name in out.split(b"\0") if name}
    return sorted(path for path in paths if path.is_file())
