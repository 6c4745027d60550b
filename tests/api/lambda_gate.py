"""The function `api` on ministack, behind its HTTP API, with files in it. Runs inside the venv `emulators`."""

import base64
import http.client
import http.server
import json
import threading

import botocore.auth
import botocore.awsrequest
import emulators
import world
from checked import Answer
from http_api import CALLER, HttpApi

FILES = {"orders/good.csv": (b"id,total\n1,2\n", "output"), "orders/ragged.csv": (b"id,total\n1,2,3\n", "quarantine"),
         "orders/late.csv": (b"id,total\n1\n", "quarantine"), "logs/text.txt": (b"one line\n", "output"),
         "notes.bin": (bytes(range(256)), "quarantine")}
AUTHORIZERS = {"none": {}, "viewer": {"jwt": {"claims": {"sub": "reader", "scope": "scalper/viewer"}, "scopes": None}},
               "operator": {"iam": {"userArn": f"arn:aws:iam::{world.ACCOUNT}:user/{CALLER}"}}}


class LambdaGate:
    """A context. Operators come signed through the HTTP API; others by the event that it would hand on for them."""

    host = "lambda"
    roles = ("none", "viewer", "operator")

    def __enter__(self):
        self.open = []
        try:
            self.ministack = self._enter(emulators.MinistackAuth())
            self.world = self._enter(world.World(self.ministack, permissions=world.committed_permissions(), contracts=True))
            self.world.is_recorded = False
            self.api = HttpApi(self.world)
            self.bridge = self._enter(HttpBridge(self))
            answer = self.send("POST", "/v1/contracts/publish", json.dumps({"files": [
                {"path": "set.yaml", "text": "unmatched: builtin\n"}]}).encode(), "operator", {})
            assert answer.status == 200, answer
            for key, (data, bucket) in FILES.items():
                self.world.put(key, data, bucket)
            self.world.wait_done()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        while self.open:
            self.open.pop().__exit__(None, None, None)

    def _enter(self, context):
        entered = context.__enter__()
        self.open.append(context)
        return entered

    def ids(self):
        page = self.send("GET", "/v1/files?limit=1000", b"", "operator", {}).json()
        return [file["id"] for file in page["files"]]

    def put(self, key, data):
        self.world.s3.put_object(Bucket=self.world.input, Key=key, Body=data)

    def until_seen(self):
        """A pause or its end: functions look at the mark at most once in 10 s, a new process looks at once."""
        self.world.start_anew("ingest")

    def send(self, method, target, body, who, headers):
        if who == "operator":
            return self._signed(method, target, body, headers)
        return self.invoke(method, target, body, who, headers)

    def _signed(self, method, target, body, headers):
        url = f"{self.ministack.endpoint}{self.api.base}{target}"
        request = botocore.awsrequest.AWSRequest(method, url, {**({"Content-Type": "application/json"} if body else {}), **headers}, body)
        botocore.auth.SigV4Auth(self.api.caller, "execute-api", emulators.REGION).add_auth(request)
        connection = http.client.HTTPConnection("127.0.0.1", self.ministack.port, timeout=60)
        try:
            connection.request(method, f"{self.api.base}{target}", body, dict(request.headers.items()))
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def invoke(self, method, target, body, who, headers):
        """By the event of payload format 2.0, past the gateway."""
        path, _, query = target.partition("?")
        event = {"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
                 "headers": {name.lower(): value for name, value in headers.items()}, "isBase64Encoded": True,
                 "body": base64.b64encode(body).decode(),
                 "requestContext": {"http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
                                    "authorizer": AUTHORIZERS[who], "requestId": "r", "stage": "$default"}}
        told = self.world.functions.invoke(FunctionName=f"{self.world.name}-api", Payload=json.dumps(event).encode())
        answer = json.loads(told["Payload"].read())
        assert "FunctionError" not in told, answer
        text = answer.get("body", "")
        return Answer(answer["statusCode"], answer["headers"], base64.b64decode(text) if answer["isBase64Encoded"] else text.encode())


class _Bridged(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name):  # every method that there is, and others
        if name.startswith("do_"):
            return self._pass_on
        raise AttributeError(name)

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: value for name, value in self.headers.items() if name.lower() in ("content-type", "accept")}
        answer = self.server.gate.invoke(self.command, self.path, body, "operator", kept)
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, *_words):
        """Quiet."""


class HttpBridge(http.server.ThreadingHTTPServer):
    """Makes events of what a tool sends: a context, `url` is where. Not through ministack's gateway, which canonicalises odd
    queries otherwise than AWS's client signs them; the walk goes through it."""

    daemon_threads = True

    def __init__(self, gate):
        super().__init__(("127.0.0.1", 0), _Bridged)
        self.gate, self.url = gate, f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()
