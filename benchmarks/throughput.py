"""Run by ./bench lambda_throughput in the emulators' environment: throughput.py ZIP FILES moves|answers. Seconds from the first
upload to the moment when the queue is empty; then the seconds of a processor that the emulator and that the functions took for
it."""

import concurrent.futures
import os
import sys
import time
from pathlib import Path

os.environ["SCALPER_LAMBDA_ZIP"] = sys.argv[1]
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "aws"))
import emulators  # noqa: E402
import world  # noqa: E402


def processor_seconds(process):
    """User and system time of a process so far, its threads' too; 0 of one that is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spent(ministack):
    """(the emulator's, the functions')"""
    own = ministack.process.pid
    family = set(emulators.descendants(own)) - {own}
    return processor_seconds(own), sum(processor_seconds(process) for process in family)


def main():
    count, moves = int(sys.argv[2]), sys.argv[3] == "moves"
    with emulators.Ministack() as ministack, \
            world.World(ministack, environment={"AWS_ENDPOINT_URL": ministack.endpoint}) as gate, \
            concurrent.futures.ThreadPoolExecutor(8) as pool:  # the functions' calls pass no proxy
        def put(number):
            gate.put(f"feed/{number:05}.txt", f"reading {number}: all well\n".encode() * 100, "output")

        put(count)  # the functions have been started
        gate.wait(lambda: gate.waiting(gate.queue_url) == 0, "the first file")
        before, begun = spent(ministack), time.monotonic()
        list(pool.map(put, range(count)))
        gate.wait(lambda: gate.waiting(gate.queue_url) == 0, "the files", 300)
        took = time.monotonic() - begun
        emulator, functions = (late - early for late, early in zip(spent(ministack), before))
        if moves:
            gate.wait(gate.is_done, "every file has left the input", 1)
            if len(gate.landed()) != count + 1:
                raise AssertionError(f"{len(gate.landed())} of {count + 1} files are in output")
        print(took, emulator, functions)


main()
