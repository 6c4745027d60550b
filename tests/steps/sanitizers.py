"""Runs test programs under the sanitizers: build-asan/ (address, undefined) and build-tsan/ (thread)."""

import shutil

from . import build, gtest
from .tally import ROOT, capture

ASAN = ROOT / "build-asan" / "bin"
TSAN = ROOT / "build-tsan" / "bin"
# A leak, an overflow, a null: each ends the program. abort gives gtest's log its last line.
ASAN_ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:check_initialization_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "SCALPER_SEEDS": "500",
}
TSAN_ENVIRONMENT = {"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}


def build_asan():
    build.tree("asan", ["sanitized"])


def build_tsan():
    build.tree("tsan", ["threads"])


def run_asan(tally):
    for label in ("unit", "cases", "simulation"):
        binary = ASAN / f"scalper_tests_{label}"
        if binary.exists():
            gtest.run(tally, binary, f"asan {label}", environment=ASAN_ENVIRONMENT)


def run_tsan(tally, everything):
    """TSan wants its shadow memory where address randomisation may put other things: setarch -R."""
    wrap = ["setarch", "-R"]
    if not shutil.which("setarch") or capture([*wrap, "true"])[1]:
        tally.skip("thread sanitizer", "setarch -R is not permitted here")
        return
    extra = [] if everything else ["--gtest_filter=*Threads*"]
    ran = 0
    for label in ("unit", "contract", "journey", "faults"):
        binary = TSAN / f"scalper_tests_{label}"
        if binary.exists():
            ran += 1
            gtest.run(tally, binary, f"tsan {label}", extra=extra, wrap=wrap, environment=TSAN_ENVIRONMENT)
    if not ran:
        tally.skip("thread sanitizer", "there is no suite with Threads in its name yet")
