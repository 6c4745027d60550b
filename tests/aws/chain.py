"""Many files, sent in every way, through a world; and what has to be seen of them at its end."""

import concurrent.futures
import json
import unittest

import invariants
import world
from senders import WAYS

BAD_EVERY = 20
GATE_METRICS = ("FilesValid", "FilesInvalid", "FilesUnverifiable", "FilesFailed")


def good(number):
    return f'{{"number": {number}, "text": "ä file like no other"}}\n'.encode()


def bad(number):
    return f'{{"number": {number}, "text": "no end\n'.encode()


class FilesThroughTheChain(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not world.ZIP.exists():
            raise AssertionError(f"{world.ZIP} is not there: ./package")

    def assert_promises_hold(self, gate):
        self.assertEqual(invariants.check(gate), [])

    def send(self, gate, number):
        is_bad = number % BAD_EVERY == 6
        data, key = (bad if is_bad else good)(number), f"feed {number % 3}/a b+{number}%ü.json"
        return gate.remember(key, WAYS[number % len(WAYS)](gate, key, data), data, "quarantine" if is_bad else "output")

    def send_many(self, gate, count):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: self.send(gate, number), range(count)))

    def look_at_notices(self, gate):
        """One for each final verdict, at least."""
        told = [json.loads(json.loads(body)["Message"]) for body in gate.drain(gate.notices_url)]
        wanted = {world.file_id(gate.input, sent.key, sent.version) for sent in gate.sent}
        self.assertEqual({notice["specversion"] for notice in told}, {"1.0"})
        self.assertEqual({notice["id"].partition(".")[0] for notice in told} - {notice["data"]["id"] for notice in told}, set())
        named = {notice["data"]["id"] for notice in told} & wanted
        self.assertEqual(named, wanted)

    def look_at_events(self, gate):
        """The same on the bus, with what a rule matches by."""
        told = [json.loads(body) for body in gate.drain(gate.events_url)]
        self.assertEqual({event["source"] for event in told}, {"silent-scalper"})
        self.assertEqual({event["detail-type"] for event in told} - {event["detail"]["type"] for event in told}, set())
        wanted = {world.file_id(gate.input, sent.key, sent.version) for sent in gate.sent}
        self.assertEqual({event["detail"]["data"]["id"] for event in told} & wanted, wanted)

    def look_at_log(self, gate):
        """Every line of ours is JSON, each file has its line, and the metrics add up to what was sent."""
        lines = gate.log_lines("ingest")
        files = {line["file_id"] for line in lines if "file_id" in line and "verdict" in line}
        self.assertEqual(files, {world.file_id(gate.input, sent.key, sent.version) for sent in gate.sent})
        sums = dict.fromkeys(GATE_METRICS, 0)
        for line in lines:
            for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
                self.assertEqual(directive["Namespace"], "SilentScalper")
                for metric in directive["Metrics"]:
                    self.assertIn(metric["Name"], line)
                    if metric["Name"] in sums:
                        value = line[metric["Name"]]
                        sums[metric["Name"]] += sum(value) if isinstance(value, list) else value
        invalid = sum(sent.bucket == "quarantine" for sent in gate.sent)
        self.assertEqual(sums, {"FilesValid": len(gate.sent) - invalid, "FilesInvalid": invalid, "FilesUnverifiable": 0,
                                "FilesFailed": 0})
