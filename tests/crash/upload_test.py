"""Uploads and what they must survive: kill -9 at any moment and at each call, and a disk that becomes full."""

import os
import random
import subprocess
import sys
import threading
import time
import unittest

from gate import LANES, MEMORY, Gate, broken_promises, each_number, quiet
from kill_test import can_trace
from system_faults_test import finish, mounted, must, namespace
from uploads import Uploader, ask, create, offset_of, patch

KILLS = int(os.environ.get("SCALPER_UPLOAD_KILLS") or (2000 if os.environ.get("SCALPER_LONG") == "1" else 40))
SEED = int(os.environ.get("SCALPER_KILL_SEED", "20261130"))
CALLS = ("renameat2", "fsync,fdatasync", "pwrite64", "write")
MOST_CALLS = 60


def wrong_uploads(gate, senders):
    """After all is quiet: sentences on what was told and is not there, and what is there twice or half."""
    files = [file for sender in senders for file in sender.settled()]
    wrong = broken_promises(gate, files)
    wrong += [f"left behind: {path.name}" for path in gate.files_in(".scalper/staging")]
    return wrong


class Kills(unittest.TestCase):
    def test_nothing_that_was_accepted_is_lost_and_nothing_half_is_there(self):
        draw = random.Random(SEED)
        with Gate(place=MEMORY) as gate:
            senders = [Uploader(gate, SEED + lane, str(lane)) for lane in range(LANES)]
            for _ in range(KILLS):
                gate.start()
                self.assertTrue(gate.wait_healthy(), gate.log_tail())
                stop = threading.Event()

                def send(sender, stop=stop):
                    while not stop.is_set() and (answer := sender.put(sender.random.choice((0, 100, 300_000)))):
                        pass

                threads = [threading.Thread(target=send, args=(sender,)) for sender in senders]
                for thread in threads:
                    thread.start()
                time.sleep(draw.uniform(0.0, 0.15))  # the moment of the kill is what is drawn
                gate.kill()
                stop.set()
                for thread in threads:
                    thread.join()
            gate.start()
            self.assertTrue(gate.wait_healthy(), gate.log_tail())
            told = [file for sender in senders for file in sender.told]
            self.assertTrue(quiet(gate, told), gate.log_tail())
            self.assertEqual(wrong_uploads(gate, senders), [], f"seed {SEED}")
            unheard = sum(len(sender.unheard) for sender in senders)
            print(f"  uploads: {KILLS} kills, {len(told)} accepted, {unheard} unheard", flush=True)
            self.assertGreater(len(told), KILLS)


@unittest.skipUnless(can_trace(), "strace may not trace here")
class KillsAtCalls(unittest.TestCase):
    def run_once(self, calls, number):
        with Gate(workers=1, place=MEMORY) as gate:
            sender = Uploader(gate, number)
            gate.start_traced(calls, f"signal=SIGKILL:when={number}")
            gate.wait_healthy()
            for _ in range(3):
                sender.put()
            gate.wait(lambda: quiet(gate, sender.told), 30)
            killed = not gate.is_alive()
            gate.kill()
            gate.start()
            wrong = [] if gate.wait_healthy() and quiet(gate, sender.told) else ["not quiet in time\n" + gate.log_tail()]
            return killed, [f"killed at {calls} {number}: {why}" for why in wrong + wrong_uploads(gate, [sender])]

    def test_every_call(self):
        for calls in CALLS:
            killed_at = 0
            with self.subTest(calls):
                for killed, wrong in each_number(lambda n, c=calls: self.run_once(c, n), MOST_CALLS):
                    killed_at += killed
                    self.assertEqual(wrong, [], "\n".join(wrong[:10]))
                self.assertGreater(killed_at, 0, "no such call was made")
            print(f"  upload, kill -9 at {calls}: {killed_at} places", flush=True)


class KilledBetweenPieces(unittest.TestCase):
    """An upload by tus goes on where the gate said it stands, whatever happened in between."""

    def test_what_was_told_is_there_after_each_kill(self):
        draw = random.Random(SEED)
        with Gate(place=MEMORY) as gate:
            sender = Uploader(gate, SEED, "-tus")
            file = sender.next_file(2_000_000)
            gate.start()
            self.assertTrue(gate.wait_healthy(), gate.log_tail())
            path = create(gate, file.key, len(file.data))
            told, kills = 0, 0
            while told < len(file.data):
                size = draw.randrange(1, 300_000)
                if draw.random() < 0.5:
                    killer = threading.Timer(draw.uniform(0.0, 0.01), gate.kill)
                    killer.start()
                    answer = patch(gate, path, told, file.data[told:told + size])
                    killer.join()
                    kills += 1
                    gate.start()
                    self.assertTrue(gate.wait_healthy(), gate.log_tail())
                else:
                    answer = patch(gate, path, told, file.data[told:told + size])
                if answer is not None and answer[0] == 204:
                    told = int(answer[1]["Upload-Offset"])
                offset, became = offset_of(gate, path)
                self.assertGreaterEqual(offset, told)
                told = offset
            self.assertIsNotNone(became)
            self.assertGreater(kills, 0)
            sender.told.append(file)
            self.assertTrue(quiet(gate, sender.told), gate.log_tail())
            self.assertEqual(wrong_uploads(gate, [sender]), [])


@unittest.skipUnless(namespace(), "unshare may not make a mount namespace here")
class SmallDisk(unittest.TestCase):
    def test_uploads_end_before_the_disk_is_full(self):
        done = subprocess.run([*namespace(), sys.executable, __file__, "full"], capture_output=True, text=True, timeout=300,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


def full():
    """507 while there is room for all else; files of the inbox still go through."""
    with Gate() as gate:
        mounted(gate, "32m")
        gate.start()
        must(gate.wait_healthy(), "no start", gate)
        sender = Uploader(gate, 1)
        must(sender.put()[0] == 201, "a small file is refused", gate)
        answer = ask(gate, "PUT", "/v1/files/big.bin", bytes(64 << 20))
        must(answer is not None and answer[0] == 507, f"too long: {answer}", gate)

        def endless():
            while True:
                yield bytes(1 << 20)

        answer = ask(gate, "PUT", "/v1/files/endless.bin", endless(), {"Transfer-Encoding": "chunked"})
        must(answer is None or answer[0] == 507, f"without an end: {answer}", gate)
        free = os.statvfs(gate.data)
        must(free.f_bavail * free.f_frsize > 1 << 20, "the reserve is used up", gate)
        must(sender.put()[0] == 201, "a small file is refused afterwards", gate)
        finish(gate, type("Told", (), {"sent": sender.told}))
        must(gate.stop() == 0, "no orderly end", gate)


if __name__ == "__main__":
    if sys.argv[1:] == ["full"]:
        full()
    else:
        unittest.main()
