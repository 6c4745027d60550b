"""200 files a second for a while, and kill -9 of the gate in between: every upload that was accepted has its record, and
nothing is lost or doubled. How long answers take is printed and never fails: the machine may be busy with something else."""

import collections
import http.client
import json
import os
import random
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "crash"))
from gate import Gate, broken_promises, quiet  # noqa: E402
from uploads import Uploader  # noqa: E402

LONG = os.environ.get("SCALPER_LONG") == "1"
# SCALPER_LOAD_SECONDS: for how long, such as 3600 for an hour; killed about once a minute then.
SECONDS = int(os.environ.get("SCALPER_LOAD_SECONDS", "60" if LONG else "20"))
KILLS = max(5, SECONDS // 60) if SECONDS >= 60 else 2
RATE = 200  # files a second
SIZE = 4096
SHAPE = '{"number": 1000, "mark": "", "fill": ""}\n' + "m" * 32  # what is around the filler
READS = 40  # a second, beside the uploads
LANES = 24
SEED = int(os.environ.get("SCALPER_KILL_SEED", "20261130"))
GOAL_MS = 50


class Lane:
    """One connection that is kept, made again where the gate died."""

    def __init__(self, load):
        self.load, self.connection = load, None

    def ask(self, method, target, body=None):
        """(status, body), or None where no whole answer came."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.load.gate.port, timeout=30)
            self.connection.request(method, target, body)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class Load:
    """Work that is due at fixed moments, however long the answers take, done by whichever lane is free."""

    def __init__(self, gate):
        self.gate, self.lock = gate, threading.Lock()
        self.up_since = time.monotonic()
        self.is_up, self.over = threading.Event(), threading.Event()
        self.took = {"upload": [], "status": []}  # seconds
        self.ids = {}  # of accepted uploads -> their keys
        self.latest = collections.deque(maxlen=1000)  # of these ids
        self.uploader = Uploader(gate, SEED)
        self.begun = time.monotonic()
        self.due = {"upload": 0, "status": 0}

    def next_due(self, kind, rate):
        """The moment of the next piece of work of that kind; None after the last one."""
        with self.lock:
            number, self.due[kind] = self.due[kind], self.due[kind] + 1
        return self.begun + number / rate if number < rate * SECONDS else None

    def run_lane(self, kind, rate, work):
        lane = Lane(self)
        while (due := self.next_due(kind, rate)) is not None:
            time.sleep(max(0.0, due - time.monotonic()))  # the work is due then: the rate is what is asked for
            self.is_up.wait(60)
            # Counted from when it was due: waiting for a lane is waiting. While the gate is dead nobody can be asked.
            begin = max(due, self.up_since)
            if work(lane):
                self.took[kind].append(time.monotonic() - begin)
        lane.close()

    def upload(self, lane):
        with self.lock:
            file = self.uploader.next_file(SIZE - len(SHAPE))
        answer = lane.ask("PUT", "/v1/files/" + file.key, file.data)
        with self.lock:
            self.uploader.remember(file, answer)
            if answer is not None and answer[0] in (201, 202):
                name = json.loads(answer[1])["id"]
                self.ids[name] = file.key
                self.latest.append(name)
        return answer is not None and answer[0] in (201, 202)

    def status(self, lane):
        with self.lock:
            known = list(self.latest)
        if not known:
            return False
        answer = lane.ask("GET", "/v1/files/" + random.choice(known))
        if answer is not None and answer[0] != 200:
            raise AssertionError(f"a file that was accepted is not known: {answer}")
        return answer is not None

    def start_gate(self):
        self.gate.start()
        if not self.gate.wait_healthy():
            raise AssertionError(self.gate.log_tail())
        self.up_since = time.monotonic()
        self.is_up.set()

    def kill_gate(self):
        self.is_up.clear()
        self.gate.kill()


def percentile(took, share):
    return sorted(took)[min(len(took) - 1, int(len(took) * share))] * 1000


class LoadTest(unittest.TestCase):
    def test_nothing_is_lost_under_load_and_kills(self):
        with Gate() as gate:
            load = Load(gate)
            load.start_gate()
            errors = []
            self.run_lanes(load, errors)
            self.assertEqual(errors, [])
            self.assertTrue(quiet(gate, load.uploader.told), gate.log_tail())
            self.check(gate, load)
            self.tell(load)

    def run_lanes(self, load, errors):
        def lane(kind, rate, work):
            try:
                load.run_lane(kind, rate, work)
            except BaseException as error:  # pylint: disable=broad-except  # a lane that ends unheard would test less
                errors.append(f"{kind}: {error!r}")

        load.begun = time.monotonic()
        lanes = [threading.Thread(target=lane, args=("upload", RATE, load.upload)) for _ in range(LANES)]
        lanes += [threading.Thread(target=lane, args=("status", READS, load.status)) for _ in range(LANES // 6)]
        for thread in lanes:
            thread.start()
        draw = random.Random(SEED)
        for number in range(1, KILLS + 1):
            moment = load.begun + SECONDS * (number + draw.uniform(-0.2, 0.2)) / (KILLS + 1)
            time.sleep(max(0.0, moment - time.monotonic()))  # the moment of the kill is what is drawn
            load.kill_gate()
            load.start_gate()
        for thread in lanes:
            thread.join()

    def check(self, gate, load):
        records = {record["id"]: record for record in gate.records()}
        wrong = [f"{key} was accepted as {name}, which has no record" for name, key in load.ids.items() if name not in records]
        wrong += [f"{key}: its record is {records[name]}" for name, key in load.ids.items()
                  if name in records and not (records[name]["final"] and records[name]["key"] == key)]
        self.assertEqual(wrong, [], f"seed {SEED}")
        self.assertEqual(broken_promises(gate, load.uploader.settled()), [], f"seed {SEED}")
        self.assertEqual(len(load.ids), len(load.uploader.told), "two uploads have one id")
        self.assertEqual(load.uploader.number, RATE * SECONDS, "not all was sent")
        self.assertGreater(len(load.uploader.told), RATE * SECONDS / 2, "most were not accepted")

    def tell(self, load):
        told, unheard = len(load.uploader.told), len(load.uploader.unheard)
        print(f"  load: {RATE} files/s of {SIZE} bytes for {SECONDS} s, {KILLS} kills: {told} accepted, {unheard} unheard", flush=True)
        for kind, took in load.took.items():
            p99 = percentile(took, 0.99)
            print(f"  load: {kind}: {len(took)} answers, p50 {percentile(took, 0.5):.1f} ms, p99 {p99:.1f} ms "
                  f"(goal < {GOAL_MS} ms: {'met' if p99 < GOAL_MS else 'not met'}), max {max(took) * 1000:.0f} ms", flush=True)


if __name__ == "__main__":
    unittest.main()
