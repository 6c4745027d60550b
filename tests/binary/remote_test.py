"""A gate asked over HTTP: reviews by the verbs with --url, and the bound on uploads that are on their way."""

import http.client
import json
import shutil
import tempfile
import unittest

from program import scalper
from up_test import PATIENCE, RunningGate, wait_for

BAD = b"\x00\xff\xfe"


class Remote(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="scalper-remote-")
        self.addCleanup(shutil.rmtree, self.data, True)
        self.gate = None
        self.addCleanup(lambda: self.gate and self.gate.stop())

    def start(self, *words):
        self.gate = RunningGate(self.data, *words)
        return self.gate

    def by_url(self, *words, env=None):
        return scalper(*words, "--url", f"http://127.0.0.1:{self.gate.port}", env=env)

    def until(self, key, status):
        return wait_for(lambda: (record := self.gate.final(key))["status"] == status and record, f"{key} is {status}")

    def test_reviews_by_url_are_reviews(self):
        gate = self.start()
        for key in ("release", "reject", "rerun"):
            gate.drop(key, BAD + key.encode())
        ids = {key: gate.final(key)["id"] for key in ("release", "reject", "rerun")}
        for verb, status in (("release", "released"), ("reject", "rejected")):
            code, _, err = self.by_url(verb, ids[verb])
            self.assertNotEqual(code, 0, f"{verb} without a note")
            self.assertEqual(gate.final(verb)["status"], "unverifiable", err)
            code, _, err = self.by_url(verb, ids[verb], "--note", "by hand")
            self.assertEqual(code, 0, err)
            self.until(verb, status)
        code, _, err = self.by_url("rerun", ids["rerun"])
        self.assertEqual(code, 0, err)
        rerun = wait_for(lambda: (told := json.loads(gate.get(f"/v1/files/{ids['rerun']}")))["final"] and told["history"] and told, "rerun")
        self.assertEqual((rerun["status"], rerun["epoch"]), ("unverifiable", 1))
        self.assertEqual(self.by_url("release", "a" * 26, "--note", "nobody")[0], 66)
        self.assertEqual((gate.data / "output" / "release").read_bytes(), BAD + b"release")

    def test_who_may_only_look_does_not_review_by_url(self):
        gate = self.start("--require-token")
        gate.drop("kept", BAD)
        code, viewer, err = scalper("token", "add", "--role", "viewer", "--name", "v", "--data", self.data)
        self.assertEqual(code, 0, err)
        kept = wait_for(lambda: json.loads(scalper("ls", "--json", "--data", self.data)[1])["files"], "the record")
        name = kept[0]["id"]
        code, _, err = self.by_url("release", name, "--note", "let me", env={"SCALPER_TOKEN": viewer.strip()})
        self.assertEqual(code, 77, err)
        self.assertFalse((gate.data / "output" / "kept").exists())

    def test_uploads_on_their_way_are_bounded(self):
        gate = self.start("--max-staged", "64KiB")
        waiting = http.client.HTTPConnection("127.0.0.1", gate.port, timeout=PATIENCE)
        waiting.putrequest("PUT", "/v1/files/slow.txt")
        waiting.putheader("Content-Length", str(60 << 10))
        waiting.putheader("Expect", "100-continue")
        waiting.endheaders()
        self.assertIn(b" 100 ", waiting.sock.recv(4096), "it has its room")
        waiting.send(b"x" * (50 << 10))
        wait_for(lambda: self.put("probe.txt", 30 << 10) == 507, "the first upload holds its room")
        self.assertEqual(self.put("small.txt", 1 << 10), 201, "what fits still comes")
        self.assertEqual(self.put("large.txt", 65 << 10), 507, "more than may ever be")
        waiting.send(b"x" * (10 << 10))
        self.assertEqual(waiting.getresponse().status, 201)
        waiting.close()
        wait_for(lambda: self.put("after.txt", 60 << 10) == 201, "the room is given back")

    def put(self, key, size):
        connection = http.client.HTTPConnection("127.0.0.1", self.gate.port, timeout=PATIENCE)
        try:
            connection.request("PUT", f"/v1/files/{key}", b"x" * size)
            return connection.getresponse().status
        except BrokenPipeError:  # refused and closed before all was sent
            return None
        finally:
            connection.close()


if __name__ == "__main__":
    unittest.main()
