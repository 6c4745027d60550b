"""The whole chain with the very file of the zip: S3 -> SQS -> Lambda -> S3, DynamoDB, SNS, driven by boto3."""

import json
import os
import unittest

import emulators
import world
from chain import FilesThroughTheChain, good
from fault_proxy import Fault, on

LONG = os.environ.get("SCALPER_LONG") == "1"
FILES = 500 if LONG else 100


class Chain(FilesThroughTheChain):
    def test_every_file_once_in_its_bucket_with_its_record(self):
        with emulators.Ministack() as ministack, world.World(ministack, visibility=20) as gate:
            self.send_many(gate, FILES)
            gate.wait_quiet()
            self.assert_promises_hold(gate)
            self.look_at_notices(gate)
            self.look_at_log(gate)
            self.assertEqual(gate.waiting(gate.dead_url), 0)
            untraced = [call.operation for call in gate.proxies["ingest"].calls
                        if call.service in ("s3", "sqs", "sns") and not call.traced]
            self.assertEqual(untraced, [], "calls without the invocation's trace header: no loop protection")

    def test_with_authorisation_the_committed_permissions_are_enough(self):
        """Under IAM roles that may do what tests/aws/recorded-calls.json lists, and nothing else."""
        with emulators.MinistackAuth() as ministack, \
                world.World(ministack, permissions=world.permissions(), bus=True) as gate:
            self.send_many(gate, 21)
            gate.wait_quiet()
            gate.sweep()
            self.look_at_events(gate)
            self.assert_promises_hold(gate)
            refused = [call for proxy in gate.proxies.values() for call in proxy.calls if call.status == 403]
            self.assertEqual(refused, [])

    def test_doubled_events_and_unreadable_messages(self):
        """Every event comes twice more; what no version of ours can read ends with the dead letters."""
        with emulators.Ministack() as ministack, world.World(ministack, visibility=2) as gate:
            strange = json.dumps({"Records": [{"eventVersion": "3.0", "eventSource": "aws:s3"}]})
            gate.sqs.send_message(QueueUrl=gate.queue_url, MessageBody=strange)
            gate.sqs.send_message(QueueUrl=gate.queue_url, MessageBody=json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent",
                                                                                  "Bucket": gate.input}))
            for number in range(10):
                sent = self.send(gate, number)
                for _ in range(2):
                    gate.send_event(sent)
            gate.s3.put_object(Bucket=gate.input, Key="a folder/", Body=b"")
            gate.wait_done()
            self.assert_promises_hold(gate)
            gate.wait(lambda: gate.waiting(gate.dead_url) == 1, "the strange message is not among the dead letters")
            self.assertEqual(gate.drain(gate.dead_url), [strange])

    def test_events_of_files_that_are_done_change_nothing(self):
        with emulators.Ministack() as ministack, world.World(ministack) as gate:
            self.send_many(gate, 10)
            gate.wait_quiet()
            before = gate.records(), sorted(gate.versions(gate.output)), sorted(gate.versions(gate.quarantine))
            for sent in gate.sent:
                gate.send_event(sent)
            gate.wait_quiet()
            self.assertEqual((gate.records(), sorted(gate.versions(gate.output)), sorted(gate.versions(gate.quarantine))), before)

    def test_what_no_event_announced_is_found_by_the_sweep(self):
        with emulators.Ministack() as ministack, world.World(ministack) as gate:
            gate.notify(on=False)
            self.send_many(gate, 10)
            gate.sweep()
            gate.wait_quiet()
            gate.sweep()
            self.assert_promises_hold(gate)

    def test_what_a_crash_left_behind_a_verdict_is_finished_by_the_sweep(self):
        """Killed before the source is deleted, and nobody brings the message again: the sweep tells and deletes."""
        with emulators.Ministack() as ministack, world.World(ministack, visibility=600, batch=1, bus=True) as gate:
            gate.notify(on=False)
            sent = gate.put("left.json", good(1), "output")
            proxy = gate.proxies["ingest"]
            proxy.spoil(Fault("kill_before", on("s3", "DeleteObject", sent.key)))
            gate.send_event(sent)
            gate.wait(lambda: proxy.killed, "nobody deletes the source")
            gate.end_leases()
            gate.sweep()
            self.assert_promises_hold(gate)
            self.look_at_notices(gate)
            self.look_at_events(gate)

    def test_a_report_of_many_findings_lies_beside_the_file(self):
        with emulators.Ministack() as ministack, world.World(ministack) as gate:
            rows = "".join(f"{number},a,b\n" for number in range(20))
            gate.put("many.csv", f"number,text\n{rows}".encode(), "quarantine")
            gate.wait_quiet()
            self.assert_promises_hold(gate)
            (identity,) = gate.records()
            reports = [key for key, _ in gate.versions(gate.quarantine) if key.startswith(f"reports/{identity}/")]
            self.assertEqual(len(reports), 1)

    def test_newer_bytes_of_a_key_replace_older_ones(self):
        with emulators.Ministack() as ministack, world.World(ministack) as gate:
            for number in range(4):
                gate.put("one key.json", good(number), "output")
                gate.wait_quiet()
            self.assert_promises_hold(gate)
            current = gate.s3.get_object(Bucket=gate.output, Key="one key.json")["Body"].read()
            self.assertEqual(current, good(3))


if __name__ == "__main__":
    unittest.main()
