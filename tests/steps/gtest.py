"""Runs GoogleTest programs, split into shards over the cores."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

from .tally import CORES, capture

SAID_AT_END = 20000


def shards_of(binary, want):
    listed, code = capture([binary, "--gtest_list_tests"])
    tests = len(re.findall(r"^  \S", listed, re.M))
    return max(1, min(want, tests // 8)) if code == 0 else 1


def run(tally, binary, label, extra=(), wrap=(), environment=None, shards=CORES, timeout=None):
    """One test program. `wrap` goes before it (setarch), `extra` after it (--gtest_filter)."""
    count = shards_of(binary, shards)

    def one(index):
        variables = {**os.environ, **(environment or {})}
        if count > 1:
            variables |= {"GTEST_TOTAL_SHARDS": str(count), "GTEST_SHARD_INDEX": str(index)}
        return capture([*wrap, binary, "--gtest_color=no", *extra], env=variables, timeout=timeout)

    with ThreadPoolExecutor(count) as pool:
        for output, code in pool.map(one, range(count)):
            before = len(tally.failed)
            running = tally.add_gtest(output, f"{label}: ")
            if code == 0:
                continue
            print(output[-SAID_AT_END:])
            if running:
                tally.fail(f"{label}: {running} (the program ended with {code})")
            elif len(tally.failed) == before:
                tally.fail(f"{label}: {binary.name} ended with {code}")
