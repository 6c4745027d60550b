"""`scalper connect`: the other destinations of a bucket stand afterwards as before."""

import os
import subprocess
import unittest

import emulators
from verbs_world import PLAIN, SCALPER, scalper
from world import client_of

EVENTS, FILTER = ["s3:ObjectCreated:*"], {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a & b/"}, {"Name": "suffix", "Value": ".csv"}]}}


class Connect(unittest.TestCase):
    def connect(self, server, *words):
        return scalper("connect", *words, env=self.environment(server))

    def environment(self, server):
        return {**emulators.CREDENTIALS, "AWS_ENDPOINT_URL": server.endpoint, "HOME": "/nonexistent"}

    def partner(self, server):
        """A versioned bucket that tells a queue and a topic: its S3 client, the queue's client, URL and ARN."""
        s3, sqs, sns = (client_of(service, server.endpoint) for service in ("s3", "sqs", "sns"))
        s3.create_bucket(Bucket="partner")
        s3.put_bucket_versioning(Bucket="partner", VersioningConfiguration={"Status": "Enabled"})
        url = sqs.create_queue(QueueName="theirs")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topic = sns.create_topic(Name="theirs")["TopicArn"]
        s3.put_bucket_notification_configuration(Bucket="partner", NotificationConfiguration={
            "QueueConfigurations": [{"Id": "one", "QueueArn": queue, "Events": EVENTS, "Filter": FILTER}],
            "TopicConfigurations": [{"Id": "two", "TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}]})
        return s3, sqs, url, queue

    def configured(self, s3):
        answer = s3.get_bucket_notification_configuration(Bucket="partner")
        del answer["ResponseMetadata"]
        return answer

    def test_asks_where_somebody_sits(self):
        server = self.enterContext(emulators.Ministack())
        s3 = self.partner(server)[0]
        for answer, wanted in ((b"n\n", 77), (b"\n", 77), (b"y\n", 0)):
            terminal, stdin = os.openpty()
            try:
                os.write(terminal, answer)
                done = subprocess.run([SCALPER, "connect", "partner"], stdin=stdin, capture_output=True, timeout=60, check=False,
                                      env={**PLAIN, **self.environment(server)})
            finally:
                os.close(stdin)
                os.close(terminal)
            self.assertEqual(done.returncode, wanted, done.stderr)
            self.assertIn(b"Write this? [y/N] ", done.stderr)
            self.assertEqual("EventBridgeConfiguration" in self.configured(s3), wanted == 0)

    def test_adds_event_bridge_and_keeps_the_rest(self):
        server = self.enterContext(emulators.Ministack())
        s3, sqs, url, queue = self.partner(server)
        before = self.configured(s3)
        sqs.purge_queue(QueueUrl=url)
        code, said, why = self.connect(server, "--dry-run", "partner")
        self.assertEqual((code, why), (0, ""))
        self.assertIn("+   <EventBridgeConfiguration/>\n", said)
        self.assertIn(queue, said)
        code, _, why = self.connect(server, "partner")
        self.assertEqual(code, 77)
        self.assertIn("--yes", why)
        self.assertEqual(self.configured(s3), before)
        code, said, why = self.connect(server, "--yes", "partner")
        self.assertEqual((code, why), (0, ""))
        self.assertIn("put-rule", said)
        self.assertEqual(self.configured(s3), {**before, "EventBridgeConfiguration": {}})
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=url), "a test message went to somebody else's queue")
        self.assertEqual(self.connect(server, "--yes", "partner"),
                         (0, "partner delivers to EventBridge already; nothing was changed\n", ""))

    def test_says_so_where_it_is_not_kept(self):
        server = self.enterContext(emulators.Moto())  # which forgets EventBridge
        s3, _, _, queue = self.partner(server)
        before = self.configured(s3)
        code, _, why = self.connect(server, "--yes", "partner")
        self.assertEqual(code, 70)
        self.assertIn(queue, why)
        self.assertEqual(self.configured(s3), before)

    def test_refuses_what_it_cannot_do(self):
        server = self.enterContext(emulators.Ministack())
        s3 = client_of("s3", server.endpoint)
        s3.create_bucket(Bucket="plain")
        for bucket, word in (("plain", "versioning"), ("none-such", "not there"), ("No Name", "no bucket can have")):
            code, said, why = self.connect(server, "--yes", bucket)
            self.assertEqual((code, said), (64, ""))
            self.assertIn(word, why)


if __name__ == "__main__":
    unittest.main()
