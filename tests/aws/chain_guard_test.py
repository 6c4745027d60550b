"""More files than planned within an hour: the sweep pauses the gate, and what was counted once does not pause it again."""

import datetime
import unittest

import emulators
import world
from http_api import HttpApi


class ChainGuard(unittest.TestCase):
    def test_the_sweep_pauses_after_too_many_files(self):
        with emulators.Ministack() as ministack, world.World(ministack) as gate:
            gate.tell("sweep", SCALPER_MAX_FILES_PER_HOUR="4")
            gate.start_anew("sweep")
            self.assertFalse(gate.sweep()["paused_by_guard"])
            self.count(ministack, gate, 5)
            self.assertTrue(gate.sweep()["paused_by_guard"])
            line = next(line for line in gate.log_lines("sweep") if line.get("event") == "volume_guard_paused")
            self.assertEqual((line["level"], line["files"], line["limit"]), ("error", 5, 4))
            self.assertFalse(gate.sweep()["paused_by_guard"])  # it is already
            api = HttpApi(gate)
            self.assertTrue(api.call("GET", "/v1/health").json()["paused"])
            self.assertEqual(api.call("POST", "/v1/admin/resume", {}).status, 200)
            self.count(ministack, gate, 1)
            self.assertFalse(gate.sweep()["paused_by_guard"])  # those of before do not count again
            self.assertFalse(api.call("GET", "/v1/health").json()["paused"])

    @staticmethod
    def count(ministack, gate, files):
        """No emulator reads the metrics of log lines: here it is put as they say it."""
        world.client_of("cloudwatch", ministack.endpoint).put_metric_data(Namespace="SilentScalper", MetricData=[
            {"MetricName": "FilesValid", "Dimensions": [{"Name": "Pipeline", "Value": gate.name}], "Value": files,
             "Timestamp": datetime.datetime.now(datetime.timezone.utc)}])


if __name__ == "__main__":
    unittest.main()
