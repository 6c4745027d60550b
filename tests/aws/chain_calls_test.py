"""What a file costs that meets no fault, counted on the wire: S3 on seaweedfs, which honours the condition of a copy as AWS does,
the rest on ministack. The numbers are those by which `scalper cost` multiplies."""

import base64
import collections
import json
import re
import subprocess
import unittest

import emulators
import invariants
import world
from fault_proxy import FaultProxy
from verbs_world import PLAIN, SCALPER, Worker, WorkedWorld

FILES = 10
RECORD_INDEXES = {"sp", "kp", "op"}  # by_status, by_key, open_records


def model():
    """{"S3 COPY": 1.0, ...} of a small file, read from what the program prints."""
    told = subprocess.run([SCALPER, "cost", "--files", "1", "--avg", "1kB"], env=PLAIN, capture_output=True, text=True, check=True)
    return {what.strip(): float(count) for what, count in re.findall(r"(?m)^  (\S.*?)  +1 x (\S+) ", told.stdout)}


def crc64nvme(data):
    """As S3 writes it."""
    crc = (1 << 64) - 1
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x9A6C9329AC4BC9B5 if crc & 1 else 0)
    return base64.b64encode((crc ^ (1 << 64) - 1).to_bytes(8, "big")).decode()


def text_of(key):
    return b'{"key": "%s"}' % key.encode()


def with_checksum(call, data):
    """The answer of CopyObject as AWS gives it, with the checksum that this store does not keep."""
    if call.operation != "CopyObject":
        return data
    said = f"<ChecksumCRC64NVME>{crc64nvme(text_of(call.key))}</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType>"
    return data.replace(b"</CopyObjectResult>", said.encode() + b"</CopyObjectResult>")


class OnTwo(WorkedWorld):
    """A world whose buckets lie on seaweedfs."""

    def __init__(self, ministack, seaweed):
        super().__init__(ministack)
        self.seaweed = seaweed
        self.s3 = world.client_of("s3", seaweed.endpoint)
        self.proxies = {"worker": FaultProxy("worker", ministack.port, {"s3": seaweed.port})}

    def _functions(self):
        pass  # the built-in contract judges

    def notify(self, on=True):
        pass  # it tells nobody of its objects; the test does

    def variables(self, **other):
        return {**super().variables(**other), "AWS_ENDPOINT_URL": self.proxies["worker"].endpoint}


class ChainCalls(unittest.TestCase):
    maxDiff = None

    def test_a_file_makes_the_calls_that_the_cost_model_counts(self):
        with emulators.Ministack() as ministack, emulators.SeaweedFs() as seaweed, OnTwo(ministack, seaweed) as gate, \
                Worker(gate):
            self.one_file(gate, "first.json")  # with it the store is asked what it can
            with self.subTest("a store that says no checksum"):
                # What was copied is read back, which AWS makes needless.
                self.assertEqual(self.of_s3(self.calls_of_files(gate, "plain"))["GetObject"], 2 * FILES * model()["S3 GET"])
            with self.subTest("as AWS answers"):
                gate.proxies["worker"].amend = with_checksum
                calls = self.calls_of_files(gate, "aws")
                counted = self.of_s3(calls)
                self.assertLessEqual(counted.pop("HeadObject", 0), FILES * model()["S3 HEAD, at most"])
                self.assertEqual(counted, {"GetObject": FILES * model()["S3 GET"], "CopyObject": FILES * model()["S3 COPY"],
                                           "DeleteObject": FILES * model()["S3 DELETE"]})
                self.of_records(calls)
                self.of_queue(calls)
            self.assertEqual(invariants.check(gate), [])

    def calls_of_files(self, gate, prefix):
        begun = len(gate.proxies["worker"].calls)
        for number in range(FILES):
            self.one_file(gate, f"{prefix}{number}.json")
        gate.wait_quiet()
        calls = gate.proxies["worker"].calls[begun:]
        self.assertEqual([call for call in calls if call.status >= 400], [])
        return calls

    def one_file(self, gate, key):
        gate.send_event(gate.put(key, text_of(key), "output"))
        gate.wait_done()

    def of_s3(self, calls):
        return dict(collections.Counter(call.operation for call in calls if call.service == "s3"))

    def of_queue(self, calls):
        """Each message is deleted once; those that end together share a call."""
        deleted = [call for call in calls if call.operation == "DeleteMessageBatch"]
        self.assertLessEqual(len(deleted), FILES)
        self.assertEqual(sum(call.text.count('"ReceiptHandle"') for call in deleted), FILES)

    def of_records(self, calls):
        writes = [call for call in calls if call.operation in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")]
        self.assertEqual(len(writes), FILES * model()["DynamoDB, records"])
        before, entries = {}, 0
        for item in (json.loads(call.text)["Item"] for call in writes):
            places = {name: item[name] for name in RECORD_INDEXES if name in item}
            last = before.get(item["pk"]["S"], {})
            entries += sum(places.get(name) != last.get(name) for name in RECORD_INDEXES)  # one that moves is two
            before[item["pk"]["S"]] = places
        self.assertEqual(entries, FILES * model()["DynamoDB, indexes"])


if __name__ == "__main__":
    unittest.main()
