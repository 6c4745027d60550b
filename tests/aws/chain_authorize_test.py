"""The function `authorize` of the zip as API Gateway asks it: who shows which access token, with which role and prefixes. Under a
role that may read items of the table and nothing else, and told of no bucket."""

import datetime
import json
import unittest

import emulators
import world
from fault_proxy import Fault, on
from http_api import HttpApi, RestApi

NO_SUCH = "a" * 26
METHOD_ARN = "arn:aws:execute-api:us-east-1:000000000000:a1b2/prod/GET/v1/files"
UNKNOWN = "scalper_" + "a2b3" * 14 + "c4d"


class ChainAuthorize(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.MinistackAuth())
        cls.gate = cls.enterClassContext(world.World(cls.ministack, permissions=world.permissions()))
        cls.api, cls.operator = HttpApi(cls.gate, tokens=True), RestApi(cls.gate)

    def add(self, name, role, **more):
        answer = self.operator.call("POST", "/v1/admin/tokens", {"name": name, "role": role, **more})
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json()

    def call(self, method, path, token, body=None):
        """Status of what a caller gets who shows it."""
        return self.api.call(method, path, body, token=f"Bearer {token}")

    def asked(self):
        return len(self.gate.proxies["authorize"].calls)

    def test_a_role_decides_what_its_token_may(self):
        tokens = {role: self.add(f"one who is {role}", role)["token"] for role in ("viewer", "operator")}
        for role, allowed in (("viewer", 403), ("operator", 404)):
            with self.subTest(role):
                self.assertEqual(self.call("GET", "/v1/files", tokens[role]).status, 200)
                answer = self.call("POST", f"/v1/files/{NO_SUCH}/release", tokens[role], {"note": "x"})
                self.assertEqual(answer.status, allowed, answer.body)

    def test_an_uploader_sees_what_lies_below_its_prefixes(self):
        mine = self.gate.put("mine/a.json", b'{"a": 1}', "output")
        others = self.gate.put("others/a.json", b'{"a": 2}', "output")
        self.gate.wait_done()
        token = self.add("partner", "uploader", prefixes=["mine/"])["token"]
        found = {sent.key: self.call("GET", f"/v1/files/{world.file_id(self.gate.input, sent.key, sent.version)}", token).status
                 for sent in (mine, others)}
        self.assertEqual(found, {"mine/a.json": 200, "others/a.json": 404})

    def test_who_shows_no_token_asks_nobody(self):
        before = self.asked()
        self.assertEqual(self.api.call("GET", "/v1/files", signed=False).status, 401)
        self.assertEqual(self.api.call("GET", "/v1/health", signed=False).status, 200)
        self.assertEqual(self.asked(), before)

    def test_what_is_no_token_or_none_of_ours_lets_nobody_in(self):
        good = self.add("good", "operator")["token"]
        wrong = good[:-1] + ("b" if good[-1] != "b" else "c")
        for shown in (f"Bearer {UNKNOWN}", f"Bearer {wrong}", "Bearer ", "Bearer x", f"Basic {good}", good, f"Bearer {good} x", "ü"):
            with self.subTest(shown[:12]):
                self.assertEqual(self.api.call("GET", "/v1/files", token=shown.encode()).status, 403)
        self.assertEqual(self.call("GET", "/v1/files", good).status, 200)

    def test_a_revoked_token_is_refused_by_a_process_that_does_not_remember_it(self):
        made = self.add("to go", "viewer")
        self.assertEqual(self.call("GET", "/v1/files", made["token"]).status, 200)
        self.assertEqual(self.operator.call("DELETE", f"/v1/admin/tokens/{made['id']}").status, 200)
        self.gate.start_anew("authorize")
        self.assertEqual(self.call("GET", "/v1/files", made["token"]).status, 403)

    def test_a_token_that_has_expired_is_refused_though_it_is_remembered(self):
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)
        made = self.add("short", "viewer", expires=end.strftime("%Y-%m-%dT%H:%M:%SZ"))
        self.assertEqual(self.call("GET", "/v1/files", made["token"]).status, 200)
        self.gate.wait(lambda: self.call("GET", "/v1/files", made["token"]).status == 403, "it is good for ever", 10)
        self.assertGreaterEqual(datetime.datetime.now(datetime.timezone.utc), end.replace(microsecond=0))

    def test_nobody_is_let_in_while_the_table_does_not_answer(self):
        made = self.add("unlucky", "operator")
        self.gate.proxies["authorize"].spoil(
            Fault("answer", on("dynamodb", "GetItem"), status=400, code="AccessDeniedException"))
        self.assertEqual(self.call("GET", "/v1/files", made["token"]).status, 500)
        self.assertEqual(self.call("GET", "/v1/files", made["token"]).status, 200)

    def invoked(self, event):
        told = self.gate.functions.invoke(FunctionName=f"{self.gate.name}-authorize", Payload=json.dumps(event).encode())
        return json.loads(told["Payload"].read()), told.get("FunctionError")

    def test_the_documented_events_of_rest_apis_are_answered_with_policies(self):
        made = self.add("by rest", "uploader", prefixes=["mine/"])
        shown = f"Bearer {made['token']}"
        events = {"TOKEN": {"type": "TOKEN", "authorizationToken": shown, "methodArn": METHOD_ARN},
                  "REQUEST": {"type": "REQUEST", "methodArn": METHOD_ARN, "resource": "/{proxy+}", "path": "/v1/files",
                              "httpMethod": "GET", "headers": {"authorization": shown},
                              "multiValueHeaders": {"authorization": [shown]}, "requestContext": {"stage": "prod"}},
                  "1.0": {"version": "1.0", "type": "REQUEST", "methodArn": METHOD_ARN, "identitySource": shown,
                          "authorizationToken": shown, "headers": {"Authorization": shown}}}
        for name, event in events.items():
            with self.subTest(name):
                answer, failed = self.invoked(event)
                self.assertIsNone(failed)
                statement, = answer["policyDocument"]["Statement"]
                self.assertEqual((statement["Effect"], statement["Resource"]), ("Allow", METHOD_ARN.partition("/GET")[0] + "/*"))
                self.assertEqual((answer["context"]["role"], json.loads(answer["context"]["prefixes"])), ("uploader", ["mine/"]))
                # What the API makes of that context.
                self.assertEqual({type(value) for value in answer["context"].values()}, {str})
        denied, _ = self.invoked({"type": "TOKEN", "authorizationToken": f"Bearer {UNKNOWN}", "methodArn": METHOD_ARN})
        self.assertEqual(denied["policyDocument"]["Statement"][0]["Effect"], "Deny")
        self.assertIsNotNone(self.invoked({"no": "event"})[1])

    def test_no_token_stands_in_a_log(self):
        made = self.add("secret", "viewer")
        self.assertEqual(self.call("GET", "/v1/files", made["token"]).status, 200)
        lines = json.dumps([self.gate.log_lines(handler) for handler in ("authorize", "api")])
        self.assertIn("ColdStart", lines)
        self.assertNotIn(made["token"].removeprefix("scalper_"), lines)


if __name__ == "__main__":
    unittest.main()
