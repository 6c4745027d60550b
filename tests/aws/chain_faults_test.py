"""Every call of a file's way spoiled in every manner, and the function killed around every call: nothing is lost."""

import unittest

import emulators
import invariants
import world
from fault_proxy import Fault
from spoiled import come_to_rest, fault_of, manners_of, way_of


class Cell:
    """One call of one file's way, and what happens to it."""

    def __init__(self, number, service, operation, skip, manner):
        self.key = f"{number:04}-{operation}-{skip}-{manner}.json"
        self.service, self.operation, self.skip, self.manner = service, operation, skip, manner
        self.fault = None

    def plant(self, gate):
        """The file comes in, its fault is laid, then its event is sent: in this order no call can come too early."""
        sent = gate.put(self.key, f'{{"mark": "{self.key}"}}'.encode(), "output")
        identity = world.file_id(gate.input, sent.key, sent.version)

        def is_it(call):
            return (call.service, call.operation) == (self.service, self.operation) and \
                (self.key in call.key or identity in call.text or self.key in call.text)

        self.fault = gate.proxies["ingest"].spoil(fault_of(self.manner, is_it, self.skip))
        gate.send_event(sent)


def way_of_one_file(gate):
    """The calls of one file that meets no fault, in their order: (service, operation, how many of these came before)."""
    sent = gate.put("0000-first.json", b'{"mark": "first"}', "output")
    identity = world.file_id(gate.input, sent.key, sent.version)
    gate.send_event(sent)
    gate.wait_done()
    return way_of(call for call in list(gate.proxies["ingest"].calls)
                  if sent.key in call.key or identity in call.text or sent.key in call.text)


def cells_of(way):
    number = 0
    for service, operation, skip in way:
        for manner in manners_of(operation):
            number += 1
            yield Cell(number, service, operation, skip, manner)


class ChainFaults(unittest.TestCase):
    def test_each_call_spoiled_in_each_manner(self):
        with emulators.Ministack() as ministack, world.World(ministack, visibility=3, batch=1) as gate:
            gate.notify(on=False)
            way = way_of_one_file(gate)
            self.assertGreater(len(way), 6)
            cells = list(cells_of(way))
            for cell in cells:
                cell.plant(gate)
            come_to_rest(gate)
            gate.sweep()
            self.assertEqual([cell.key for cell in cells if cell.fault.hits == 0], [], "faults that never struck")
            self.assertEqual(invariants.check(gate), [])
            self.assertGreater(len(gate.proxies["ingest"].killed), len(way))
            self.assertEqual(gate.waiting(gate.dead_url), 0)

    def test_two_consumers_at_once(self):
        """Two functions on one queue, and every event three times."""
        with emulators.Ministack() as ministack, world.World(ministack, visibility=3, batch=2) as gate:
            gate.add_consumer()
            for number in range(20):
                sent = gate.put(f"{number}.json", b'{"n": %d}' % number, "output")
                gate.send_event(sent)
                gate.send_event(sent)
            come_to_rest(gate)
            gate.wait_done()
            self.assertEqual(invariants.check(gate), [])

    def test_a_file_that_kills_its_parser_is_not_parsed_for_ever(self):
        """Three times is enough: then it is read for its digests alone, which nothing here kills."""
        with emulators.Ministack() as ministack, world.World(ministack, visibility=2, batch=1) as gate:
            gate.notify(on=False)
            sent = gate.put("poison.json", b'{"a": 1}', "quarantine")
            proxy = gate.proxies["ingest"]
            proxy.spoil(Fault("kill_after", lambda call: ("s3:GetObjectVersion", f"{gate.input}/{sent.key}") in call.grants, times=3))
            for crashes in range(3):
                gate.send_event(sent)
                gate.wait(lambda seen=crashes: len(proxy.killed) > seen, "nobody reads the file")
                gate.end_leases()
            gate.send_event(sent)
            gate.wait_done()
            self.assertEqual(len(proxy.killed), 3)
            record = gate.records()[world.file_id(gate.input, sent.key, sent.version)]
            self.assertEqual(record["status"], "unverifiable")
            self.assertIn("limit.crashes", str(record))
            self.assertEqual(invariants.check(gate), [])


if __name__ == "__main__":
    unittest.main()
