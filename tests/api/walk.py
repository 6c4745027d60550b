"""Every call of the document, with each of its answers that can be brought about: the same walk on both hosts."""

import time
from urllib.parse import quote

import document
import walk_content
import walk_sending

NOBODY_ID = "a" * 26
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
PATIENCE = 60
CONTRACT = 'contract: walked\nmatch: {prefix: "walked/"}\ntypes: [text/csv]\n'


class Walk:
    """`gate` has: put(key, bytes), which sends a file; roles, who may be asked as; host."""

    def __init__(self, api, gate):
        self.api, self.gate, self.call = api, gate, api.call

    def all(self):
        self.refusals()
        self.looks()
        self.files()
        self.reviews()
        self.operation()
        self.contracts()
        self.tokens()
        self.newer()
        if self.gate.host == "server":
            self.uploads()
            self.webhooks()

    def _path(self, path, values):
        for name, value in values.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        return path

    def refusals(self):
        """What each operation says to a parameter it does not know, to nobody and to whom it is not open."""
        for path, method, operation in document.operations(self.api.document):
            target = self._path(path, {"id": NOBODY_ID, "name": "nobody", "key": "nobody.csv", "upload": "0" * 32})
            # API Gateway does not say who calls a route that is open to all.
            refused = (400, 401) if "none" in operation["x-role"] else 400
            self.call(method.upper(), target + "?no_such_parameter=1", status=refused)
            for role in self.gate.roles:
                if role in operation["x-role"]:
                    continue
                self.call(method.upper(), target, status=401 if role == "none" else 403, who=role)
        self.call("GET", "/v1/nothing", status=404)
        self.call("PUT", "/v1/health", status=405)
        self.call("GET", "/v1/files/a%2", status=400)
        self.call("GET", "/v1/files?prefix=" + "x" * 9000, status=414)

    def looks(self):
        call = self.call
        call("GET", "/v1/health")
        call("GET", "/v1/openapi.yaml")
        call("GET", "/v1/stats")
        call("GET", "/v1/stats?window=15m")
        call("GET", "/v1/stats?window=1y", status=400)
        call("GET", "/v1/queue")
        call("GET", "/v1/dead-letters?limit=5")
        call("GET", "/v1/contracts")
        if self.gate.host == "server":
            call("GET", "/metrics")
        for status in ("open", "valid", "invalid", "unverifiable", "companion", "released"):
            call("GET", f"/v1/files?status={status}")
        page = call("GET", "/v1/files?limit=1").json()
        assert page["files"], page
        if "next_cursor" in page:
            call("GET", f"/v1/files?limit=1&cursor={quote(page['next_cursor'])}")
        call("GET", "/v1/files?cursor=none", status=400)
        for file in call("GET", "/v1/files?limit=1000").json()["files"]:
            call("GET", f"/v1/files/{file['id']}")
            if file["status"] in ("valid", "invalid", "unverifiable"):
                call("GET", f"/v1/files/{file['id']}/report")

    def sent(self, name, data, status):
        """The record of a new file once it is at rest."""
        key = f"walked/{name}"
        self.gate.put(key, data)
        return self.at_rest(key, status)

    def at_rest(self, key, status):
        end = time.monotonic() + PATIENCE
        while True:
            found = [file for file in self.call("GET", f"/v1/files?prefix={quote(key, safe='')}").json()["files"] if file["key"] == key]
            if found and found[0]["status"] == status and found[0]["final"]:
                return found[0]
            assert time.monotonic() < end, f"{key} is not {status}: {found}"
            time.sleep(0.05)

    def files(self):
        valid = self.sent("a.csv", b"a,b\n1,2\n", "valid")
        self.call("GET", f"/v1/files/{valid['id']}?wait=1")
        many = self.sent("many.csv", b"a,b\n" + b"1,2,3\n" * 30, "invalid")
        report = self.call("GET", f"/v1/files/{many['id']}/report").json()
        assert report["findings_total"] == 30 == len(report["findings"]), report
        assert self.call("GET", f"/v1/files/{many['id']}").json()["has_report"]
        for path in ("", "?wait=1", "/report"):
            self.call("GET", f"/v1/files/{NOBODY_ID}{path}", status=404)
        self.call("GET", "/v1/files/short", status=400)
        # S3 tells apart what is not there and what is not permitted only to those who may list.
        missing = 404 if self.gate.host == "server" else (403, 404)
        self.call("POST", "/v1/files/process", {"key": "walked/nothing.csv"}, status=missing)
        self.call("POST", "/v1/files/process", {"key": ""}, status=400)

    def reviews(self):
        call = self.call
        for action, then in (("release", "released"), ("reject", "rejected"), ("rerun", "invalid")):
            call("POST", f"/v1/files/{NOBODY_ID}/{action}", {"note": "none"}, status=404)
            file = self.sent(f"{action}.csv", b"a,b\n1,2,3\n", "invalid")
            call("POST", f"/v1/files/{file['id']}/{action}", {"note": "x", "if_revision": 10 ** 6}, status=409)
            call("POST", f"/v1/files/{file['id']}/{action}", {"note": ""} if action != "rerun" else {"note": 7}, status=400)
            accepted = call("POST", f"/v1/files/{file['id']}/{action}", {"note": "walked by"}, status=202, headers={"traceparent": PARENT})
            assert accepted.headers["traceresponse"].split("-")[1] == TRACE, accepted
            end = time.monotonic() + PATIENCE
            while not ((now := call("GET", f"/v1/files/{file['id']}").json())["final"] and now["status"] == then and now["history"]):
                assert time.monotonic() < end, now
                time.sleep(0.05)
            assert now["traceparent"].split("-")[1] == TRACE, now
        released = self.at_rest("walked/release.csv", "released")
        call("POST", f"/v1/files/{released['id']}/reject", {"note": "late"}, status=409)
        call("DELETE", f"/v1/files/{released['id']}/intent", status=409)
        call("DELETE", f"/v1/files/{NOBODY_ID}/intent", status=404)

    def operation(self):
        call = self.call
        assert call("POST", "/v1/admin/pause", {"note": "to walk"}).json() == {"paused": True}
        try:
            self._while_paused()
        finally:
            assert call("POST", "/v1/admin/resume").json() == {"paused": False}
            self.gate.until_seen()
        call("POST", "/v1/admin/sweep")
        call("POST", "/v1/admin/backfill", {"prefix": "walked/", "dry_run": True})
        call("POST", "/v1/admin/audit", {})
        call("POST", "/v1/admin/redrive", {"limit": 1})
        call("POST", "/v1/admin/redrive", {"limit": 0}, status=400)

    def _while_paused(self):
        """A review that nobody claims can be taken back; a file that nobody claims can be named by hand."""
        file = self.at_rest("walked/many.csv", "invalid")
        self.gate.until_seen()
        self.call("POST", f"/v1/files/{file['id']}/release", {"note": "a mistake"}, status=202)
        self.call("POST", f"/v1/files/{file['id']}/release", {"note": "twice"}, status=409)
        self.call("DELETE", f"/v1/files/{file['id']}/intent")
        if self.gate.host == "server":
            self.call("PUT", "/v1/files/walked%2Fpaused.csv", b"a,b\n1,2\n", status=202)
        self.gate.put("walked/by-hand.csv", b"a,b\n1,2\n")
        end = time.monotonic() + PATIENCE
        while self.api.send("POST", "/v1/files/process", b'{"key": "walked/by-hand.csv"}', "operator", {}).status in (403, 404):
            assert time.monotonic() < end, "the file never came into the inbox"
            time.sleep(0.05)
        self.call("POST", "/v1/files/process", {"key": "walked/by-hand.csv"}, status=202)

    def newer(self):
        """Parts of the API that a host may not have."""
        has = self.api.has
        file = self.sent("content.csv", b"a,b\n1,2,3\n", "invalid")
        if has("getContent"):
            walk_content.conditions(self, file)
            walk_content.content(self, file, b"a,b\n1,2,3\n")
            walk_content.lists(self)
            walk_content.keys(self)
        for name, part in (("getAudit", walk_content.trail), ("checkBody", walk_content.check), ("addWebhook", walk_content.webhooks),
                           ("followEvents", walk_content.events),
                           ("putFile", walk_sending.whole), ("createUpload", walk_sending.ordered), ("signParts", walk_sending.in_parts)):
            if has(name):
                part(self)
        for name, part in (("tryContracts", walk_content.contracts), ("reviewMany", walk_content.many)):
            if has(name):
                part(self, file)
        if has("appendToUpload") and self.gate.host == "server":
            walk_sending.by_tus(self)
        if has("getAlarms"):
            self.call("GET", "/v1/alarms")
            self.call("GET", "/v1/stats?window=1h&buckets=4")
            self.call("GET", "/v1/stats?buckets=0", status=400)

    def tokens(self):
        call = self.call
        made = call("POST", "/v1/admin/tokens", {"name": "walker", "role": "uploader", "prefixes": ["walked/"]}, status=201).json()
        call("POST", "/v1/admin/tokens", {"name": "", "role": "viewer"}, status=400)
        assert made["id"] in [token["id"] for token in call("GET", "/v1/admin/tokens").json()["tokens"]]
        assert call("DELETE", f"/v1/admin/tokens/{made['id']}").json()["state"] == "revoked"
        call("DELETE", f"/v1/admin/tokens/{NOBODY_ID}", status=404)

    def uploads(self):
        call, good = self.call, b"a,b\n1,2\n"
        call("PUT", "/v1/files/walked%2Fsent.csv", good, status=201)
        call("PUT", "/v1/files/walked%2Fsent.csv", good, status=412, headers={"If-None-Match": "*"})
        call("PUT", "/v1/files/walked%2F..%2Fsent.csv", good, status=400)
        call("PUT", "/v1/files/walked%2Fsent.csv", good, status=415, headers={"Content-Encoding": "gzip"})
        tus = {"Tus-Resumable": "1.0.0"}
        piece = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        call("OPTIONS", "/v1/uploads", status=204)
        call("POST", "/v1/uploads", {"key": "walked/pieces.csv"}, status=400)
        made = call("POST", "/v1/uploads", {"key": "walked/pieces.csv", "size": len(good)}, status=201).json()
        call("PATCH", made["url"], good, status=412)
        call("PATCH", made["url"], good, status=415, headers=tus)
        call("PATCH", made["url"], good, status=409, headers={**piece, "Upload-Offset": "1"})
        call("PATCH", made["url"], good, status=460, headers={**piece, "Upload-Checksum": "sha1 " + "A" * 27 + "="})
        call("PATCH", made["url"], good, status=204, headers=piece)
        assert call("GET", made["url"], headers=tus).json()["offset"] == len(good)
        self.at_rest("walked/pieces.csv", "valid")
        call("DELETE", made["url"], status=204, headers=tus)
        for method in ("GET", "PATCH", "DELETE"):
            call(method, made["url"], status=404, headers=piece)

    def webhooks(self):
        call = self.call
        call("POST", "/v1/webhooks", {"url": "http://example.com/"}, status=400)
        call("POST", "/v1/webhooks", {"url": "https://127.0.0.1:9/", "events": ["lost"]}, status=400)
        made = call("POST", "/v1/webhooks", {"url": "https://127.0.0.1:9/", "events": ["rejected"]}, status=201).json()
        assert "secret" not in call("GET", "/v1/webhooks").json()["webhooks"][0]
        assert call("POST", f"/v1/webhooks/{made['id']}/rotate").json()["secret"] != made["secret"]
        assert call("POST", f"/v1/webhooks/{made['id']}/test").json() == {"delivered": False, "why": "no connection"}
        assert call("POST", f"/v1/webhooks/{made['id']}/redeliver", status=202).json() == {"redelivered": 0}
        call("POST", f"/v1/webhooks/{made['id']}/redeliver", {"notice": "nothing.0"}, status=404)
        call("DELETE", f"/v1/webhooks/{made['id']}")
        for method, verb in (("DELETE", ""), ("POST", "/rotate"), ("POST", "/test"), ("POST", "/redeliver")):
            call(method, f"/v1/webhooks/{NOBODY_ID}{verb}", status=404)

    def contracts(self):
        def files(text):
            return {"files": [{"path": "walked.yaml", "text": text}]}
        call = self.call
        assert call("POST", "/v1/contracts/lint", files(CONTRACT)).json()["sound"]
        assert not call("POST", "/v1/contracts/lint", files("contract: [")).json()["sound"]
        call("POST", "/v1/contracts/lint", {"files": "none"}, status=400)
        call("POST", "/v1/contracts/publish", files("contract: ["), status=422)
        call("POST", "/v1/contracts/publish", {"files": []}, status=422)
        call("POST", "/v1/contracts/publish", files(CONTRACT))
