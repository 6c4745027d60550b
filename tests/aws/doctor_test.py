"""`scalper doctor --aws` on ministack: a sound gate, one broken in many ways, and a canary."""

import json
import unittest

import emulators
from verbs_world import Worker, WorkedWorld, scalper
from world import ROOT, client_of

SECRET = "never-to-be-shown"
BLOCKED = {name: True for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")}


class Doctor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.Ministack())

    def setUp(self):
        self.gate = self.enterContext(WorkedWorld(self.ministack, visibility=180))
        self.assertEqual(self.gate.aws("contract", "publish", str(ROOT / "contracts"))[0], 0)

    def doctor(self, *words, **other):
        """Exit code and what was said, as (grade, subject, words)."""
        code, said, why = self.gate.aws("doctor", "--json", *words, AWS_SECRET_ACCESS_KEY=SECRET, **other)
        self.assertNotIn(SECRET, said + why)
        self.assertEqual(why, "")
        answer = json.loads(said)
        checks = [(check["grade"], check["subject"], check["says"]) for check in answer["checks"]]
        self.assertEqual(answer["failed"], sum(check[0] == "fail" for check in checks))
        self.assertEqual(code, 1 if answer["failed"] else 0)
        return code, checks

    def found(self, checks, grade, words):
        self.assertTrue([check for check in checks if check[0] == grade and words in check[2]], f"{grade}: {words} not in {checks}")

    def make_perfect(self):
        gate = self.gate
        for bucket in (gate.input, gate.output, gate.quarantine, gate.contracts):
            gate.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=BLOCKED)
            gate.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
                {"ID": "parts", "Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}]})
        for url in (gate.queue_url, gate.dead_url):
            gate.sqs.set_queue_attributes(QueueUrl=url, Attributes={"SqsManagedSseEnabled": "true"})
        gate.sqs.set_queue_attributes(QueueUrl=gate.queue_url, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*",
            "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{gate.input}"}}}]})})
        gate.dynamodb.update_time_to_live(TableName=gate.table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
        gate.dynamodb.update_continuous_backups(TableName=gate.table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})

    def test_finds_nothing_where_nothing_is(self):
        self.make_perfect()
        code, checks = self.doctor()
        self.assertEqual([check for check in checks if check[0] != "ok"], [])
        self.assertEqual(code, 0)
        self.assertEqual(self.gate.versions(self.gate.output) + self.gate.versions(self.gate.input), [], "it wrote")
        code, said, _ = self.gate.aws("doctor")
        self.assertEqual(code, 0)
        self.assertRegex(said, r"\n\d+ looked at, 0 failed, 0 to know\n$")

    def test_names_what_is_broken(self):
        gate = self.gate
        gate.s3.put_bucket_versioning(Bucket=gate.output, VersioningConfiguration={"Status": "Suspended"})
        gate.notify(False)
        gate.send_event(gate.put("a.txt", b"a", "output"), gate.dead_url)
        _, checks = self.doctor(SCALPER_TABLE="none-such", SCALPER_QUARANTINE_BUCKET="none-such", SCALPER_DLQ_URL=gate.dead_url)
        for words in ("keeps versions no more", "is not there", "tells nobody of new objects", "SCALPER_TABLE names it"):
            self.found(checks, "fail", words)
        for words in ("does not block all public access", "holds 1 dead letters", "is not encrypted", "never completed"):
            self.found(checks, "warn", words)
        _, checks = self.doctor(SCALPER_QUEUE_URL=gate.queue_url + "-none", SCALPER_DLQ_URL=gate.notices_url,
                                SCALPER_CONTRACTS=f"s3://{gate.contracts}/elsewhere")
        self.found(checks, "fail", "the queue is not there")
        self.found(checks, "fail", "no contract set was published")

    def test_says_which_dead_letter_queue_is_meant(self):
        _, checks = self.doctor(SCALPER_DLQ_URL=self.gate.notices_url)
        self.found(checks, "fail", f"which is {self.gate.arn('sqs', self.gate.name + '-dead')}")

    def test_ends_where_it_cannot_ask(self):
        code, checks = self.doctor(SCALPER_TABLE="")
        self.assertEqual((code, [check[1] for check in checks]), (1, ["environment"]))
        code, checks = self.doctor(AWS_ACCESS_KEY_ID="")
        self.assertEqual((code, [check[1] for check in checks]), (1, ["you"]))
        code, checks = self.doctor(AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
        self.assertEqual((code, [check[1] for check in checks]), (1, ["you"]))

    def test_sends_a_canary_through(self):
        with Worker(self.gate):
            code, checks = self.doctor("--canary")
            self.found(checks, "ok", "is valid after ")
            self.assertEqual(code, 0, checks)
        for bucket in (self.gate.input, self.gate.output, self.gate.quarantine):
            self.assertEqual(self.gate.versions(bucket), [])
        (record,) = self.gate.records().values()
        self.assertTrue(record["origin"]["key"].startswith(".scalper-canary/"))

    def test_says_that_a_canary_was_lost(self):
        code, checks = self.doctor("--canary", "--wait", "1")  # no worker is there
        self.assertEqual(code, 1)
        self.found(checks, "fail", "no event of it reached the gate within 1 s")
        self.assertEqual(self.gate.versions(self.gate.input), [])

    def test_says_what_is_left_to_do_before_a_gate_may_go(self):
        gate = self.gate
        with Worker(gate):
            gate.put("done.txt", b"done", "output")
            gate.wait_done()
        gate.sqs.purge_queue(QueueUrl=gate.queue_url)  # an event of what the worker's own sweep had found waits for its lease's end
        code, checks = self.doctor("--destroyable")
        self.assertEqual((code, [check[0] for check in checks]), (0, ["ok"] * 5), checks)
        gate.notify(False)
        sent = gate.put("b/left.txt", b"left", "output")
        self.found(self.doctor("--destroyable")[1], "fail", "1 files are in it, the first is b/left.txt")
        gate.send_event(sent)
        checks = self.doctor("--destroyable")[1]
        self.assertIn(("fail", "queue", "1 messages are in it"), checks)
        gate.send_event(sent, gate.dead_url)
        self.assertIn(("fail", "dead letters", "1 messages are in it"), self.doctor("--destroyable")[1])
        self.assertEqual(gate.aws("sweep")[0], 0)  # notes the file
        self.found(self.doctor("--destroyable")[1], "fail", "1 files are on their way, the first is b/left.txt")
        for wrong in ({"SCALPER_QUEUE_URL": gate.queue_url + "-none"}, {"SCALPER_INPUT_BUCKET": "none-such"}, {"SCALPER_TABLE": "none-such"}):
            self.assertEqual(self.doctor("--destroyable", **wrong)[0], 1, wrong)

    def test_says_that_a_key_is_disabled(self):
        kms = client_of("kms", self.ministack.endpoint)
        key = kms.create_key()["KeyMetadata"]["Arn"]
        self.gate.s3.put_bucket_encryption(Bucket=self.gate.output, ServerSideEncryptionConfiguration={"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}]})
        self.found(self.doctor()[1], "ok", "is enabled")
        kms.disable_key(KeyId=key)
        self.found(self.doctor()[1], "fail", "is Disabled")

    def test_refuses_options_that_do_not_belong_together(self):
        for words in (("--canary",), ("--destroyable",), ("--aws", "--canary", "--destroyable"), ("--json",), ("--aws", "--data", "x"), ("--aws", "--canary", "--wait", "0"), ("--aws", "--wait", "x")):
            self.assertEqual(scalper("doctor", *words)[0], 64, words)


if __name__ == "__main__":
    unittest.main()
