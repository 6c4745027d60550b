"""The function `api` of the zip before a running chain: what callers see and change, and who may, behind an HTTP API and by
the events of a REST API. Under roles that may do what tests/aws/recorded-calls.json lists, and nothing else."""

import datetime
import json
import unittest
import urllib.parse

import emulators
import invariants
import world
from fault_proxy import Fault, on
from http_api import HttpApi, RestApi

STRICT = "contract: orders\nmatch: {prefix: \"orders/\"}\ntypes: [text/csv]\ncsv: {delimiter: \",\", header: true}\n"
LOOSE = "contract: orders\nmatch: {prefix: \"orders/\"}\ntypes: [text/csv]\ncsv: {delimiter: \";\", header: true}\n"
SIDECAR = "contract: partners\nmatch: {prefix: \"partners/\", suffix: \".csv\"}\nintegrity: {require: sha256, from: sidecar, wait: 1min}\n"
GOOD, RAGGED = b"id,total\n1,2\n", b"id,total\n1,2,3\n"
NO_SUCH = "a" * 26


def published(text):
    return {"files": [{"path": "orders.yaml", "text": text}, {"path": "partners.yaml", "text": SIDECAR}]}


class ChainApi(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.MinistackAuth())
        cls.gate = cls.enterClassContext(world.World(cls.ministack, permissions=world.permissions(), contracts=True))
        cls.api, cls.rest = HttpApi(cls.gate), RestApi(cls.gate)
        answer = cls.api.call("POST", "/v1/contracts/publish", published(STRICT))
        assert answer.status == 200, answer

    def setUp(self):
        self.prefix = f"orders/{self._testMethodName}/"

    def put(self, name, data, bucket):
        return self.gate.put(self.prefix + name, data, bucket)

    def id_of(self, sent):
        return world.file_id(self.gate.input, sent.key, sent.version)

    def ask(self, method, path, body=None, status=200, by=None):
        answer = (by or self.api).call(method, path, body)
        self.assertEqual(answer.status, status, (path, answer.body))
        self.assertEqual(answer.headers["cache-control"], "no-store")
        return answer.json()

    def problem(self, code, status, method, path, body=None, by=None, signed=True):
        answer = (by or self.api).call(method, path, body, signed=signed)
        self.assertEqual((answer.status, answer.headers["content-type"]), (status, "application/problem+json"), answer.body)
        told = answer.json()
        self.assertEqual((told["code"], told["status"]), (code, status))
        self.assertTrue(told["title"] and told["detail"], told)

    def record(self, sent, status, by=None):
        """Its record once it is final, by `wait`, which begins where somebody has claimed it."""
        self.gate.wait(lambda: self.api.call("GET", f"/v1/files/{self.id_of(sent)}").status == 200, "nobody claims the file")
        record = self.ask("GET", f"/v1/files/{self.id_of(sent)}?wait=20", by=by)
        self.assertEqual(record["status"], status, record)
        return record

    def moved(self, sent, bucket):
        """From now on the file belongs there."""
        self.gate.sent.remove(sent)
        self.gate.remember(sent.key, sent.version, sent.data, bucket)

    def promises_hold(self):
        self.gate.wait_done()
        self.assertEqual(invariants.check(self.gate), [])

    def test_lists_by_pages_what_came(self):
        for name in ("a.csv", "b +ü%.csv", "c.csv"):
            self.put(name, GOOD, "output")
        self.put("d.csv", RAGGED, "quarantine")
        self.gate.wait_done()
        prefix = urllib.parse.quote(self.prefix, safe="")
        for by in (self.api, self.rest):
            with self.subTest(type(by).__name__):
                seen, cursor, pages = [], "", 0
                while cursor is not None and pages < 20:
                    found = self.ask("GET", f"/v1/files?prefix={prefix}&limit=3{cursor}", by=by)
                    seen += [(file["key"], file["status"]) for file in found["files"]]
                    cursor = f"&cursor={found['next_cursor']}" if found.get("next_cursor") else None
                    pages += 1
                self.assertEqual(seen, [(self.prefix + name, "invalid" if name[0] == "d" else "valid")
                                        for name in ("a.csv", "b +ü%.csv", "c.csv", "d.csv")])
                self.assertGreater(pages, 1)
                named = self.ask("GET", f"/v1/files?prefix={prefix}b%20%2B%C3%BC%25", by=by)
                self.assertEqual([file["key"] for file in named["files"]], [self.prefix + "b +ü%.csv"])
        invalid = self.ask("GET", "/v1/files?status=invalid")["files"]
        self.assertIn(self.prefix + "d.csv", [file["key"] for file in invalid])

    def test_statistics_and_alarms_come_from_cloudwatch(self):
        """No emulator reads the metrics of log lines: here it is put as they say it."""
        now = datetime.datetime.now(datetime.timezone.utc)
        cloudwatch = world.client_of("cloudwatch", self.ministack.endpoint)
        dimensions = [{"Name": "Pipeline", "Value": self.gate.name}]
        cloudwatch.put_metric_data(Namespace="SilentScalper", MetricData=[
            {"MetricName": name, "Dimensions": dimensions, "Timestamp": now, "Value": value}
            for name, value in (("FilesValid", 3), ("FilesInvalid", 1), ("BytesValidated", 4096), ("ArrivalToVerdict", 250))])
        cloudwatch.put_metric_alarm(AlarmName=f"{self.gate.name}-DeadLetters", Namespace="AWS/SQS", Period=300,
                                    MetricName="ApproximateNumberOfMessagesVisible", Statistic="Maximum", Threshold=0,
                                    ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1)
        for by in (self.api, self.rest):
            with self.subTest(type(by).__name__):
                stats = self.ask("GET", "/v1/stats?window=1h&buckets=12", by=by)
                self.assertEqual((stats["files"]["valid"], stats["files"]["invalid"], stats["bytes"]), (3, 1, 4096), stats)
                self.assertEqual(stats["invalid_ratio"], 0.25)
                self.assertEqual(sum(bucket["files"]["valid"] for bucket in stats["buckets"]), 3)
                alarms = self.ask("GET", "/v1/alarms", by=by)["alarms"]
                self.assertEqual([alarm["name"] for alarm in alarms], [f"{self.gate.name}-DeadLetters"])

    def test_waits_until_a_file_is_final(self):
        for by in (self.api, self.rest):
            with self.subTest(type(by).__name__):
                name = type(by).__name__ + ".csv"
                self.gate.proxies["ingest"].spoil(
                    Fault("delay", on("s3", "GetObject", self.prefix + name), seconds=2.5))
                sent = self.put(name, GOOD, "output")
                place = f"/v1/files/{self.id_of(sent)}"
                self.gate.wait(lambda at=place: self.api.call("GET", at).status == 200, "nobody claims the file")
                self.assertEqual(self.ask("GET", place)["status"], "processing")
                self.assertEqual(self.record(sent, "valid", by)["verdict"]["digests"]["sha256"], invariants.digest(GOOD))
        self.promises_hold()

    def test_release_with_a_reason(self):
        for by, who in ((self.api, self.api.arn), (self.rest, self.rest.caller)):
            with self.subTest(type(by).__name__):
                sent = self.put(type(by).__name__ + ".csv", RAGGED, "output")
                record = self.record(sent, "invalid")
                self.assertEqual([finding["code"] for finding in record["verdict"]["findings"]], ["csv.row_width"])
                self.ask("POST", f"/v1/files/{self.id_of(sent)}/release", {"note": "said so by phone, ä"}, 202, by)
                self.gate.wait(lambda one=sent: self.record_status(one) == "released", "nobody releases it")
                history = self.record(sent, "released")
                self.assertIn(who, json.dumps(history))
                self.assertIn("said so by phone, ä", json.dumps(history, ensure_ascii=False))
        self.promises_hold()

    def record_status(self, sent):
        return self.ask("GET", f"/v1/files/{self.id_of(sent)}")["status"]

    def test_reject_keeps_the_file_in_quarantine(self):
        sent = self.put("a.csv", RAGGED, "quarantine")
        self.record(sent, "invalid")
        self.ask("POST", f"/v1/files/{self.id_of(sent)}/reject", {"note": "no"}, 202)
        self.gate.wait(lambda: self.record_status(sent) == "rejected", "nobody rejects it")
        self.problem("not_allowed_now", 409, "POST", f"/v1/files/{self.id_of(sent)}/release", {"note": "yes"})
        self.promises_hold()

    def test_a_rerun_is_judged_by_the_contract_of_the_day(self):
        sent = self.put("a.csv", RAGGED, "quarantine")
        epoch = self.record(sent, "invalid")["epoch"]
        self.ask("POST", f"/v1/files/{self.id_of(sent)}/rerun", {"note": "again"}, 202)
        self.gate.wait(lambda: self.epoch_of_final(sent) == epoch + 1, "nobody reruns it")
        self.record(sent, "invalid")
        self.promises_hold()
        self.addCleanup(self.publish, STRICT)
        self.publish(LOOSE)
        self.ask("POST", f"/v1/files/{self.id_of(sent)}/rerun", {"note": "the contract was wrong"}, 202)
        self.gate.wait(lambda: self.record_status(sent) == "valid", "the rerun does not pass")
        self.moved(sent, "output")
        self.promises_hold()

    def epoch_of_final(self, sent):
        record = self.ask("GET", f"/v1/files/{self.id_of(sent)}")
        return record["epoch"] if record["final"] and "review" not in record else None

    def publish(self, text):
        self.ask("POST", "/v1/contracts/publish", published(text))
        self.gate.start_anew("ingest")  # which else looks again after ten seconds

    def test_contracts_that_are_broken_are_refused(self):
        self.assertEqual(self.ask("POST", "/v1/contracts/lint", published(LOOSE))["sound"], True)
        told = self.ask("POST", "/v1/contracts/publish", published("contract: [\n"), 422)
        self.assertFalse(told["sound"])
        self.assertEqual([one["name"] for one in self.ask("GET", "/v1/contracts")["contracts"]][:1], ["orders"])

    def test_problems(self):
        for by in (self.api, self.rest):
            with self.subTest(type(by).__name__):
                for code, status, method, path, body in [
                        ("not_found", 404, "GET", f"/v1/files/{NO_SUCH}", None),
                        ("not_found", 404, "POST", f"/v1/files/{NO_SUCH}/release", {"note": "x"}),
                        ("invalid_argument", 400, "GET", "/v1/files/no-id", None),
                        ("invalid_argument", 400, "GET", "/v1/files?limit=0", None),
                        ("invalid_argument", 400, "GET", "/v1/files?cursor=x", None),
                        ("unknown_parameter", 400, "GET", "/v1/files?stauts=valid", None),
                        ("invalid_argument", 400, "POST", f"/v1/files/{NO_SUCH}/release", {"nose": "x"}),
                        ("method_not_allowed", 405, "PATCH", f"/v1/files/{NO_SUCH}", None),
                        ("no_such_path", 404, "GET", "/v1/fils", None)]:
                    self.problem(code, status, method, path, body, by)

    def test_nobody_is_let_in_without_being_known(self):
        self.assertEqual(self.api.call("GET", "/v1/files", signed=False).status, 403, "of the gateway")
        self.problem("not_known", 401, "GET", "/v1/open/files", signed=False)
        self.problem("not_known", 401, "GET", "/v1/files", by=self.rest, signed=False)
        self.problem("not_known", 401, "POST", f"/v1/files/{NO_SUCH}/release", {"note": "x"}, self.rest, signed=False)
        for by in (self.api, self.rest):
            self.assertEqual(by.call("GET", "/v1/health", signed=False).status, 200)

    def test_an_operator_starts_a_file_by_hand(self):
        self.addCleanup(self.gate.notify)
        self.gate.notify(on=False)
        for name, named in (("by hand.csv", True), ("the current one.csv", False)):
            with self.subTest(name):
                sent = self.put(name, GOOD, "output")
                self.ask("POST", "/v1/files/process", {"key": sent.key, **({"version": sent.version} if named else {})}, 202)
                self.record(sent, "valid")
        self.promises_hold()

    def test_an_operator_pauses_and_looks_over_the_whole(self):
        self.addCleanup(self.gate.notify)
        self.gate.notify(on=False)
        self.assertEqual(self.ask("POST", "/v1/admin/pause", {"note": "works on the target"}), {"paused": True})
        self.assertEqual(self.ask("POST", "/v1/admin/resume", {}), {"paused": False})
        sent = self.put("swept.csv", GOOD, "output")
        dry = self.ask("POST", "/v1/admin/backfill", {"prefix": self.prefix, "dry_run": True})
        self.assertEqual((dry["listed"], dry["taken"]), (1, 1), "it says what it would take")
        self.ask("POST", "/v1/admin/sweep", {})
        self.record(sent, "valid")
        self.gate.wait_done()
        self.assertEqual(self.ask("POST", "/v1/admin/audit", {})["strays_total"], 0)

    def test_an_operator_takes_dead_letters_up_again(self):
        self.addCleanup(self.gate.notify)
        self.gate.notify(on=False)
        sent = self.put("dead.csv", GOOD, "output")
        self.gate.send_event(sent, queue_url=self.gate.dead_url)
        self.assertEqual(len(self.ask("GET", "/v1/dead-letters")["dead_letters"]), 1)
        self.assertGreaterEqual(self.ask("GET", "/v1/queue")["dead"], 0)
        self.assertEqual(self.ask("POST", "/v1/admin/redrive", {})["redriven"], 1)
        self.record(sent, "valid")
        self.promises_hold()

    def test_a_file_waits_for_its_checksum_and_both_move(self):
        key = f"partners/{self._testMethodName}.csv"
        sent = self.gate.put(key, GOOD, "output")
        self.gate.wait(lambda: self.api.call("GET", f"/v1/files/{self.id_of(sent)}").status == 200, "nobody claims the file")
        self.assertEqual(self.record_status(sent), "received")
        beside = self.gate.put(key + ".sha256", f"{invariants.digest(GOOD)}  {key.rpartition('/')[2]}\n".encode(), "output")
        self.gate.wait(lambda: self.record_status(sent) == "valid", "the checksum does not help")
        self.record(beside, "companion")
        self.promises_hold()

    def test_a_report_of_many_findings_is_read_where_it_lies(self):
        rows = "".join(f"{number},2,3\n" for number in range(30))
        sent = self.put("many.csv", f"id,total\n{rows}".encode(), "quarantine")
        self.assertEqual(len(self.record(sent, "invalid")["verdict"]["findings"]), 10)
        for by in (self.api, self.rest):
            self.assertEqual(len(self.ask("GET", f"/v1/files/{self.id_of(sent)}/report", by=by)["findings"]), 30)


if __name__ == "__main__":
    unittest.main()
