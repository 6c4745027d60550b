"""What a machine does to the real gate: the n-th call of the system fails, the disk is full, the disk becomes read-only.

After each fault the gate goes on or ends with a sentence; once the fault is gone everything is finished and in its place.
"""

import errno
import shutil
import subprocess
import sys
import unittest
from dataclasses import replace

from gate import MEMORY, Gate, Sender, broken_promises, each_number, quiet
from kill_test import can_trace

MOST_CALLS = 100  # of one kind that are looked at
FAULTS = (("fsync,fdatasync", "EIO"), ("renameat2", "EIO"), ("renameat2", "EACCES"), ("pwrite64", "ENOSPC"),
          ("openat2", "EMFILE"), ("openat2", "EACCES"), ("unlinkat", "EIO"), ("pread64", "EIO"))
EXIT_CODES = (*range(64, 79), 127)  # those of sysexits.h: a sentence was said; 127 is the loader's own


@unittest.skipUnless(can_trace(), "strace may not trace here")
class FailingCalls(unittest.TestCase):
    FILES = 2

    def run_once(self, calls, error, number):
        """(did a call fail?, broken promises)"""
        with Gate(workers=1, place=MEMORY) as gate:
            sender = Sender(gate.data / "input", number)
            gate.start_traced(calls, f"error={error}:when={number}")
            gate.wait_healthy()  # or ended by then
            for _ in range(self.FILES):
                sender.drop()
            finished = gate.wait(lambda: quiet(gate, sender.sent), 30)
            wrong = []
            if gate.is_alive():
                gate.kill()
            else:
                code = gate.process.wait()
                if code not in EXIT_CODES:
                    wrong.append(f"ended with {code}\n{gate.log_tail()}")
            failed = gate.was_injected()
            if not finished and not failed:
                wrong.append(f"not finished, and nothing failed\n{gate.log_tail()}")
            gate.start()
            if not (gate.wait_healthy() and quiet(gate, sender.sent)):
                wrong.append("not quiet in time after the fault:\n" + gate.log_tail())
            wrong += broken_promises(gate, sender.sent)
            return failed, [f"{calls} {number} fails with {error}: {sentence}" for sentence in wrong]

    def test_every_call(self):
        for calls, error in FAULTS:
            failed = 0
            with self.subTest(f"{calls} {error}"):
                for happened, wrong in each_number(lambda n, c=calls, e=error: self.run_once(c, e, n), MOST_CALLS):
                    failed += happened
                    self.assertEqual(wrong, [], "\n".join(wrong[:10]))
                self.assertGreater(failed, 0, "no such call was made")
            print(f"  {error} at {calls}: {failed} places", flush=True)


@unittest.skipUnless(can_trace(), "strace may not trace here")
class LosingDisk(unittest.TestCase):
    """The kernel says once that it could not write what it had taken. Asked again it says that all is well."""

    FILES = 6000  # fill a segment of the journal, at whose end everything is made durable

    def test_the_gate_ends_and_the_next_run_has_everything(self):
        with Gate(place=MEMORY) as gate:
            sender = Sender(gate.data / "input", 4, folder="/".join(letter * 200 for letter in "abcd"))
            gate.start()
            self.assertTrue(gate.wait_healthy())
            with gate.traced("syncfs", "error=EIO:when=1"):  # the one of the start is over
                for _ in range(self.FILES):
                    if not gate.is_alive():
                        break
                    sender.drop()
                code = gate.process.wait(60)
            self.assertTrue(gate.was_injected())
            self.assertEqual(code, 74, gate.log_tail())
            gate.start()
            self.assertTrue(gate.wait_healthy() and quiet(gate, sender.sent), gate.log_tail())
            self.assertEqual(broken_promises(gate, sender.sent), [])
            self.assertEqual(gate.stop(), 0)


def namespace():
    """The words that run a program where it may mount, or None."""
    for words in (["unshare", "-m"], ["unshare", "-Urm"]):
        if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
            return words
    return None


@unittest.skipUnless(namespace(), "unshare may not make a mount namespace here")
class SmallDisk(unittest.TestCase):
    """The scenarios run in a mount namespace of their own: this file is then the program."""

    def scenario(self, name):
        done = subprocess.run([*namespace(), sys.executable, __file__, name], capture_output=True, text=True, timeout=300,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_full(self):
        self.scenario("full")

    def test_read_only(self):
        self.scenario("read_only")

    def test_other_file_system(self):
        self.scenario("other_file_system")


def mounted(gate, size):
    gate.data.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", gate.data], check=True)


def must(condition, what, gate):
    if not condition:
        print(what, gate.log_tail(), sep="\n")
        sys.exit(1)


def finish(gate, sender):
    must(quiet(gate, sender.sent), "not quiet in time", gate)
    wrong = broken_promises(gate, sender.sent)
    must(not wrong, "\n".join(wrong[:20]), gate)


def full():
    """The disk fills while files come in; they stay where they are, and are finished once there is room."""
    with Gate() as gate:
        mounted(gate, "32m")
        gate.start()
        must(gate.wait_healthy(), "no start", gate)
        sender = Sender(gate.data / "input", 1)
        for _ in range(20):
            sender.drop()
        finish(gate, sender)
        ballast = gate.data / "ballast"
        try:
            with open(ballast, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        except OSError as error:
            must(error.errno == errno.ENOSPC, str(error), gate)
        refused = 0
        for _ in range(20):
            try:
                sender.drop()
            except OSError as error:
                must(error.errno == errno.ENOSPC, str(error), gate)
                refused += 1
        must(refused > 0, "the disk was not full", gate)
        for part in (gate.data / "input").rglob(".*.part"):
            part.unlink()
        must(gate.is_alive(), "ended on a full disk", gate)
        ballast.unlink()
        finish(gate, sender)
        must(gate.stop() == 0, "no orderly end", gate)


def read_only():
    """The disk becomes read-only, as after an error of the device; a gate says so, and goes on once it is mended."""
    with Gate() as gate:
        mounted(gate, "16m")
        gate.start()
        must(gate.wait_healthy(), "no start", gate)
        sender = Sender(gate.data / "input", 2)
        for _ in range(5):
            sender.drop()
        finish(gate, sender)
        gate.stop()
        sender.drop()
        subprocess.run(["mount", "-o", "remount,ro", gate.data], check=True)
        gate.start()
        must(not gate.wait_healthy(5), "a gate runs on a read-only disk", gate)
        must(gate.process.wait(10) in EXIT_CODES, "no exit code of its own", gate)
        subprocess.run(["mount", "-o", "remount,rw", gate.data], check=True)
        gate.start()
        must(gate.wait_healthy(), "no start", gate)
        finish(gate, sender)


def other_file_system():
    """A folder of the inbox is another file system: its files are copied in, none stays behind."""
    with Gate() as gate:
        stick = gate.data / "input" / "stick"
        stick.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", stick], check=True)
        before = Sender(stick, 3)
        for _ in range(5):
            before.drop()
        gate.start()
        must(gate.wait_healthy(), "no start", gate)
        for _ in range(5):
            before.drop()
        before.sent = [replace(file, key=f"stick/{file.key}") for file in before.sent]
        finish(gate, before)
        must(gate.stop() == 0, "no orderly end", gate)


if __name__ == "__main__":
    {"full": full, "read_only": read_only, "other_file_system": other_file_system}[sys.argv[1]]()
