"""Run by ./bench lambda_throughput in the emulators' environment: throughput.py ZIP FILES moves|answers. Seconds from the first
upload to the moment when the queue is empty."""

import concurrent.futures
import os
import sys
import time
from pathlib import Path

os.environ["SCALPER_LAMBDA_ZIP"] = sys.argv[1]
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "aws"))
import emulators  # noqa: E402
import world  # noqa: E402


def main():
    count, moves = int(sys.argv[2]), sys.argv[3] == "moves"
    with emulators.Ministack() as ministack, \
            world.World(ministack, environment={"AWS_ENDPOINT_URL": ministack.endpoint}) as gate, \
            concurrent.futures.ThreadPoolExecutor(8) as pool:  # the functions' calls pass no proxy
        def put(number):
            gate.put(f"feed/{number:05}.txt", f"reading {number}: all well\n".encode() * 100, "output")

        put(count)  # the functions have been started
        gate.wait(lambda: gate.waiting(gate.queue_url) == 0, "the first file")
        begun = time.monotonic()
        list(pool.map(put, range(count)))
        gate.wait(lambda: gate.waiting(gate.queue_url) == 0, "the files", 300)
        took = time.monotonic() - begun
        if moves:
            gate.wait(gate.is_done, "every file has left the input", 1)
            if len(gate.landed()) != count + 1:
                raise AssertionError(f"{len(gate.landed())} of {count + 1} files are in output")
        print(took)


main()
