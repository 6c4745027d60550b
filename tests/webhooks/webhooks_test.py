"""Webhooks of the built program, by the verifier that receivers use and the schema that they are given."""

import base64
import datetime
import json
import os
import re
import select
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import jsonschema
import standardwebhooks

from receiver import Receiver

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "binary"))

from program import scalper  # noqa: E402
from up_test import PATIENCE, RunningGate, wait_for  # noqa: E402

SCHEMA = json.loads((ROOT / "schemas" / "notice.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
SAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "webhooks.md").read_text(), re.S)[1]
GOOD, BAD = b'{"a": 1}\n', b'{"a": 1,}\n'


def line_of(process):
    """The next line that it prints, byte by byte: what is buffered no poll shows."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([process.stdout], [], [], PATIENCE)[0]:
            raise AssertionError(f"no line within {PATIENCE} s, only {line!r}")
        byte = os.read(process.stdout.fileno(), 1)
        if not byte:
            raise AssertionError(f"it ended after {line!r}")
        line += byte
    return line.decode()


class World(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="scalper-webhooks-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.data = self.folder / "data"

    def run_gate(self, **env):
        gate = RunningGate(self.data, env=env)
        self.addCleanup(self.end, gate)
        return gate

    @staticmethod
    def end(gate):
        if gate.process.poll() is None:
            gate.process.kill()
        gate.process.communicate()

    def receive(self, *args, **kwargs):
        receiver = Receiver(*args, **kwargs).__enter__()
        self.addCleanup(receiver.__exit__)
        return receiver

    def verb(self, *words, code=0):
        exit_code, out, err = scalper("webhook", *words, "--data", str(self.data))
        self.assertEqual(exit_code, code, out + err)
        return out.strip()

    def add(self, url, *words):
        secret = self.verb("add", *words, url)
        self.assertRegex(secret, r"^whsec_[A-Za-z0-9+/]{43}=$")
        return secret

    def refused(self, *words):
        code, out, err = scalper("webhook", "add", *words, "--data", str(self.data))
        self.assertEqual((code, out), (77, ""), err)
        self.assertIn("no option allows that", err, words)

    def listed(self, url):
        return next(one for one in json.loads(self.verb("list", "--json"))["webhooks"] if one["url"] == url)


class Delivery(World):
    def test_every_verdict_is_told_signed_and_by_the_schema(self):
        gate, receiver, picky = self.run_gate(), self.receive(), self.receive()
        secret = self.add(receiver.url)
        self.add(picky.url, "--events", "invalid")
        gate.drop("a/good.json", GOOD)
        gate.drop("a/bad ü\u202e.json", BAD)
        gate.drop(os.fsdecode(b"a/\xff.json"), GOOD)
        wait_for(lambda: len(set(receiver.ids())) == 3 and picky.ids(), "three notices, and one that was asked for")
        told = {}
        for request in receiver.requests:
            event = standardwebhooks.Webhook(secret).verify(request.body, request.headers)
            VALIDATOR.validate(event)
            self.assertEqual(event["id"], request.headers["webhook-id"])
            self.assertEqual(request.headers["content-type"], "application/cloudevents+json")
            self.assertTrue(request.body.isascii())
            told[event["subject"]] = event
        self.assertEqual({subject: event["type"].rpartition(".")[2] for subject, event in told.items()},
                         {"a/good.json": "valid", "a/bad ü\\u{202E}.json": "invalid", "a/\\xFF.json": "valid"})
        self.assertEqual(told["a/\\xFF.json"]["data"]["key_hex"], b"a/\xff.json".hex())
        self.assertEqual(told["a/good.json"]["data"], json.loads(gate.get("/v1/files/" + told["a/good.json"]["data"]["id"])))
        self.assertEqual([json.loads(request.body)["type"] for request in picky.requests], ["silentscalper.file.invalid"])
        wait_for(lambda: self.listed(receiver.url)["waiting"] == 0, "nothing waits")

    def test_one_notice_alone_does_not_wait_for_the_next_look(self):
        """Ten, one after the other: by looks alone, of which there is one in five seconds, three of four would wait for one."""
        gate, receiver = self.run_gate(), self.receive()
        self.add(receiver.url)
        begin = time.monotonic()
        for number in range(10):
            gate.drop(f"lone/{number}.json", GOOD)
            wait_for(lambda told=number + 1: len(set(receiver.ids())) == told, "the notice")
        self.assertLess(time.monotonic() - begin, 20, "they waited for looks")

    def test_the_schema_refuses_what_is_no_notice(self):
        event = {"specversion": "1.0", "id": "a" * 26 + ".0", "source": "/silent-scalper/p", "type": "silentscalper.file.valid",
                 "subject": "k", "datacontenttype": "application/json", "data": {}}
        self.assertFalse(VALIDATOR.is_valid(event), "the record's members are missing")
        self.assertTrue(VALIDATOR.is_valid({**event, "type": "silentscalper.webhook.test", "data": {"webhook": "wh_1"}}))
        self.assertFalse(VALIDATOR.is_valid({**event, "type": "silentscalper.file.received"}))

    def test_secrets_are_told_once_and_kept_from_others(self):
        gate, receiver = self.run_gate(SCALPER_LOG_LEVEL="debug"), self.receive(lambda _: (500, {}, b""))
        secret = self.add(receiver.url + "?key=in-the-url")
        gate.drop("a.json", GOOD)
        wait_for(receiver.ids, "a try")
        wait_for(lambda: self.listed(receiver.url + "?key=in-the-url").get("last_error") == "answered 500", "its failure")
        kept = self.data / ".scalper" / "webhooks.json"
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.assertIn(secret, kept.read_text())
        for file in (self.data / ".scalper").rglob("*"):
            if file.is_file() and file != kept:
                for word in (secret[6:], "in-the-url"):
                    self.assertNotIn(word.encode(), file.read_bytes(), file)
        self.assertNotIn(secret, self.verb("list", "--json"))
        gate.process.terminate()
        self.assertNotIn("in-the-url", "".join(gate.process.communicate()))
        kept.chmod(0o644)
        again = self.run_gate()
        self.assertIn("chmod 600", scalper("webhook", "list", "--data", str(self.data))[2])
        self.end(again)

    def test_two_secrets_sign_after_a_rotation(self):
        self.run_gate()
        receiver = self.receive()
        old = self.add(receiver.url)
        webhook = self.listed(receiver.url)["id"]
        new = self.verb("rotate", webhook)
        self.assertNotEqual(old, new)
        self.verb("test", webhook)
        request = receiver.requests[0]
        self.assertEqual(len(request.headers["webhook-signature"].split(" ")), 2)
        for secret in (old, new):
            VALIDATOR.validate(standardwebhooks.Webhook(secret).verify(request.body, request.headers))
        with self.assertRaises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook("whsec_" + "A" * 43 + "=").verify(request.body, request.headers)

    def test_the_sample_receiver_takes_ours_and_refuses_replays(self):
        gate = self.run_gate()
        self.add("http://127.0.0.1:1/")  # nobody is there, and nobody else waits for that
        secret = "whsec_" + base64.b64encode(b"as an operator may write it".ljust(32)).decode()
        process = subprocess.Popen([sys.executable, "-c", SAMPLE], stdout=subprocess.PIPE,
                                   env={**os.environ, "WEBHOOK_SECRET": secret})
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        url = f"http://127.0.0.1:{int(line_of(process))}/"
        gate.process.terminate()
        gate.process.communicate()
        kept = self.data / ".scalper" / "webhooks.json"
        known = json.loads(kept.read_text())
        known["webhooks"].append({"id": "wh_by_hand", "url": url, "secret": secret})
        kept.write_text(json.dumps(known))
        gate = self.run_gate()
        gate.drop("a.json", GOOD)
        self.assertEqual(json.loads(line_of(process)), ["silentscalper.file.valid", "a.json"])

        def status_of(seconds_ago, signed_by=secret, body=b'{"id":"x","type":"t","subject":"s"}'):
            then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
            signature = standardwebhooks.Webhook(signed_by).sign("x", then, body.decode())
            told = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-d", body, url,
                                   "-H", "webhook-id: x", "-H", f"webhook-timestamp: {int(then.timestamp())}",
                                   "-H", f"webhook-signature: {signature}"], capture_output=True, text=True, check=False,
                                  timeout=PATIENCE)
            return told.stdout
        self.assertEqual(status_of(0), "204")
        self.assertEqual(status_of(600), "400", "a replay")
        self.assertEqual(status_of(-600), "400", "from the future")
        self.assertEqual(status_of(0, "whsec_" + "B" * 43 + "="), "400", "another's secret")


class Trouble(World):
    def test_one_that_is_dead_or_slow_delays_no_other(self):
        gate, good = self.run_gate(), self.receive()
        slow = self.receive(lambda _: (time.sleep(15), (204, {}, b""))[1])
        self.add("http://127.0.0.1:1/")
        self.add(slow.url)
        self.add(good.url)
        for number in range(20):
            gate.drop(f"{number}.json", GOOD)
        begun = time.monotonic()
        wait_for(lambda: len(set(good.ids())) == 20, "all that the good one is told")
        self.assertLess(time.monotonic() - begun, 14, "the slow one was waited for")

    def test_failures_are_tried_again_and_by_hand(self):
        gate, receiver = self.run_gate(), self.receive(lambda n: (500 if n < 2 else 204, {}, b""))
        self.add(receiver.url)
        gate.drop("a.json", GOOD)
        wait_for(lambda: receiver.ids(500), "a failure")
        wait_for(lambda: self.listed(receiver.url).get("last_error") == "answered 500", "which is told")
        webhook = self.listed(receiver.url)["id"]

        def taken():
            self.verb("redeliver", webhook)
            return receiver.ids(204)
        wait_for(taken, "the notice")
        wait_for(lambda: self.listed(receiver.url)["waiting"] == 0, "nothing waits")
        before = len(receiver.ids())
        self.verb("redeliver", webhook, "--notice", receiver.ids()[0])
        wait_for(lambda: len(receiver.ids()) > before, "the notice once more, by hand")
        self.verb("redeliver", webhook, "--notice", "nobody.0", code=66)

    def test_gone_disables_and_redirects_lead_nowhere(self):
        gate, elsewhere = self.run_gate(), self.receive()
        gone = self.receive(lambda n: (410 if n == 0 else 204, {}, b""))
        moved = self.receive(lambda _: (307, {"location": elsewhere.url}, b""))
        self.add(gone.url)
        self.add(moved.url)
        gate.drop("a.json", GOOD)
        wait_for(lambda: self.listed(gone.url)["state"] == "disabled", "disabled")
        wait_for(lambda: self.listed(moved.url).get("last_error") == "answered 307", "the redirect is a failure")
        gate.drop("b.json", GOOD)
        wait_for(lambda: self.listed(gone.url)["waiting"] == 2, "what waits for the disabled one")
        self.assertEqual((len(gone.ids()), elsewhere.ids()), (1, []))
        self.verb("redeliver", self.listed(gone.url)["id"])
        wait_for(lambda: len(set(gone.ids(204))) == 2, "both, once it is enabled")

    def test_long_answers_count_and_are_not_read(self):
        gate, receiver = self.run_gate(), self.receive(lambda _: (200, {}, b"x" * (8 << 20)))
        self.add(receiver.url)
        gate.drop("a.json", GOOD)
        wait_for(receiver.ids, "a delivery")
        wait_for(lambda: self.listed(receiver.url)["waiting"] == 0, "it counts")
        self.assertEqual(len(receiver.ids()), 1)

    def test_where_requests_may_go(self):
        self.run_gate()
        for url in ("ftp://host/", "http://example.com/", "https://user:word@example.com/", "https://example.com/#x",
                    "https://", "x", "http://169.254.169.254/latest/meta-data", "https://a b/", "https://ü.example/"):
            self.verb("add", url, code=64)
        for url in ("https://169.254.169.254/", "https://[fe80::1]/", "https://[::ffff:169.254.169.254]/", "https://0.0.0.0/",
                    "https://2852039166/", "https://0xa9.254.0251.254/", "https://[fe80::1%25eth0]/"):
            self.refused(url)
        self.refused("http://169.254.169.254/", "--allow-http")
        code, _, err = scalper("webhook", "add", "--events", "valid,invlaid", "https://example.com/", "--data", str(self.data))
        self.assertEqual(code, 64)
        self.assertIn('not "invlaid"; did you mean "invalid"?', err)
        self.assertEqual(self.verb("list"), "there are no webhooks")

    def test_an_address_of_an_earlier_version_is_refused_when_it_is_asked(self):
        gate = self.run_gate()
        self.add("https://192.0.2.1/")
        self.end(gate)
        kept = self.data / ".scalper" / "webhooks.json"
        kept.write_text(kept.read_text().replace("192.0.2.1", "169.254.169.254"))
        self.run_gate()
        self.assertIn("link-local, metadata", self.verb("test", self.listed("https://169.254.169.254/")["id"], code=69))

    def test_certificates_are_verified(self):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        receiver = self.receive(tls=(certificate, key))
        gate = self.run_gate()
        self.add(receiver.url)
        webhook = self.listed(receiver.url)["id"]
        self.assertIn("certificate is not trusted", self.verb("test", webhook, code=69))
        self.end(gate)
        self.run_gate(SCALPER_WEBHOOK_CA=str(certificate))
        self.assertIn("answered 204", self.verb("test", webhook))
        self.assertEqual(len(receiver.ids()), 1)


class Crash(World):
    KILLS = 12

    def test_no_notice_is_lost_when_the_gate_is_killed(self):
        receiver = self.receive(lambda n: ((204, 204, 204, 503)[n % 4], {}, b""))
        self.run_gate()
        self.add(receiver.url)
        number = 0
        for kill in range(self.KILLS):
            gate = self.run_gate() if kill else None
            before = len(receiver.ids())
            running = gate or self.current
            for _ in range(8):
                running.drop(f"{number}.json", GOOD)
                number += 1
            wait_for(lambda: len(receiver.ids()) >= before + kill % 5, "some of them")
            self.end(running)
        self.run_gate()
        webhook = self.listed(receiver.url)["id"]
        receiver.answer = lambda _: (204, {}, b"")

        def all_told():
            self.verb("redeliver", webhook)
            time.sleep(0.2)
            return len(set(receiver.ids(204))) == number and self.listed(receiver.url)["waiting"] == 0
        wait_for(all_told, f"{number} notices, each at least once")

    def run_gate(self, **env):
        self.current = super().run_gate(**env)
        return self.current


if __name__ == "__main__":
    unittest.main()
