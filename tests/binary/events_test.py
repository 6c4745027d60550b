"""GET /v1/events of the real program: verdicts as they come, gone on with after a restart, for many who only listen."""

import http.client
import json
import re
import resource
import select
import shutil
import socket
import tempfile
import time
import unittest
from pathlib import Path

from program import scalper
from up_test import PATIENCE, RunningGate, wait_for

LISTENERS = 1000
SLOW = 200
MOST_BYTES = 64 << 20  # that they may cost, with the kernel's part left out


class Stream:
    """One who follows. `next()` is an event as (id, what it says) or what is no event as (id, None)."""

    def __init__(self, gate, query="", **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", gate.port, timeout=PATIENCE)
        self.connection.request("GET", "/v1/events" + query, headers=headers)
        self.answer = self.connection.getresponse()

    def next(self):
        number, told = None, None
        while (line := self.answer.readline().decode().rstrip("\n")) or (number is None and told is None):
            if line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("data: "):
                told = json.loads(line[6:])
        return number, told

    def rest(self):
        """What comes until an orderly end; http.client.IncompleteRead is none."""
        return self.answer.read()

    def close(self):
        self.answer.close()
        self.connection.close()


def status_of(process, name):
    return int(re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text(), re.M)[1])


class Events(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="scalper-events-")
        self.addCleanup(shutil.rmtree, self.data, True)
        self.gate = None
        self.addCleanup(lambda: self.gate and self.gate.process.poll() is None and self.gate.stop())

    def start(self, *words):
        self.gate = RunningGate(self.data, *words)
        return self.gate

    def follow(self, gate, query="", **headers):
        stream = Stream(gate, query, **headers)
        self.addCleanup(stream.close)
        return stream

    def ended(self, gate):
        """Its exit code, after it was told to end."""
        code = gate.process.wait(PATIENCE)
        gate.process.communicate()
        return code

    def test_they_go_on_after_a_restart_where_the_reader_was(self):
        gate = self.start()
        stream = self.follow(gate)
        self.assertEqual(stream.answer.getheader("Content-Type"), "text/event-stream")
        begun, nothing = stream.next()
        self.assertEqual((begun, nothing), (0, None))
        gate.drop("a.txt", b"text")
        first, told = stream.next()
        self.assertEqual((told["type"], told["subject"]), ("silentscalper.file.valid", "a.txt"))
        gate.drop("b.txt", b"\x00\xff\xfe")
        _, told = stream.next()
        self.assertEqual(told["subject"], "b.txt")
        gate.process.terminate()
        self.assertEqual(stream.rest(), b"", "an orderly end")
        self.assertEqual(self.ended(gate), 0)
        again = self.follow(self.start(), **{"Last-Event-ID": str(first)})
        self.assertEqual(again.next(), (first, None))
        self.assertEqual(again.next()[1]["subject"], "b.txt", "what came meanwhile, and nothing twice")
        self.gate.drop("c.txt", b"text")
        self.assertEqual(again.next()[1]["subject"], "c.txt")

    def test_whoever_may_not_look_may_not_follow(self):
        gate = self.start("--require-token")
        tokens = {role: self.verb("token", "add", "--role", role, "--name", role) for role in ("viewer", "uploader", "operator")}
        for role, status in (("viewer", 200), ("uploader", 403), ("operator", 200)):
            stream = self.follow(gate, "?wait=0", Authorization=f"Bearer {tokens[role]}")
            self.assertEqual(stream.answer.status, status, role)
        self.assertEqual(self.follow(gate, "?wait=0").answer.status, 401)

    def verb(self, *words):
        code, out, err = scalper(*words, "--data", self.data)
        self.assertEqual(code, 0, err)
        return out.strip()

    def test_a_thousand_listeners_cost_no_thread_and_little_memory(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * LISTENERS), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        gate = self.start()
        gate.drop("warm.txt", b"text")
        gate.final("warm.txt")
        threads, memory = status_of(gate.process, "Threads"), status_of(gate.process, "VmRSS")
        listeners = [self.listen(gate) for _ in range(LISTENERS)]
        self.until_each(listeners, b"retry: 2000")
        self.assertEqual(self.follow(gate).answer.status, 429, "one more than may")
        gate.drop("told.txt", b"text")
        self.until_each(listeners, b'"subject":"told.txt"')
        self.assertLessEqual(status_of(gate.process, "Threads"), threads + 8, "for the file, not for its listeners")
        grown = (status_of(gate.process, "VmRSS") - memory) * 1024
        print(f"  events: {LISTENERS} listeners cost {grown / 1e6:.1f} MB", flush=True)
        self.assertLess(grown, MOST_BYTES)
        gate.process.terminate()
        self.until_each(listeners, b"0\r\n\r\n")  # the last chunk
        self.assertEqual(self.ended(gate), 0)

    def listen(self, gate):
        listener = socket.create_connection(("127.0.0.1", gate.port), timeout=PATIENCE)
        self.addCleanup(listener.close)
        listener.sendall(b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        return listener

    def until_each(self, listeners, text):
        """Each was sent this."""
        end, heard = time.monotonic() + PATIENCE, {listener.fileno(): (listener, b"") for listener in listeners}
        poll = select.poll()
        for number in heard:
            poll.register(number, select.POLLIN)
        while heard:
            self.assertLess(time.monotonic(), end, f"{len(heard)} were not sent {text}")
            for number, _ in poll.poll(1000):
                listener, before = heard[number]
                got = listener.recv(65536)
                self.assertTrue(got, f"closed before {text}")
                heard[number] = (listener, before + got)
                if text in heard[number][1]:
                    poll.unregister(number)
                    del heard[number]

    def test_who_does_not_read_costs_little_and_nobody_waits_for_him(self):
        gate = self.start()
        for _ in range(SLOW):
            slow = socket.socket()
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.addCleanup(slow.close)
            slow.connect(("127.0.0.1", gate.port))
            slow.sendall(b"GET /v1/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        stream = self.follow(gate)
        stream.next()
        before = status_of(gate.process, "VmRSS")
        for number in range(300):
            gate.drop(f"many/{number}.txt", f"text {number}".encode())
        seen = {stream.next()[1]["subject"] for _ in range(300)}
        self.assertEqual(len(seen), 300)
        self.assertLess(status_of(gate.process, "VmRSS") - before, 64 << 10, "KiB")
        wait_for(lambda: gate.get("/v1/health"), "an answer to others")


if __name__ == "__main__":
    unittest.main()
