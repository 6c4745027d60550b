"""The real `bootstrap` under a Runtime API that is old, slow, cut short, late, or gone."""

import json
import signal
import statistics
import subprocess
import time
import unittest
from pathlib import Path

from runtime_api import ACCEPTED, BOOTSTRAP, SETTINGS, Function, RuntimeApi, event

# Answered by the program alone, without any call to AWS: nobody knows the caller.
REQUEST = json.dumps({"version": "2.0", "rawPath": "/v1/files", "rawQueryString": "",
                      "requestContext": {"http": {"method": "GET"}}}).encode()
NEXT = "GET /2018-06-01/runtime/invocation/next HTTP/1.1"


class Bootstrap(unittest.TestCase):
    def check_answer(self, asked, request_id="r-1"):
        self.assertEqual(asked.line, f"POST /2018-06-01/runtime/invocation/{request_id}/response HTTP/1.1")
        self.assertEqual(json.loads(asked.body)["statusCode"], 401)

    def check_next(self, api):
        self.assertEqual(api.next_asked().line, NEXT)

    def test_serves_every_form_of_the_api(self):
        def dribble(connection):
            whole = event(REQUEST)
            for at in range(0, len(whole) - 1):
                connection.sendall(whole[at:at + 1])
            return whole[-1:]

        def cut(connection):
            connection.sendall(event(REQUEST)[:-5])
            connection.shutdown(2)
            return b""

        cases = {  # the events, each with what takes its answer
            "as AWS": (event(REQUEST, headers=("Lambda-Runtime-Deadline-Ms: 9999999999999", "Lambda-Runtime-Trace-Id: Root=1",
                                               "Lambda-Runtime-Invoked-Function-Arn: arn:x")), ACCEPTED),
            "HTTP/1.0 without a length": (event(REQUEST, version="1.0", length=False), b"HTTP/1.0 202 Accepted\r\n\r\nOK"),
            "HTTP/1.1 without a length": (event(REQUEST, length=False), b"HTTP/1.1 202 Accepted\r\n\r\n"),
            "byte by byte": (dribble, ACCEPTED),
            "late, 400": (event(REQUEST), b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}"),
            "late, 403": (event(REQUEST), b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
            "the same id again": (event(REQUEST), ACCEPTED),
        }
        with RuntimeApi() as api, Function(api.port) as function:
            for name, (sent, taken) in cases.items():
                with self.subTest(name):
                    api.say(sent, taken)
                    self.check_next(api)
                    self.check_answer(api.next_asked())
            with self.subTest("cut, and then whole"):
                api.say(cut, event(REQUEST, "r-2"), ACCEPTED)
                self.check_next(api)
                self.check_next(api)
                self.check_answer(api.next_asked(), "r-2")
            with self.subTest("an answer that was cut is told again"):
                api.say(event(REQUEST, "r-3"), None, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                self.check_next(api)
                self.check_answer(api.next_asked(), "r-3")
                self.check_answer(api.next_asked(), "r-3")
            self.check_next(api)
            api.go_away()
            code, _, complaint = function.end()
            self.assertEqual(code, 1)
            self.assertIn("the Runtime API is gone", complaint)

    def test_authorizes_knowing_the_table_alone(self):
        def asked(authorization):
            return json.dumps({"version": "2.0", "type": "REQUEST", "routeArn": "arn:aws:execute-api:r:1:a/s/GET/v1/files",
                               "headers": {"authorization": authorization}}).encode()
        files = {name: None for name in SETTINGS if name.startswith("SCALPER_") and name != "SCALPER_TABLE"}
        with RuntimeApi() as api, Function(api.port, _HANDLER="authorize", **files) as function:
            api.say(event(asked("Bearer nothing like a token")), ACCEPTED)
            self.check_next(api)
            self.assertEqual(json.loads(api.next_asked().body), {"isAuthorized": False})
            # One that looks like a token is asked for, and where the table does not answer nobody is let in.
            token = "scalper_" + "a" * 52 + "n2epqvy"
            api.say(event(asked(f"Bearer {token}"), "r-2"), ACCEPTED)
            self.check_next(api)
            answer = api.next_asked()
            self.assertEqual(answer.line, "POST /2018-06-01/runtime/invocation/r-2/error HTTP/1.1")
            self.assertNotIn(token.encode(), answer.body)
            self.check_next(api)
            api.go_away()
            _, log, complaint = function.end()
            self.assertNotIn(token, log + complaint)

    def test_outlives_a_freeze(self):
        with RuntimeApi() as api, Function(api.port) as function:
            self.check_next(api)
            function.process.send_signal(signal.SIGSTOP)
            api.say(event(REQUEST), ACCEPTED)  # it lies there while the process stands still
            stat = Path(f"/proc/{function.process.pid}/stat")
            while not stat.read_text().rsplit(")", 1)[1].startswith(" T"):
                pass
            function.process.send_signal(signal.SIGCONT)
            self.check_answer(api.next_asked())
            self.check_next(api)

    def test_asks_below_the_path_of_its_api(self):
        with RuntimeApi() as api, Function(api.port, path="/functions/a"):
            self.assertEqual(api.next_asked().line, "GET /functions/a" + NEXT[4:])

    def test_what_is_no_request_is_an_error_of_the_invocation(self):
        with RuntimeApi() as api, Function(api.port):
            api.say(event(b"{}"), ACCEPTED)
            self.check_next(api)
            asked = api.next_asked()
            self.assertTrue(asked.line.startswith("POST /2018-06-01/runtime/invocation/r-1/error "), asked.line)
            self.assertEqual(asked.headers["lambda-runtime-function-error-type"], "Scalper.invalid_argument")
            self.assertEqual(json.loads(asked.body)["errorType"], "Scalper.invalid_argument")

    def test_without_aws_a_batch_fails_and_nothing_is_said_to_be_done(self):
        record = {"messageId": "m-1", "receiptHandle": "h", "eventSource": "aws:sqs", "attributes": {},
                  "body": json.dumps({"bucket": "files-in", "key": "a", "version": "v"})}
        deadline = f"Lambda-Runtime-Deadline-Ms: {int(time.time() * 1000) + 3000}"
        with RuntimeApi() as api, Function(api.port, _HANDLER="ingest"):
            api.say(event(json.dumps({"Records": [record]}).encode(), headers=(deadline,)), ACCEPTED)
            self.check_next(api)
            asked = api.next_asked()
            self.assertEqual(asked.line, "POST /2018-06-01/runtime/invocation/r-1/response HTTP/1.1")
            self.assertEqual(json.loads(asked.body), {"batchItemFailures": [{"itemIdentifier": "m-1"}]})

    def test_a_start_that_fails_is_told_with_its_remedy(self):
        cases = {
            "no bucket": ({"SCALPER_INPUT_BUCKET": None}, "SCALPER_INPUT_BUCKET"),
            "one bucket twice": ({"SCALPER_OUTPUT_BUCKET": "files-in"}, "go round for ever"),
            "quarantine is the input": ({"SCALPER_QUARANTINE_BUCKET": "files-in"}, "go round for ever"),
            "quarantine is the output": ({"SCALPER_QUARANTINE_BUCKET": "files-out"}, "go round for ever"),
            "contracts lie in the input": ({"SCALPER_CONTRACTS": "s3://files-in/contracts"}, "SCALPER_CONTRACTS"),
            "contracts lie in the output": ({"SCALPER_CONTRACTS": "s3://files-out/a/b"}, "go round for ever"),
            "no contracts": ({"SCALPER_CONTRACTS": None}, "builtin"),
            "a folder that is not there": ({"SCALPER_CONTRACTS": "/no/such"}, "/no/such"),
            "an alias of a bucket": ({"SCALPER_INPUT_BUCKET": "files-in-a1b2-s3alias"}, "SCALPER_INPUT_BUCKET"),
            "no name of a bucket": ({"SCALPER_OUTPUT_BUCKET": "s3://files-out"}, "SCALPER_OUTPUT_BUCKET"),
            "a queue of the other kind": ({"SCALPER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/1/files.fifo"}, "standard"),
            "dead letters go back at once": ({"SCALPER_DLQ_URL": SETTINGS["SCALPER_QUEUE_URL"]}, "go round for ever"),
            "no topic": ({"SCALPER_NOTICE_TOPIC_ARN": "files"}, "ARN"),
            "a way to publish": ({"SCALPER_PUBLISH": "exactly"}, "direct or exact"),
            "two at once": ({"SCALPER_TABLE": "", "SCALPER_LOG_LEVEL": "loud"}, "SCALPER_LOG_LEVEL"),
            "no table": ({"SCALPER_TABLE": None}, "SCALPER_TABLE"),
            "no region": ({"AWS_REGION": None}, "region"),
            "no such handler": ({"_HANDLER": "index.main"}, "ingest, sweep, api or authorize"),
        }
        for name, (changes, word) in cases.items():
            with self.subTest(name), RuntimeApi() as api, Function(api.port, **changes) as function:
                api.say(ACCEPTED)
                asked = api.next_asked()
                self.assertEqual(asked.line, "POST /2018-06-01/runtime/init/error HTTP/1.1")
                told = json.loads(asked.body)
                self.assertEqual(told["errorType"], "Scalper.InitError")
                self.assertIn(word, told["errorMessage"])
                self.assertNotIn("secret", told["errorMessage"])
                code, _, complaint = function.end()
                self.assertEqual(code, 1)
                self.assertIn(word, complaint)

    def test_says_who_starts_it(self):
        with Function(0, AWS_LAMBDA_RUNTIME_API=None) as function:
            code, _, complaint = function.end()
            self.assertEqual(code, 1)
            self.assertIn("AWS Lambda", complaint)

    def test_links_neither_server_nor_database_nor_command_line(self):
        needed = subprocess.run(["readelf", "-d", BOOTSTRAP], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertNotIn("sqlite", needed)
        names = subprocess.run(["nm", "-C", BOOTSTRAP], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertIn("scalper::lambda::run_lambda", names)
        for word in ("sqlite3_", "boost::beast", "boost::asio", "CLI::", "scalper::server", "scalper::LocalGate"):
            self.assertNotIn(word, names)

    def test_how_soon_it_asks_for_work(self):
        """Printed, not judged: a machine's load is no property of the program."""
        spans = []
        for _ in range(15):
            with RuntimeApi() as api, Function(api.port) as function:
                self.check_next(api)
                spans.append((time.monotonic() - function.begun) * 1000)
        print(f"bootstrap: exec to /next: least {min(spans):.1f} ms, median {statistics.median(spans):.1f} ms, 15 starts")


if __name__ == "__main__":
    unittest.main()
