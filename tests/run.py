#!/usr/bin/env python3
"""Runs the tiers of tests, prints the minutes of each step, and ends with 'N passed, N failed, N skipped'.

Cheap before dear. --quick: what a developer wants after each build. Without it: all that needs no cloud account.
--long: the figures of a release. --only LABEL: one step and the builds it needs; see --list.
"""

import argparse
import contextlib
import io
import os
import signal
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Callable

from steps import (api, aws, binary, build, callgrind, fuzz, gtest, includes, install, malware, package, sanitizers, style,
                   terraform, tidy, webhooks)
from steps.tally import BUILD, CORES, ROOT, UNDER_CI, Tally, run_step

CI_LIMIT_MINUTES = 85  # a machine with nothing cached takes 55 to 70


@dataclass
class Step:
    label: str
    title: str
    budget: float  # minutes on 2 cores with nothing cached
    work: Callable  # (tally, options) -> None
    tiers: tuple = ("full", "long")
    needs: tuple = field(default_factory=tuple)  # labels of builds


def program(label):
    """The step of one folder of tests/."""
    def work(tally, _options):
        binary = BUILD / "bin" / f"scalper_tests_{label}"
        if binary.exists():
            gtest.run(tally, binary, label)
    return work


def simulation(tally, options):
    """Seeded histories of the whole pipeline under faults; the million of a release in slices, one on each core."""
    program = BUILD / "bin" / "scalper_tests_simulation"
    count, slices = (1_000_000, 50) if options.long else (10_000, 1)
    each = count // slices

    def one(index):
        seeds = {"SCALPER_SEEDS_FROM": str(index * each + 1), "SCALPER_SEEDS": str((index + 1) * each)}
        core = sorted(os.sched_getaffinity(0))[index % CORES]
        gtest.run(tally, program, "simulation", wrap=("taskset", "-c", str(core)) if slices > 1 else (), environment=seeds)
        if slices > 1:
            print(f"simulation: seeds to {(index + 1) * each} have run", flush=True)

    with ThreadPoolExecutor(min(CORES, slices)) as pool:
        list(pool.map(one, range(slices)))


def runner(tally, _options):
    """The runner's own tests."""
    suite = unittest.defaultTestLoader.discover(str(ROOT / "tests"), "*_test.py", str(ROOT / "tests"))
    with contextlib.redirect_stdout(io.StringIO()):
        result = unittest.TextTestRunner(verbosity=0, stream=io.StringIO()).run(suite)
    tally.ok(result.testsRun - len(result.failures) - len(result.errors))
    for test, trace in result.failures + result.errors:
        print(trace)
        tally.fail(str(test))


def packages(_tally, _options):
    """What all steps need. Without emulators the step that needs them says so by itself."""
    build.packages()
    aws.environments()


