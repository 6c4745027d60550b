#!/usr/bin/env python3
"""Runs the tiers of tests, prints the minutes of each step, and ends with 'N passed, N failed, N skipped'."""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add_gtest(self, output):
        self.passed += len(re.findall(r"^\[       OK \]", output, re.M))
        failed = re.findall(r"^\[  FAILED  \] (\S+) \(\d+ ms\)", output, re.M)
        self.failed += failed
        for name, reason in re.findall(r"^\[  SKIPPED \] (\S+) \(\d+ ms\)()", output, re.M):
            self.skipped.append(name + reason)


def step(name, budget_minutes, work):
    start = time.monotonic()
    print(f"== {name}", flush=True)
    work()
    minutes = (time.monotonic() - start) / 60
    over = "  OVER BUDGET" if minutes > 2 * budget_minutes else ""
    print(f"== {name}: {minutes:.1f} min of {budget_minutes}{over}", flush=True)


def run_gtest(tally, binary):
    done = subprocess.run([str(binary), "--gtest_color=no"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", cwd=ROOT)
    before = len(tally.failed)
    tally.add_gtest(done.stdout)
    if done.returncode != 0:
        print(done.stdout[-20000:])
        if len(tally.failed) == before:
            tally.failed.append(f"{binary.name} ended with {done.returncode}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="unit, cases and contracts on the built tree")
    options = parser.parse_args()
    tally = Tally()
    if not options.quick:
        step("packages", 3, lambda: subprocess.run(["scripts/packages.sh", "tests"], cwd=ROOT, check=True))
    step("release build", 9, lambda: subprocess.run("cmake --preset release >/dev/null && cmake --build --preset release",
                                                    shell=True, cwd=ROOT, check=True))
    labels = ["unit", "cases", "contract"] if options.quick else ["unit", "cases", "contract", "journey", "faults", "simulation"]
    for label in labels:
        binary = BUILD / "bin" / f"scalper_tests_{label}"
        if binary.exists():
            step(label, 3, lambda b=binary: run_gtest(tally, b))
    for name in tally.failed:
        print(f"FAILED: {name}")
    for name in tally.skipped:
        print(f"SKIPPED: {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    return 1 if tally.failed or tally.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
