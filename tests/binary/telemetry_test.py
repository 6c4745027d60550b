"""One list of telemetry: every log line of src/ is in it, what is made of it is fresh, and Prometheus' own tools take it."""

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from program import ROOT, SCALPER, scalper
from up_test import RunningGate, wait_for

sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "aws")]
import telemetry  # noqa: E402
import venvs  # noqa: E402

# Functions that log an event which their caller names: file -> the function.
FORWARDERS = {
    "src/api/audit_trail.cpp": "tell",
    "src/pipeline/worker.cpp": "say", "src/pipeline/record/hand_back.cpp": "log_try", "src/hosts/aws_intake.cpp": "say",
    "src/hosts/local_gate_running.cpp": "complain", "src/hosts/lambda/ingest.cpp": "failed", "src/hosts/lambda/runtime_loop.cpp": "say",
    "src/hosts/worker/worker.cpp": "log_error", "src/adapters/local/hot_folder.cpp": "complain",
}
# A log call: up to the brace that ends the event. What is no literal in the place of the event is a forwarder's.
CALL = re.compile(r"(?:\blog\(\s*\{|\blog_line\(\{|LogEvent \w+\{)(?P<level>[^,]*?),(?P<rest>.*?\}\})", re.S)
WORD = re.compile(r'"([a-z_]+(?:\.[a-z_]+)?)"')
KEY = re.compile(r'\{"(\w+)",')
LEVEL = re.compile(r"LogLevel::k(\w+)")
EMPLACED = re.compile(r'fields\.emplace_back\("(\w+)"')


def named_events(path, text):
    """(event, keys, levels) of every log call of a file; levels empty where a variable says it."""
    found, complaints = [], []
    for call in CALL.finditer(text):
        rest = call["rest"]
        event, _, fields = rest.partition("{")
        words = WORD.findall(event)
        keys = set(KEY.findall("{" + fields)) | (set(EMPLACED.findall(text)) if rest.rstrip().endswith("{}}") else set())
        levels = {word.lower() for word in LEVEL.findall(call["level"])}
        if words:
            found += [(word, keys, levels) for word in words]
            continue
        forwarder = FORWARDERS.get(path)
        calls = [call for call in re.findall(rf"\b{forwarder}\(([^;]*?)\);", text, re.S)
                 if "log(" not in call and WORD.search(call)] if forwarder else []
        if not calls:
            complaints.append(f"{path}: an event that no literal names: {event.strip()}")
        for arguments in calls:
            said = {word.lower() for word in LEVEL.findall(arguments)}
            found.append((WORD.search(arguments)[1], keys, said or levels))
    return found, complaints


def differences(sources, said):
    """What the log calls of sources (path -> text) and the list say differently."""
    known = {event["event"]: event for event in said["log_events"]}
    wrong, seen = [], set()
    for path, text in sources.items():
        found, complaints = named_events(path, text)
        wrong += complaints
        for event, keys, levels in found:
            seen.add(event)
            if event not in known:
                wrong.append(f"{path}: the event {event} is not in src/model/log_events.cpp")
                continue
            for key in keys - set(known[event]["keys"]) - set(said["common_log_keys"]):
                wrong.append(f"{path}: {event} has the key {key}, which the list does not give it")
            for level in levels - set(known[event]["levels"]):
                wrong.append(f"{path}: {event} is a {level}, which the list does not say")
    return wrong, seen


