"""The stack of terraform/ with the file of the zip: its buckets, queue, table, roles and functions take files through, and its roles
are enough for that, with authorisation on."""

import time
import unittest

import emulators
import rendered
import world

VARIABLES = {"name": "tfgate", "region": emulators.REGION, "contracts_folder": "../contracts", "api": None}
SECONDS = 60


class TerraformStack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            resources = rendered.applied(VARIABLES)
        except rendered.workspaces.NotHere as why:
            raise unittest.SkipTest(str(why)) from why
        cls.ministack = cls.enterClassContext(emulators.MinistackAuth())
        cls.stack = rendered.Stack(cls.ministack, resources)
        cls.addClassCleanup(cls.stack.remove)
        cls.left_out = cls.stack.make()

    def bucket(self, role):
        return f"tfgate-{role}-{world.ACCOUNT}-{emulators.REGION}"

    def keys(self, role):
        return [entry["Key"] for entry in self.stack.s3.list_objects_v2(Bucket=self.bucket(role)).get("Contents", [])]

    def wait(self, condition, what):
        end = time.monotonic() + SECONDS
        while not condition():
            if time.monotonic() > end:
                self.fail(f"{what}: not within {SECONDS} s; input {self.keys('input')}, {self.ministack.log()[-3000:]}")
            time.sleep(0.1)  # polled: nobody tells

    def test_every_type_is_made_or_has_a_reason(self):
        self.assertEqual(self.left_out, [])

    def test_files_come_through_by_the_contracts_of_the_folder(self):
        sweep = self.stack.functions.invoke(FunctionName="tfgate-sweep:live", Payload=b"{}")
        self.assertNotIn("FunctionError", sweep, sweep["Payload"].read()[:2000])
        samples = world.ROOT / "samples" / "orders"
        for name in ("2026-11-20.csv", "2026-11-21-short-row.csv"):
            self.stack.s3.put_object(Bucket=self.bucket("input"), Key=f"orders/{name}", Body=(samples / name).read_bytes())
        self.wait(lambda: "orders/2026-11-20.csv" in self.keys("output"), "the good one in output")
        self.wait(lambda: any("short-row" in key for key in self.keys("quarantine")), "the bad one in quarantine")
        self.wait(lambda: not self.keys("input"), "an empty input")


if __name__ == "__main__":
    unittest.main()