EVERY = ("quick", "full", "long")
STEPS = [
    Step("packages", "packages", 3, packages),
    Step("runner", "the runner itself", 0.5, runner, EVERY),
    Step("includes", "include rule", 0.5, lambda tally, _: includes.run(tally), EVERY),
    Step("style", "format and sizes", 0.5, lambda tally, _: style.run(tally), EVERY),
    Step("release", "release build, g++", 9, lambda tally, _: build.release(), EVERY),
    Step("unit", "unit", 1, program("unit"), EVERY, ("release",)),
    Step("cases", "cases", 1, program("cases"), EVERY, ("release",)),
    Step("contract", "contracts", 1, program("contract"), EVERY, ("release",)),
    Step("journey", "journeys", 1, program("journey"), needs=("release",)),
    Step("faults", "faults", 1, program("faults"), needs=("release",)),
    Step("simulation", "simulation", 1.5, simulation, needs=("release",)),
    Step("binary", "the program from outside", 2, lambda tally, options: binary.run(tally, long=options.long), needs=("release",)),
    Step("webhooks", "webhooks, by the receivers' own verifier", 1.5, lambda tally, _: webhooks.run(tally), needs=("release",)),
    Step("malware", "malware, by a real clamd", 1, lambda tally, options: malware.run(tally, options.long), needs=("release",)),
    Step("crash", "kill -9, failing calls, small disks", 5,
         lambda tally, options: binary.run(tally, binary.CRASH, long=options.long), needs=("release",)),
    Step("load", "200 files a second and kill -9", 0.5, lambda tally, options: binary.run(tally, binary.LOAD, long=options.long),
         needs=("release",)),
    Step("lambda", "the Lambda from outside", 0.5, lambda tally, options: binary.run(tally, binary.LAMBDA, long=options.long),
         needs=("release",)),
    Step("package", "the Lambda's package", 2, lambda tally, options: package.run(tally, options.long), needs=("release",)),
    Step("terraform", "terraform/ on the provider's schemas", 4, lambda tally, options: terraform.run(tally, options.long),
         needs=("release",)),
    Step("aws", "AWS on emulators", 7, lambda tally, options: aws.run(tally, long=options.long), needs=("release",)),
    Step("api", "the API and its document", 4, lambda tally, options: api.run(tally, long=options.long), needs=("release",)),
    Step("install", "install and use as a library", 0.5, lambda tally, _: install.run(tally), needs=("release",)),
    Step("callgrind", "instructions of a pass", 3, lambda tally, _: callgrind.run(tally), needs=("release",)),
    Step("tidy", "clang-tidy-16", 4, lambda tally, options: tidy.run(tally, everything=options.long), needs=("release",)),
    Step("asan-build", "clang-16 ASan + UBSan build", 10, lambda tally, _: sanitizers.build_asan()),
    Step("asan", "unit and cases under ASan + UBSan", 3, lambda tally, _: sanitizers.run_asan(tally), needs=("asan-build",)),
    Step("fuzz-build", "fuzz targets", 2, lambda tally, _: fuzz.build_targets()),
    Step("fuzz", "fuzz, 15 s a target", 2, lambda tally, options: fuzz.run(tally, options.long), needs=("fuzz-build",)),
    Step("tsan-build", "clang-16 TSan build", 6, lambda tally, _: sanitizers.build_tsan()),
    Step("threads", "threads under TSan", 2, lambda tally, options: sanitizers.run_tsan(tally, options.long),
         needs=("tsan-build",)),
]


def chosen(options):
    if options.only:
        wanted = [step for step in STEPS if step.label == options.only]
        needed = [label for step in wanted for label in step.needs]
        return [step for step in STEPS if step.label in needed or step in wanted]
    tier = "quick" if options.quick else "long" if options.long else "full"
    return [step for step in STEPS if tier in step.tiers]


def limit_whole_run(tally, start):
    """Under CI a run that takes too long ends as failed, and says what it knows by then."""
    def over(_signal, _frame):
        tally.fail(f"the whole run took more than {CI_LIMIT_MINUTES} minutes")
        sys.exit(report(tally, start))

    if UNDER_CI:
        signal.signal(signal.SIGALRM, over)
        signal.alarm(CI_LIMIT_MINUTES * 60)


def report(tally, start):
    print()
    for title, minutes, budget in tally.minutes:
        if minutes > budget:
            print(f"minutes: {title}: {minutes:.1f} of {budget}")
    print(f"minutes: all: {(time.monotonic() - start) / 60:.1f}")
    for name in tally.skipped:
        print(f"SKIPPED: {name}")
    for name in tally.failed:
        print(f"FAILED: {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped", flush=True)
    return 1 if tally.failed or tally.passed == 0 else 0


def main():
    parser = argparse.ArgumentParser(prog="./test", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    tier = parser.add_mutually_exclusive_group()
    tier.add_argument("--quick", action="store_true", help="unit, cases and contracts on the built tree")
    tier.add_argument("--long", action="store_true", help="the figures of a release: hours")
    tier.add_argument("--only", metavar="LABEL", choices=[step.label for step in STEPS], help="one step and its builds")
    tier.add_argument("--list", action="store_true", help="the labels")
    options = parser.parse_args()
    if options.list:
        for step in STEPS:
            print(f"{step.label:12} {step.budget:>4} min  {step.title}")
        return 0
    tally = Tally()
    start = time.monotonic()
    limit_whole_run(tally, start)
    broken = set()
    for step in chosen(options):
        if broken & set(step.needs):
            tally.fail(f"{step.title}: not run, what it needs does not build")
        elif not run_step(tally, step.title, step.budget, lambda s=step: s.work(tally, options)):
            broken.add(step.label)
    return report(tally, start)


if __name__ == "__main__":
    sys.exit(main())
