"""columns.py FILE ROUNDS: every cell of the orders as its type, in one thread, the best and median time; prints as
benchmarks/subjects.h does, and then by how many KiB the process has grown."""

import re
import sys
import time
from pathlib import Path

import duckdb

COLUMNS = {"id": "BIGINT", "date": "DATE", "name": "VARCHAR", "amount": "DECIMAL(12,2)", "currency": "VARCHAR", "paid": "BOOLEAN"}


def resident(what):
    return int(re.search(rf"^{what}:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.M).group(1))


def main():
    path, rounds = Path(sys.argv[1]), max(1, int(sys.argv[2]))
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SELECT 1").fetchall()
    before, seconds, said = resident("VmRSS"), [], "valid"
    query = f"SELECT {', '.join(f'count({name})' for name in COLUMNS)} FROM read_csv(?, header=true, delim=',', columns={COLUMNS})"
    for _ in range(rounds):
        start = time.perf_counter()
        try:
            connection.execute(query, [str(path)]).fetchall()
        except duckdb.Error:
            said = "invalid"
        seconds.append(time.perf_counter() - start)
    seconds.sort()
    print(said, path.stat().st_size, seconds[0], seconds[len(seconds) // 2], resident("VmHWM") - before)


main()
