"""The stack of terraform/ with the file of the zip: its buckets, queue, table, roles and functions take files through, and its roles
are enough for that, with authorisation on."""

import os
import unittest

import emulators
import rendered
import world
from chain import FilesThroughTheChain

VARIABLES = {"name": "tfgate", "region": emulators.REGION, "contracts_folder": "../contracts", "api": None}
FILES = 500 if os.environ.get("SCALPER_LONG") == "1" else 60


class TerraformStack(FilesThroughTheChain):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            resources = rendered.applied(VARIABLES)
        except rendered.workspaces.NotHere as why:
            raise unittest.SkipTest(str(why)) from why
        cls.gate = cls.enterClassContext(rendered.RenderedWorld(cls.enterClassContext(emulators.MinistackAuth()), resources))

    def keys(self, bucket):
        return [key for key, _ in self.gate.versions(bucket)]

    def test_every_type_is_made_or_has_a_reason(self):
        self.assertEqual(self.gate.stack.left_out(), [])

    def test_the_chain_holds_on_exactly_that(self):
        self.send_many(self.gate, FILES)
        self.gate.wait_quiet()
        self.assert_promises_hold(self.gate)
        self.look_at_notices(self.gate)
        self.look_at_log(self.gate)
        self.assertEqual(self.gate.waiting(self.gate.dead_url), 0)

    def test_files_come_through_by_the_contracts_of_the_folder(self):
        samples = world.ROOT / "samples" / "orders"
        for name, bucket in (("2026-11-20.csv", "output"), ("2026-11-21-short-row.csv", "quarantine")):
            self.gate.put(f"orders/{name}", (samples / name).read_bytes(), bucket)
        self.gate.wait_done()
        self.assertIn("orders/2026-11-20.csv", self.keys(self.gate.output))
        self.assertTrue(any("short-row" in key for key in self.keys(self.gate.quarantine)))
