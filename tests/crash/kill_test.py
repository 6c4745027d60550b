"""kill -9 of the real gate: at random moments while files come in, and at the n-th system call of every kind for every n."""

import os
import random
import shutil
import subprocess
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from gate import LANES, MEMORY, Gate, Sender, broken_promises, each_number, quiet

RANDOM_KILLS = int(os.environ.get("SCALPER_KILLS") or (20_000 if os.environ.get("SCALPER_LONG") == "1" else 300))
SEED = int(os.environ.get("SCALPER_KILL_SEED", "20261125"))
# What the journey does to the disk: adopt, publish and step aside; make durable; step 8 and what is tidied; the
# database; the journal and staged bytes; opens below a folder. The first ones of a run are the gate's own start.
CALLS = ("renameat2", "fsync,fdatasync", "unlinkat", "pwrite64", "write", "openat2")
MOST_OF_A_GATE = 500  # kills; a gate with a long history takes longer to start, and has fewer of them in an hour
MOST_WAITING = 300  # files in the inbox or taken, with which no more are sent
MOST_CALLS = 100  # of one kind that are looked at


def can_trace():
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0


class RandomKills(unittest.TestCase):
    def one_gate(self, number, kills):
        draw = random.Random(SEED + number)
        with Gate() as gate:
            sender = Sender(gate.data / "input", SEED + number)
            for _ in range(kills):
                # On a busy machine lives as short as these do not finish what would come without end.
                behind = len(gate.files_in("input", ".scalper/in")) > MOST_WAITING
                gate.start()
                end = time.monotonic() + draw.uniform(0.0, 1.0 if behind else 0.15)
                while time.monotonic() < end:
                    if not behind and (gate.data / "input").is_dir():
                        sender.drop(in_place=draw.random() < 0.2)
                    time.sleep(draw.uniform(0.0, 0.01))
                gate.kill()
            gate.start()
            settled = gate.wait_healthy()
            redriven = gate.redrive()
            settled = settled and redriven is not None and quiet(gate, sender.sent)
            wrong = broken_promises(gate, sender.sent)
            return len(sender.sent), redriven or 0, ([] if settled else ["not quiet in time:\n" + gate.log_tail()]) + wrong

    def test_nothing_is_lost_or_doubled(self):
        each = min(MOST_OF_A_GATE, -(-RANDOM_KILLS // LANES))
        with ThreadPoolExecutor(LANES) as pool:
            done = list(pool.map(lambda n: self.one_gate(n, each), range(-(-RANDOM_KILLS // each))))
        sent, redriven = (sum(gate[i] for gate in done) for i in (0, 1))
        print(f"  kill -9: {each * len(done)} at random moments, {sent} files, {redriven} of them put back by hand", flush=True)
        wrong = [sentence for _, _, found in done for sentence in found]
        self.assertEqual(wrong, [], f"seed {SEED}: " + "\n".join(wrong[:20]))
        self.assertGreater(sent, RANDOM_KILLS)
        self.assertLess(redriven, sent / 20, "files are given up that runs could have finished")


@unittest.skipUnless(can_trace(), "strace may not trace here")
class KillsAtCalls(unittest.TestCase):
    FILES = 3

    def run_once(self, calls, number):
        """(was the gate killed there?, broken promises)"""
        with Gate(workers=1, place=MEMORY) as gate:
            sender = Sender(gate.data / "input", number)
            gate.start_traced(calls, f"signal=SIGKILL:when={number}")
            gate.wait_healthy()  # or killed by then
            for _ in range(self.FILES):
                sender.drop()
            finished = gate.wait(lambda: quiet(gate, sender.sent), 30)
            killed = not gate.is_alive()
            gate.kill()
            if not killed and not finished:
                return killed, [f"{calls} {number}: neither killed nor finished\n{gate.log_tail()}"]
            gate.start()
            settled = gate.wait_healthy() and quiet(gate, sender.sent)
            wrong = broken_promises(gate, sender.sent)
            if not settled:
                wrong.insert(0, "not quiet in time:\n" + gate.log_tail())
            return killed, [f"killed at {calls} {number}: {sentence}" for sentence in wrong]

    def test_every_call(self):
        for calls in CALLS:
            killed_at = 0
            with self.subTest(calls):
                for killed, wrong in each_number(lambda n, c=calls: self.run_once(c, n), MOST_CALLS):
                    killed_at += killed
                    self.assertEqual(wrong, [], "\n".join(wrong[:10]))
                self.assertGreater(killed_at, 0, "no such call was made")
            print(f"  kill -9 at {calls}: {killed_at} places", flush=True)


if __name__ == "__main__":
    unittest.main()
