"""Resumable uploads by a client that is not ours, tuspy, through kill -9 of the gate between its pieces."""

import hashlib
import io
import json
import random
import sys
import unittest
from pathlib import Path

from bridge import Bridge
from tusclient import client

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crash"))
from gate import MEMORY, Gate, quiet  # noqa: E402
from uploads import ask  # noqa: E402

PIECE = 100_000


class Tus(unittest.TestCase):
    def setUp(self):
        self.gate = self.enterContext(Gate(place=MEMORY))
        self.start()
        self.bridge = self.enterContext(Bridge(self.gate.data / ".scalper" / "gate.sock"))
        self.client = client.TusClient(self.bridge.url + "/v1/uploads")

    def start(self):
        self.gate.start()
        self.assertTrue(self.gate.wait_healthy(), self.gate.log_tail())

    def bytes_of(self, size):
        text = json.dumps({"fill": random.Random(size).randbytes(size // 2).hex()})
        return text.encode()

    def uploader(self, key, data, **more):
        return self.client.uploader(file_stream=io.BytesIO(data), chunk_size=PIECE, metadata={"key": key}, **more)

    def record(self, key):
        found = [one for one in self.gate.records() or [] if one["key"] == key]
        return found[0] if found else None

    def assert_valid(self, key, data):
        self.assertTrue(self.gate.wait(lambda: self.record(key), 60), self.gate.log_tail())
        record = json.loads(ask(self.gate, "GET", f"/v1/files/{self.record(key)['id']}")[2])
        self.assertEqual((record["status"], record["verdict"]["digests"]["sha256"]), ("valid", hashlib.sha256(data).hexdigest()))
        self.assertEqual((self.gate.data / "output" / key).read_bytes(), data)

    def test_a_file_in_pieces_is_judged(self):
        data = self.bytes_of(1_000_000)
        self.uploader("tus/a.json", data, upload_checksum=True).upload()
        self.assert_valid("tus/a.json", data)

    def test_it_goes_on_after_each_kill(self):
        data = self.bytes_of(700_000)
        first = self.uploader("tus/b.json", data)
        first.upload_chunk()
        while True:
            self.gate.kill()
            self.start()
            again = self.client.uploader(file_stream=io.BytesIO(data), chunk_size=PIECE, url=first.url)
            self.assertEqual(again.get_offset(), first.offset, "what was told is there, and no more")
            if first.offset == len(data):
                break
            again.upload_chunk()
            first = again
        self.assert_valid("tus/b.json", data)
        self.assertTrue(quiet(self.gate, [None]), self.gate.log_tail())

    def test_a_piece_that_is_sent_again_adds_nothing(self):
        data = self.bytes_of(50_000)
        upload = self.uploader("tus/d.json", data)
        upload.upload()
        self.assert_valid("tus/d.json", data)
        again = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        self.assertEqual(ask(self.gate, "PATCH", upload.url.removeprefix(self.bridge.url), data, again)[0], 409)
        self.assertEqual([one["key"] for one in self.gate.records()], ["tus/d.json"])

    def test_it_can_be_given_up(self):
        upload = self.uploader("tus/c.json", self.bytes_of(300_000))
        upload.upload_chunk()
        path = upload.url.removeprefix(self.bridge.url)
        tus = {"Tus-Resumable": "1.0.0"}
        self.assertEqual(ask(self.gate, "DELETE", path, headers=tus)[0], 204)
        self.assertEqual(ask(self.gate, "HEAD", path, headers=tus)[0], 404)
        self.assertEqual(self.gate.files_in(".scalper/uploads"), [])


if __name__ == "__main__":
    unittest.main()
