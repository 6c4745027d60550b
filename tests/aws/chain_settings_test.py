"""A gate that is set up wrongly, and messages that are no events: the log says what is wrong and how to mend it, messages come
again or end with the dead letters, and nothing is lost once it is mended."""

import contextlib
import json
import os
import unittest

import emulators
import invariants
import world
from fault_proxy import Fault

GOOD = b'{"a": 1}'
NOWHERE = "nobody-made-it"
# What is told of the function, or done to its world; words of the one line that has to say so.
WRONG = {
    "a table that is not there": ({"SCALPER_TABLE": NOWHERE}, ["SCALPER_TABLE", NOWHERE, "records-table.json"]),
    "a bucket that is not there": ({"SCALPER_OUTPUT_BUCKET": NOWHERE}, ["SCALPER_OUTPUT_BUCKET", NOWHERE, "is not there"]),
    "a topic that is not there": ({"SCALPER_NOTICE_TOPIC_ARN": f"arn:aws:sns:us-east-1:{world.ACCOUNT}:{NOWHERE}"},
                                  ["SCALPER_NOTICE_TOPIC_ARN", NOWHERE]),
    "credentials that have expired": ("expire", ["ExpiredToken"]),
}
WRONG_LONG = {
    "a bucket without versions": ("suspend", ["SCALPER_INPUT_BUCKET", "put-bucket-versioning", "Status=Enabled"]),
    "contracts that are nowhere": ({"SCALPER_CONTRACTS": f"s3://{NOWHERE}/x"}, ["SCALPER_CONTRACTS", "nothing is claimed"]),
}
if os.environ.get("SCALPER_LONG") == "1":
    WRONG |= WRONG_LONG
AWS_EVENT = {"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventName": "ObjectCreated:Put"}


def event(bucket, key, **more):
    return json.dumps({"Records": [{**AWS_EVENT, "s3": {"bucket": {"name": bucket}, "object": {"key": key, "versionId": "v"}}, **more}]})


class ChainSettings(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.Ministack())

    def test_what_is_set_up_wrongly_is_told_and_nothing_is_lost(self):
        with contextlib.ExitStack() as stack:
            gates = {name: stack.enter_context(world.World(self.ministack, visibility=2)) for name in WRONG}
            for name, gate in gates.items():
                gate.notify(on=False)
                sent = gate.put("a.json", GOOD, "output")
                self.break_it(gate, WRONG[name][0])
                gate.send_event(sent)
            for name, gate in gates.items():
                with self.subTest(name):
                    words = WRONG[name][1]
                    gate.wait(lambda at=gate, all_of=words: self.line_with(at, all_of), f"{name}: no line of the log has {words}")
                    self.look_while_it_is_wrong(gate)
                    self.mend(gate, WRONG[name][0])
                    gate.wait(lambda at=gate: self.push(at), f"{name}: mended, and the file does not come through")
                    self.assertEqual(invariants.check(gate), [])

    def break_it(self, gate, how):
        if how == "suspend":
            gate.s3.put_bucket_versioning(Bucket=gate.input, VersioningConfiguration={"Status": "Suspended"})
        elif how == "expire":
            gate.proxies["ingest"].spoil(Fault("answer", lambda call: True, times=10**6, status=400, code="ExpiredToken"))
        else:
            gate.is_recorded = False
            gate.tell("ingest", **how)
        gate.start_anew("ingest")

    def mend(self, gate, how):
        gate.proxies["ingest"].faults.clear()
        gate.s3.put_bucket_versioning(Bucket=gate.input, VersioningConfiguration={"Status": "Enabled"})
        if isinstance(how, dict):
            gate.tell("ingest")
            gate.start_anew("ingest")

    def line_with(self, gate, words):
        return [line for line in gate.log_lines("ingest") if line["level"] in ("warning", "error")
                and all(word in json.dumps(line) for word in words)]

    def look_while_it_is_wrong(self, gate):
        self.assertGreater(gate.waiting(gate.queue_url) + gate.waiting(gate.dead_url), 0, "the message is gone")
        bytes_of_it = {version.sha256 for version in gate.landed()}
        self.assertTrue(gate.versions(gate.input) or invariants.digest(GOOD) in bytes_of_it, "lost")

    def push(self, gate):
        """Redrive, as an operator does it."""
        for body in gate.drain(gate.dead_url):
            gate.sqs.send_message(QueueUrl=gate.queue_url, MessageBody=body)
        return gate.is_done()

    def test_messages_that_are_no_events_end_with_the_dead_letters(self):
        with world.World(self.ministack, visibility=1, tries=2) as gate:
            refused = {
                "no JSON": "{", "a list": "[]", "an empty object": "{}", "no records": '{"Records":[]}', "a record of nothing":
                '{"Records":[{}]}', "of another service": event(gate.input, "a", eventSource="aws:ses"),
                "of a later version": event(gate.input, "a", eventVersion="3.0"), "another bucket's": event(NOWHERE, "a"),
                "no key": event(gate.input, ""), "a key that nobody encodes so": event(gate.input, "%zz"),
                "a key that is too long": event(gate.input, "k" * 1025), "nested beyond reason": "[" * 5000 + "]" * 5000,
            }
            ignored = {
                "what S3 says first": json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": gate.input}),
                "a removal": event(gate.input, "a", eventName="ObjectRemoved:Delete"),
            }
            gate.put("good.json", GOOD, "output")
            for body in [*refused.values(), *ignored.values()]:
                gate.sqs.send_message(QueueUrl=gate.queue_url, MessageBody=body)
            gate.wait(lambda: gate.waiting(gate.dead_url) >= len(refused), "not all are among the dead letters")
            self.assertEqual(sorted(gate.drain(gate.dead_url)), sorted(refused.values()))
            gate.wait_quiet()
            self.assertEqual(invariants.check(gate), [])
            told = [line for line in gate.log_lines("ingest") if line["event"] == "message_refused"]
            self.assertGreaterEqual(len({line["message_id"] for line in told}), len(refused))
            self.assertTrue(all(line["error"] for line in told))


if __name__ == "__main__":
    unittest.main()
