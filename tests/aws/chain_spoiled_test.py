"""Every call that the functions `sweep` and `api` make, spoiled in every manner: nothing is lost or done twice, and who asked is
told what was not done."""

import json
import os
import time
import unittest
import urllib.parse

import emulators
import invariants
import world
from fault_proxy import Fault, on
from http_api import RestApi
from spoiled import come_to_rest, fault_of, manners_of, way_of

GOOD, RAGGED = b'{"a": 1}', b'{"a": 1'
NO_SUCH = "a" * 26
TRIES = 5
OF_PUBLISHING = ("reset_after", "truncate", "kill_before", "kill_after", "409", "412", "404")
DONE_ALREADY = ("not_allowed_now", "not_found")  # and not: something came between, look again
FEW = os.environ.get("SCALPER_LONG") != "1"
OF_A_FILE = [("dynamodb", "PutItem"), ("sqs", "SendMessage")]  # a sweep's calls for one that nobody announced
OF_A_LEFT = [("sns", "Publish"), ("s3", "DeleteObject")]  # and for one that is final and whose source is still there
SERIES = "contract: series\nmatch: {{prefix: \"series/\"}}\nsize: {{max: {most}}}\n"


def of_file(gate, sent, service, operation):
    names = world.file_id(gate.input, sent.key, sent.version), sent.key, sent.version
    return lambda call: (call.service, call.operation) == (service, operation) and (
        sent.key in call.key or any(name in call.text for name in names))


class SpoiledSweep(unittest.TestCase):
    def invoke(self, gate):
        """One sweep; what went wrong is said, and the next one goes on."""
        told = gate.functions.invoke(FunctionName=f"{gate.name}-sweep", Payload=b"{}")
        body = told["Payload"].read().decode()
        if "FunctionError" not in told:
            self.assertIn("listed", json.loads(body))
        return "FunctionError" not in told

    def test_its_calls_for_each_file(self):
        with emulators.Ministack() as ministack, world.World(ministack, visibility=600, batch=1) as gate:
            gate.notify(on=False)
            self.leave(gate)
            cells = []
            for service, operation in OF_A_FILE:
                for manner in manners_of(operation):
                    sent = gate.put(f"{operation}-{manner}.json", GOOD + manner.encode(), "quarantine")
                    cells.append((sent, service, operation, manner))
            for service, operation in OF_A_LEFT:
                for manner in manners_of(operation):
                    sent = next(one for one in gate.sent if one.key == f"left-{operation}-{manner}.json")
                    cells.append((sent, service, operation, manner))
            faults = [gate.proxies["sweep"].spoil(fault_of(manner, of_file(gate, sent, service, operation)))
                      for sent, service, operation, manner in cells]
            end = time.monotonic() + world.QUIET_SECONDS
            while not all(fault.hits for fault in faults) and time.monotonic() < end:
                gate.end_leases()
                self.invoke(gate)
            come_to_rest(gate, lambda: self.invoke(gate))
            missed = [cell[1:] for cell, fault in zip(cells, faults) if not fault.hits]
            self.assertEqual(missed, [], "faults that never struck")
            self.assertTrue(self.invoke(gate), "a sweep of a gate at rest fails")
            self.assertEqual(invariants.check(gate), [])
            self.assertGreater(len(gate.proxies["sweep"].killed), 5)

    def leave(self, gate):
        """Files that are final and whose source nobody deleted: refused as often as the function tries."""
        for service, operation in OF_A_LEFT:
            for manner in manners_of(operation):
                sent = gate.put(f"left-{operation}-{manner}.json", GOOD, "output")
                gate.proxies["ingest"].spoil(Fault("answer", on("s3", "DeleteObject", sent.key), times=99, status=403, code="AccessDenied"))
                gate.send_event(sent)
        ids = {world.file_id(gate.input, sent.key, sent.version) for sent in gate.sent}
        gate.wait(lambda: {identity for identity, record in gate.records().items() if record["status"] == "valid"} >= ids,
                  "not every file is final")

    def test_its_calls_for_the_whole(self):
        with emulators.Ministack() as ministack, world.World(ministack, visibility=3, batch=1) as gate:
            gate.notify(on=False)
            proxy = gate.proxies["sweep"]
            gate.consume(False)  # so that what was begun stays open
            gate.put("first.json", GOOD, "output")
            gate.sweep()
            begun = len(proxy.calls)
            gate.start_anew("sweep")
            gate.sweep()
            named = set(OF_A_FILE + OF_A_LEFT)
            way = {step[:2]: 0 for step in way_of(proxy.calls[begun:]) if step[:2] not in named}
            self.assertGreater(len(way), 4, way)
            for service, operation in way:
                for manner in manners_of(operation, FEW):
                    with self.subTest(operation=operation, manner=manner):
                        self.spoil_one(gate, service, operation, manner)
            gate.consume()
            come_to_rest(gate)
            self.assertEqual(invariants.check(gate), [])

    def spoil_one(self, gate, service, operation, manner):
        gate.put(f"{operation}-{manner}.json", GOOD, "output")
        if operation == "GetBucketVersioning":
            gate.start_anew("sweep")  # which looks at the buckets once
        fault = gate.proxies["sweep"].spoil(fault_of(manner, on(service, operation)))
        for _ in range(TRIES):
            if self.invoke(gate) and fault.hits:
                break
        self.assertEqual(fault.hits, 1)
        self.assertTrue(self.invoke(gate), "the sweep after it fails")


class SpoiledApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.Ministack())
        cls.gate = cls.enterClassContext(world.World(cls.ministack, visibility=3, batch=1, contracts=True))
        cls.gate.notify(on=False)
        cls.warmed = None
        cls.proxy, cls.api = cls.gate.proxies["api"], RestApi(cls.gate)
        assert cls.api.call("POST", "/v1/contracts/publish", cls.contracts(0)).status == 200

    @staticmethod
    def contracts(number):
        return {"files": [{"path": "series.yaml", "text": SERIES.format(most=number + 100)}]}

    def call(self, method, path, body=None):
        """The answer, or None where the function was killed or failed."""
        try:
            answer = self.api.call(method, path, body)
        except AssertionError:
            return None
        if answer.status >= 400:  # a problem that programs can read
            told = answer.json()
            self.assertEqual((answer.headers["content-type"], told["status"]), ("application/problem+json", answer.status))
            self.assertTrue(told["code"] and told["detail"], told)
        return answer

    def warm(self):
        """A process that has looked at buckets and contracts already, so that all make the same calls."""
        if self.warmed == len(self.proxy.killed):
            return
        type(self).warmed = len(self.proxy.killed)
        self.assertEqual(self.api.call("POST", f"/v1/files/{NO_SUCH}/release", {"note": "x"}).status, 404)
        self.assertEqual(self.api.call("GET", "/v1/contracts").status, 200)

    def cells(self, act):
        """(service, operation, skip, manner) for all that `act` calls in a warm process."""
        self.warm()
        begun = len(self.proxy.calls)
        act()
        way = way_of(self.proxy.calls[begun:])
        self.assertGreater(len(way), 0)
        return [(*step, manner) for step in way for manner in manners_of(step[1], FEW)]

    def spoil(self, cell, act, good):
        """`act` under the fault, then again until its answer is one of `good`."""
        service, operation, skip, manner = cell
        self.warm()
        fault = self.proxy.spoil(fault_of(manner, on(service, operation), skip))
        for _ in range(TRIES):
            answer = act()
            if answer is not None and answer.status in good and (answer.status < 400 or answer.json()["code"] in DONE_ALREADY):
                break
        else:
            self.fail(f"it is not done after {TRIES} tries: {answer}")
        self.assertEqual(fault.hits, 1)
        return answer

    def each(self, act_of, subjects, cells, good, look=None):
        for cell, subject in zip(cells, subjects, strict=True):
            with self.subTest(cell=cell):
                answer = self.spoil(cell, lambda one=subject: act_of(one), good)
                if look:
                    look(subject, answer)

    def rest(self):
        come_to_rest(self.gate)
        self.assertEqual(invariants.check(self.gate), [])

    def identity(self, sent):
        return world.file_id(self.gate.input, sent.key, sent.version)

    def status(self, sent):
        return self.gate.records()[self.identity(sent)]["status"]

    def test_a_release(self):
        def release(sent):
            return self.call("POST", f"/v1/files/{self.identity(sent)}/release", {"note": "sound"})

        def come(name):
            sent = self.gate.put(name, RAGGED + name.encode(), "output")
            self.gate.send_event(sent)
            return sent

        first = come("released/first.json")
        self.gate.wait_done()
        cells = self.cells(lambda: release(first))
        sent = [come("released/" + "-".join(map(str, cell)) + ".json") for cell in cells]
        self.gate.wait_done()
        self.each(release, sent, cells, (202, 409))

        def is_released():
            self.gate.end_leases()
            self.gate.sweep()  # one whose message was lost
            return {self.status(one) for one in [first, *sent]} == {"released"}

        self.gate.wait(is_released, "not every file is released")
        self.rest()

    def test_a_file_by_hand(self):
        def process(sent):
            return self.call("POST", "/v1/files/process", {"key": sent.key, "version": sent.version})

        first = self.gate.put("by hand/first.json", GOOD, "output")
        cells = self.cells(lambda: process(first))
        sent = [self.gate.put("by hand/" + "-".join(map(str, cell)) + ".json", GOOD, "output") for cell in cells]
        self.each(process, sent, cells, (202, 404))  # 404: a try whose answer was lost has moved it already
        self.rest()

    def test_what_only_reads(self):
        sent = self.gate.put("read/a.json", GOOD, "output")
        self.gate.send_event(sent)
        self.gate.wait_done()
        for path in (f"/v1/files/{self.identity(sent)}", "/v1/files?prefix=" + urllib.parse.quote("read/", safe="")):
            wanted = self.call("GET", path)
            self.assertEqual(wanted.status, 200)
            cells = self.cells(lambda at=path: self.call("GET", at))

            def look(_, answer, path=path, wanted=wanted):
                self.assertEqual(answer.body, wanted.body)

            self.each(lambda at: self.call("GET", at), [path] * len(cells), cells, (200,), look)
        self.rest()

    def test_a_set_of_contracts(self):
        def publish(number):
            return self.call("POST", "/v1/contracts/publish", self.contracts(number))

        cells = [cell for cell in self.cells(lambda: publish(1)) if cell[3] in OF_PUBLISHING or not FEW]
        before = [1]

        def look(number, _):
            shown = self.call("GET", "/v1/contracts").body.decode()
            self.assertIn("series", shown)
            before.append(number)

        self.each(publish, range(2, len(cells) + 2), cells, (200,), look)
        stored = self.gate.s3.get_object(Bucket=self.gate.contracts, Key=f"of/{self.gate.name}/current")["Body"].read()
        sets = self.gate.s3.list_objects_v2(Bucket=self.gate.contracts, Prefix=f"of/{self.gate.name}/sets/{stored.decode()}/")
        text = self.gate.s3.get_object(Bucket=self.gate.contracts, Key=sets["Contents"][0]["Key"])["Body"].read().decode()
        self.assertEqual(text, SERIES.format(most=before[-1] + 100), "the last one is not in force")


if __name__ == "__main__":
    unittest.main()
