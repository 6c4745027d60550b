"""Files that callers of the API send to S3 themselves: signed forms and parts, through the chain of the zip, by curl and by a library
of Python. The function's role may do what tests/aws/recorded-calls.json lists, and nothing else.

ministack holds forms and URLs to their key, length, fields and signature, as S3 does. No emulator holds a form to its checksum
(docs/unproven.md); the gate reads every byte all the same.
"""

import base64
import hashlib
import subprocess
import tempfile
import unittest
import urllib.parse

import emulators
import invariants
import requests
import world
from http_api import HttpApi

GOOD = b"id,total\n1,2\n"
TOO_LONG = 6 * 1024 ** 3  # for one form; no byte of it is sent
SECONDS = 30


class ChainUploads(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.MinistackAuth())
        cls.gate = cls.enterClassContext(world.World(cls.ministack, permissions=world.permissions()))
        cls.api = HttpApi(cls.gate)

    def ask(self, method, path, body=None, status=200):
        answer = self.api.call(method, path, body)
        self.assertEqual(answer.status, status, (path, answer.body))
        return answer.json() if answer.body else None

    def form(self, key, data, **more):
        target = self.ask("POST", "/v1/uploads", {"key": key, "size": len(data), **more}, 201)
        self.assertEqual(target["kind"], "form")
        self.assertEqual(dict(target["fields"])["key"], key)
        return target

    def files(self, key):
        """Final records of the key; the index of records may lag."""
        found = self.ask("GET", f"/v1/files?prefix={urllib.parse.quote(key, safe='')}")["files"]
        return [file for file in found if file["key"] == key and file["final"]]

    def landed(self, key, data, bucket="output"):
        """It came into the input as one version, and ended where it belongs."""
        self.gate.wait(lambda: self.files(key), "nobody finishes the file")
        [listed] = self.files(key)
        record = self.ask("GET", f"/v1/files/{listed['id']}")
        self.gate.remember(key, record["version"], data, bucket)
        self.gate.wait_done()
        self.assertEqual(invariants.check(self.gate), [])
        return record

    def test_a_form_by_curl(self):
        for key, more in (("forms/a b+ü%.csv", {}), ("forms/typed.csv", {"content_type": "text/csv", "sha256": invariants.digest(GOOD)})):
            with self.subTest(key):
                target = self.form(key, GOOD, **more)
                with tempfile.NamedTemporaryFile() as file:
                    file.write(GOOD)
                    file.flush()
                    fields = [word for name, value in target["fields"] for word in ("--form-string", f"{name}={value}")]
                    done = subprocess.run(["curl", "-sS", "--fail-with-body", "--max-time", str(SECONDS), *fields, "-F", f"file=@{file.name}",
                                           target["url"]], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.landed(key, GOOD)

    def test_a_form_by_a_library(self):
        target = self.form("forms/library.csv", GOOD)
        answer = requests.post(target["url"], data=target["fields"], files={"file": ("any.csv", GOOD)}, timeout=SECONDS)
        self.assertIn(answer.status_code, (200, 201, 204), answer.text)
        self.landed("forms/library.csv", GOOD)

    def test_a_form_takes_nothing_else(self):
        target = self.form("forms/refused.csv", GOOD)
        fields = target["fields"]
        other = {"another key": ([[name, "forms/theirs.csv" if name == "key" else value] for name, value in fields], GOOD),
                 "a byte more": (fields, GOOD + b"\n"), "a byte less": (fields, GOOD[:-1]),
                 "a field more": ([["x-amz-meta-scalper-id", "forged"], *fields], GOOD),
                 "another signature": ([[name, value[::-1] if name == "x-amz-signature" else value] for name, value in fields], GOOD)}
        for what, (sent, data) in other.items():
            answer = requests.post(target["url"], data=sent, files={"file": ("any.csv", data)}, timeout=SECONDS)
            self.assertIn(answer.status_code, (400, 403), (what, answer.text))
        self.assertEqual(self.gate.versions(self.gate.input), [])

    def test_other_bytes_than_their_checksum_says_are_invalid(self):
        other = b"id,total\n3,4\n"
        target = self.form("forms/other.csv", GOOD, sha256=hashlib.sha256(GOOD).hexdigest())
        self.assertIn(["x-amz-checksum-sha256", base64.b64encode(hashlib.sha256(GOOD).digest()).decode()], target["fields"])
        answer = requests.post(target["url"], data=target["fields"], files={"file": ("any.csv", other)}, timeout=SECONDS)
        self.assertIn(answer.status_code, (200, 201, 204), answer.text)  # S3 itself would refuse them
        record = self.landed("forms/other.csv", other, "quarantine")
        self.assertEqual(record["status"], "invalid", record)

    def test_parts_of_what_is_long(self):
        target = self.ask("POST", "/v1/uploads", {"key": "parts/long.csv", "size": TOO_LONG}, 201)
        self.assertEqual((target["kind"], target["parts"] * target["part_size"] >= TOO_LONG), ("parts", True))
        place = f"/v1/uploads/{target['id']}"
        parts = self.ask("POST", f"{place}/parts", {"first": target["parts"], "count": 5})["parts"]
        self.assertEqual([part["number"] for part in parts], [target["parts"]])
        first = self.ask("POST", f"{place}/parts", {"count": 2})["parts"]
        self.assertEqual([(part["number"], part["size"]) for part in first], [(1, target["part_size"]), (2, target["part_size"])])
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(first[0]["url"]).query)
        self.assertEqual(asked["X-Amz-SignedHeaders"], ["content-length;host"])
        self.assertLessEqual(int(asked["X-Amz-Expires"][0]), 900)
        self.assertEqual(self.ask("POST", f"{place}/complete", {}, 409)["code"], "parts_missing")
        for url in (first[0]["url"], first[0]["url"].replace("partNumber=1", "partNumber=2")):
            self.assertEqual(requests.put(url, data=b"x", timeout=SECONDS).status_code, 403, "it is signed for another length or part")
        uploads = self.gate.s3.list_multipart_uploads(Bucket=self.gate.input).get("Uploads", [])
        self.assertEqual([upload["Key"] for upload in uploads], ["parts/long.csv"])
        self.ask("DELETE", place, status=204)
        self.assertEqual(self.gate.s3.list_multipart_uploads(Bucket=self.gate.input).get("Uploads", []), [])
        self.assertEqual(self.ask("POST", f"{place}/complete", {}, 404)["code"], "not_found")
        self.assertEqual(self.gate.versions(self.gate.input), [])

    def test_ids_that_are_made_up(self):
        for made_up in ("x", "YWJj", "a" * 2000):
            for call in ("parts", "complete"):
                self.assertEqual(self.ask("POST", f"/v1/uploads/{made_up}/{call}", {}, 404)["code"], "not_found")


if __name__ == "__main__":
    unittest.main()
