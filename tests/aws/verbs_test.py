"""The verbs with --aws: what they do on ministack, and that they say it in the words of the gate on one machine."""

import re
import unittest

import emulators
import world
from verbs_world import Folder, SAMPLES, WorkedWorld, Worker, plain

GOOD, BAD = "orders/2026-11-20.csv", "orders/2026-11-21-short-row.csv"
OTHERS = {"release": "orders/released.csv", "reject": "orders/rejected.csv", "rerun": "orders/rerun.csv"}


class Verbs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.Ministack())
        cls.gate = cls.enterClassContext(WorkedWorld(cls.ministack))
        cls.folder = cls.enterClassContext(Folder())
        cls.contracts = str(world.ROOT / "contracts")
        cls.published = [cls.gate.aws("contract", "publish", cls.contracts), cls.folder.local("contract", "publish", cls.contracts)]
        cls.worker = cls.enterClassContext(Worker(cls.gate))
        for key in (GOOD, BAD, *OTHERS.values()):
            data = (SAMPLES / (key if key in (GOOD, BAD) else BAD)).read_bytes()
            cls.folder.put(key, data)
            cls.gate.put(key, data, "output" if key == GOOD else "quarantine")
        cls.gate.wait(lambda: cls.folder.local("sweep")[0] == 0 and cls.folder.local("ls")[1].count("orders/") == 5,
                      "the folder's files are not judged")  # each is ready two seconds after its last change
        cls.gate.wait_done()  # the worker's first sweep may double a message, which then waits for the lease that it met

    def same(self, *words):
        """Both gates say the same but for what differs in any two runs; answers what AWS said."""
        on_aws, local = self.gate.aws(*words), self.folder.local(*words)
        named = re.sub(r"(?m)^(  scalper .*)--data \S+ ", r"\1--aws ", local[1])  # commands mean the gate that was asked
        self.assertEqual((on_aws[0], plain(on_aws[1]), plain(on_aws[2])), (local[0], plain(named), plain(local[2])), words)
        return on_aws

    def put_unannounced(self, key):
        """A file of which no event tells."""
        self.gate.notify(False)
        try:
            return self.gate.put(key, b"quiet text\n", "output")
        finally:
            self.gate.notify(True)

    def wait_status(self, operand, status):
        self.gate.wait(lambda: f"status       {status}\n" in self.gate.aws("status", operand)[1], f"{operand} is not {status}")

    def test_publishes_contracts_under_the_same_digest(self):
        self.assertEqual(*self.published)
        self.assertEqual(self.published[0][0], 0)
        digest = self.gate.s3.get_object(Bucket=self.gate.contracts, Key="sets/current")["Body"].read().decode()
        self.assertIn(digest, self.published[0][1])

    def test_refuses_contracts_with_errors_and_places_that_take_none(self):
        broken = self.folder.data.parent / "broken"
        broken.mkdir()
        (broken / "a.yaml").write_text("contract: a\nmatsch: {}\n")
        self.assertEqual(self.same("contract", "publish", str(broken))[0], 65)
        code, said, why = self.gate.aws("contract", "publish", self.contracts, SCALPER_CONTRACTS="builtin")
        self.assertEqual((code, said), (64, ""))
        self.assertIn("s3://", why)

    def test_looks_at_files(self):
        for words in (("ls", "--prefix", "orders/2026"), ("ls", "--prefix", "orders/2026", "--limit", "1"), ("ls", "--prefix", "none"),
                      ("status", GOOD), ("status", BAD), ("status", "--wait", "1", GOOD), ("explain", GOOD), ("explain", BAD)):
            self.assertEqual(self.same(*words)[0], 0)
        for words in (("status", "none"), ("status", "a" * 26), ("ls", "--status", "nice"), ("release", "--note", "x", GOOD)):
            self.assertNotEqual(self.same(*words)[0], 0)

    def test_waits_for_a_verdict(self):
        sent = self.gate.put("waited.txt", b"text\n", "output")
        name = world.file_id(self.gate.input, sent.key, sent.version)
        self.gate.wait(lambda: self.gate.aws("status", name)[0] == 0, "no record")
        code, said, why = self.gate.aws("status", "--wait", "25", name)
        self.assertEqual((code, why), (0, ""))
        self.assertIn("status       valid\n", said)

    def test_reviews(self):
        for verb, status in (("release", "released"), ("reject", "rejected"), ("rerun", "invalid")):
            with self.subTest(verb):
                key = OTHERS[verb]
                code, said, why = self.gate.aws(verb, "--wait", "25", "--note", "as agreed", key)
                self.assertEqual((code, why), (0, ""))
                self.assertRegex(said, f"^[a-z2-7]{{26}}  {key}  now {status}\n$")
                self.assertEqual(self.folder.local(verb, "--note", "as agreed", key)[0], 0)
                self.gate.wait(lambda key=key: "as agreed" in self.gate.aws("status", key)[1], "not reviewed")
                self.wait_status(key, status)
                self.assertIn("arn:aws:", self.same("status", key)[1])
                self.same("explain", key)

    def test_says_the_queue_and_puts_dead_letters_back(self):
        sent = self.put_unannounced("dead.txt")
        self.gate.send_event(sent, self.gate.dead_url)
        code, said, why = self.gate.aws("queue")
        self.assertEqual((code, why), (0, ""))
        self.assertIn("1 given up\n", said)
        self.assertEqual(self.gate.aws("redrive"), (0, "1 messages are back in the queue\n", ""))
        self.gate.wait_done()
        self.wait_status("dead.txt", "valid")
        self.same("redrive")
        code, _, why = self.gate.aws("redrive", SCALPER_DLQ_URL="")
        self.assertEqual(code, 64)
        self.assertIn("SCALPER_DLQ_URL", why)

    def test_sweeps(self):
        self.put_unannounced("swept.txt")
        code, said, why = self.gate.aws("sweep")
        self.assertEqual((code, why), (0, ""))
        self.assertRegex(said, r"^\d+ versions looked at: 1 announced, 0 queued again, 0 finished, 0 withdrawn, 0 reopened\n$")
        self.gate.wait_done()
        self.wait_status("swept.txt", "valid")

    def test_backfills(self):
        self.put_unannounced("old/file.txt")
        words = ("backfill", "--prefix", "old/")
        self.assertEqual(self.gate.aws(*words, "--dry-run"), (0, "1 versions looked at, 0 known already, 1 would be taken over\n", ""))
        self.assertEqual(self.gate.aws(*words), (0, "1 versions looked at, 0 known already, 1 taken over\n", ""))
        self.gate.wait_done()
        self.wait_status("old/file.txt", "valid")
        self.assertEqual(self.same("backfill")[0], 64)

    def test_audits(self):
        code, said, why = self.gate.aws("audit")
        self.assertEqual((code, why), (0, ""))
        self.assertRegex(said, r"^\d+ versions and \d+ records compared: 0 stray, 0 rebuilt\n$")
        stray = self.gate.s3.put_object(Bucket=self.gate.output, Key="stray.txt", Body=b"x")["VersionId"]
        try:
            code, said, _ = self.gate.aws("audit")
            self.assertEqual(code, 1)
            self.assertRegex(said, f"{self.gate.output}/stray.txt .*\n.* 1 stray")
        finally:
            self.gate.s3.delete_object(Bucket=self.gate.output, Key="stray.txt", VersionId=stray)

    def test_pauses_and_resumes(self):
        try:
            self.same("pause", "--note", "change")
            self.same("pause", "--json")
            marker = self.gate.dynamodb.get_item(TableName=self.gate.table, Key={"pk": {"S": "control#pause"}}, ConsistentRead=True)
            self.assertIn("paused", str(marker["Item"]))
        finally:
            self.same("resume")

    def test_says_what_it_lacks(self):
        for verb, missing in (("ls", "SCALPER_TABLE"), ("sweep", "SCALPER_QUEUE_URL")):
            code, said, why = self.gate.aws(verb, **{missing: ""})
            self.assertEqual((code, said), (64, ""))
            for name in (missing, "doctor --env"):
                self.assertIn(name, why)
        code, _, why = self.gate.aws("ls", "--data", "data")
        self.assertEqual(code, 64)
        self.assertIn("--data", why)
        code, _, why = self.gate.aws("ls", SCALPER_TABLE="none-such")
        self.assertEqual(code, 69)
        self.assertIn("SCALPER_TABLE", why)
        code, _, why = self.gate.aws("pause", SCALPER_OUTPUT_BUCKET="none-such")
        self.assertEqual(code, 64)
        self.assertIn("bucket none-such is not there", why)
        self.assertNotIn("versioning", why)
        code, _, why = self.gate.aws("ls", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
        self.assertEqual(code, 77, why)
        code, _, why = self.gate.aws("ls", AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
        self.assertEqual(code, 69, why)


if __name__ == "__main__":
    unittest.main()