class List(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.said = telemetry.telemetry()
        cls.sources = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
                       for path in sorted((ROOT / "src").rglob("*.cpp")) if path.name != "log_events.cpp"}

    def test_every_log_line_of_the_source_is_in_it(self):
        wrong, seen = differences(self.sources, self.said)
        self.assertEqual(wrong, [])
        # "metrics" is written without a LogEvent, by the embedded metric format.
        self.assertEqual(set(event["event"] for event in self.said["log_events"]) - seen, {"metrics"})

    def test_the_look_at_the_source_sees_what_is_wrong(self):
        for text, complaint in [
                ('t.log({LogLevel::kInfo, "no_such_event", {}});', "no_such_event"),
                ('t.log({LogLevel::kInfo, "inbox_scanned", {{"password", p}}});', "password"),
                ('t.log({LogLevel::kError, "inbox_scanned", {{"duration_ms", p}}});', "is a error"),
                ('t.log({LogLevel::kError, word, {{"duration_ms", p}}});', "no literal names")]:
            wrong, _ = differences({"src/x.cpp": text}, self.said)
            self.assertTrue(wrong and complaint in wrong[0], (text, wrong))

    def test_it_is_whole(self):
        keys = [key for event in self.said["log_events"] for key in event["keys"]]
        self.assertEqual(set(keys) - set(self.said["log_keys"]), set())
        for listing in ([e["event"] for e in self.said["log_events"]], list(self.said["log_keys"])):
            self.assertEqual(listing, sorted(set(listing)))
        self.assertEqual([alarm["name"] for alarm in self.said["alarms"]],
                         ["ErrorRate", "SlowProcessing", "QueueAge", "DeadLetters", "InvalidRatio", "Silence", "Throttles",
                          "SweepFindings", "Paused"])
        ours = {metric["name"] for metric in self.said["metrics"]}
        for alarm in self.said["alarms"]:
            for metric in alarm["metrics"]:
                self.assertTrue(metric["namespace"] != "SilentScalper" or metric["name"] in ours, metric)
            for text in (alarm["meaning"], alarm["runbook"]):
                self.assertTrue(text.endswith("."), text)
            # CloudWatch: one day at most for periods below an hour, and whole minutes.
            self.assertEqual(alarm["period_seconds"] % 60, 0)
            self.assertLessEqual(alarm["period_seconds"] * alarm["evaluation_periods"], 86400)

    def test_what_is_made_of_it_is_fresh(self):
        self.assertEqual(telemetry.stale(self.said), [], "run scripts/telemetry.py")


def promtool(*words, text=""):
    return subprocess.run(["promtool", *words], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60, check=False)


@unittest.skipUnless(shutil.which("promtool"), "promtool is not installed: scripts/packages.sh tests")
class Rules(unittest.TestCase):
    def setUp(self):
        self.rules = ROOT / telemetry.RULES

    def test_promtool_takes_them(self):
        done = promtool("check", "rules", self.rules)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("9 rules found", done.stdout)

    def test_they_fire_and_are_quiet(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(self.rules, folder)
            test = shutil.copy(ROOT / "tests" / "binary" / "telemetry_rules.test.yml", folder)
            done = promtool("test", "rules", test)
            self.assertEqual(done.returncode, 0, done.stdout)


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.said = telemetry.telemetry()
        with tempfile.TemporaryDirectory() as data:
            gate = RunningGate(data)
            try:
                gate.drop('odd "name"\\.csv', b"id\n1\n")
                gate.drop("bad.json", b"{")
                wait_for(lambda: "scalper_files_invalid_total{" in gate.get("/metrics"), "a file that is invalid")
                wait_for(lambda: "scalper_files_valid_total{" in gate.get("/metrics"), "a file that is valid")
                cls.text = gate.get("/metrics")
            finally:
                gate.process.terminate()
                gate.process.communicate(timeout=60)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed: scripts/packages.sh tests")
    def test_promtool_has_nothing_to_say(self):
        done = promtool("check", "metrics", text=self.text)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertNotEqual(promtool("check", "metrics", text="# TYPE x counter\nx 1\n").stdout, "")

    def families(self):
        try:
            python = venvs.make("prometheus") / "bin" / "python"
        except venvs.NotInstalled as why:
            self.skipTest(f"prometheus_client is not installed: {why}")
        code = ("import json, sys; from prometheus_client.parser import text_string_to_metric_families as read\n"
                "print(json.dumps({f.name: [f.type, [[s.name, s.labels, s.value] for s in f.samples]] "
                "for f in read(sys.stdin.read())}))")
        done = subprocess.run([python, "-c", code], input=self.text, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
        return json.loads(done.stdout)

    def test_its_own_parser_finds_what_the_list_names_and_no_more(self):
        families = self.families()
        kinds = {metric["prometheus"].removesuffix("_total"): {"counter": "counter", "distribution": "histogram"}[metric["kind"]]
                 for metric in self.said["metrics"]}
        kinds |= {gauge["prometheus"]: "gauge" for gauge in self.said["gauges"]} | {self.said["api_histogram"]: "histogram"}
        self.assertEqual({name: kind for name, (kind, _) in families.items()}, kinds)
        for name, (kind, samples) in families.items():
            if kind != "histogram":
                continue
            counts = [value for sample, labels, value in samples if sample.endswith("_bucket") and "contract" not in labels
                      and labels.get("route", "/metrics") == "/metrics"]
            self.assertEqual(counts, sorted(counts), name)
        ratio = families["scalper_invalid_ratio"][1][0][2]
        self.assertEqual(ratio, 0.5)

    def test_the_dashboard_asks_for_metrics_that_are_there(self):
        there = {name for line in self.text.splitlines() if not line.startswith("#") for name in re.findall(r"^\w+", line)}
        board = json.loads((ROOT / telemetry.DASHBOARD).read_text(encoding="utf-8"))
        asked = set()
        for panel in board["panels"]:
            for target in panel["targets"]:
                names = set(re.findall(r"\bscalper_\w+", target["expr"]))
                self.assertTrue(names, target)
                asked |= names
        self.assertEqual(asked - there, set())
        self.assertGreater(len(asked), 15)


class AccessLog(unittest.TestCase):
    TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"

    def lines(self, access):
        """What the log says of two requests, one of them with a secret in its query."""
        with tempfile.TemporaryDirectory() as data:
            gate = RunningGate(data, env={"SCALPER_ACCESS_LOG": access})
            try:
                head = urllib.request.Request(f"http://127.0.0.1:{gate.port}/v1/files?prefix=hush",
                                              headers={"traceparent": f"00-{self.TRACE}-00f067aa0ba902b7-01"})
                with urllib.request.urlopen(head, timeout=60) as answer:
                    request_id = answer.headers["X-Request-Id"]
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    gate.get("/v1/files/hush-hush")
                refused.exception.close()
            finally:
                gate.process.terminate()
                gate.process.communicate(timeout=60)
            text = (Path(data) / ".scalper" / "log" / "gate.jsonl").read_text(encoding="ascii")
        self.assertNotIn("hush", text)
        return request_id, [line for line in map(json.loads, text.splitlines()) if line["event"] == "api_request"]

    def test_each_request_has_a_line_and_no_secret_in_it(self):
        request_id, (first, second) = self.lines("all")
        self.assertEqual((first["method"], first["route"], first["status"]), ("GET", "/v1/files", 200))
        self.assertEqual((first["request_id"], first["trace_id"]), (request_id, self.TRACE))
        self.assertEqual((second["route"], second["status"]), ("/v1/files/{}", 400))
        self.assertNotEqual(second["trace_id"], self.TRACE)  # a trace of its own begins
        self.assertRegex(second["trace_id"], "^[0-9a-f]{32}$")

    def test_who_is_refused_at_the_door_has_a_line_too(self):
        with tempfile.TemporaryDirectory() as data:
            gate = RunningGate(data, env={"SCALPER_ACCESS_LOG": "errors"})
            try:
                for headers, code in (({"Authorization": "Bearer wrong"}, 401), ({"Host": "elsewhere.example"}, 421)):
                    with self.assertRaises(urllib.error.HTTPError) as refused:
                        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{gate.port}/v1/files", headers=headers), timeout=60)
                    refused.exception.close()
                    self.assertEqual(refused.exception.code, code)
                with socket.create_connection(("127.0.0.1", gate.port), 60) as garbage:
                    garbage.sendall(b"no HTTP at all\r\n\r\n")
                    self.assertIn(b" 400 ", garbage.recv(4096))
            finally:
                gate.process.terminate()
                gate.process.communicate(timeout=60)
            text = (Path(data) / ".scalper" / "log" / "gate.jsonl").read_text(encoding="ascii")
        lines = [line for line in map(json.loads, text.splitlines()) if line["event"] == "api_request"]
        self.assertEqual([(line["method"], line["route"], line["status"]) for line in lines],
                         [("GET", "refused", 401), ("GET", "refused", 421), ("none", "refused", 400)])
        self.assertNotIn("wrong", text)

    def test_it_can_be_left_out(self):
        self.assertEqual([line["status"] for line in self.lines("errors")[1]], [400])
        self.assertEqual(self.lines("none")[1], [])


class Printed(unittest.TestCase):
    def test_doctor_prints_one_line_of_json(self):
        code, out, _ = scalper("doctor", "--telemetry")
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out)["namespace"], "SilentScalper")
        self.assertEqual(out.count("\n"), 1)
        self.assertTrue(Path(SCALPER).exists())


if __name__ == "__main__":
    unittest.main()
