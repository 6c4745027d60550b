"""The walk through content, conditions, the audit trail, contracts tried, and reviews of many: what looks deeper than a record."""

from urllib.parse import quote

NOBODY_ID = "a" * 26
OFFERED = 'contract: walked\nmatch: {prefix: "walked/"}\ntypes: [application/json]\n'


def conditions(walk, file):
    """Reads and reviews that are bound to what the caller saw."""
    place = f"/v1/files/{file['id']}"
    etag = walk.call("GET", place).headers["etag"]
    walk.call("GET", place, status=304, headers={"If-None-Match": etag})
    walk.call("GET", place, headers={"If-None-Match": '"0"'})
    for action in ("release", "reject", "rerun"):
        walk.call("POST", f"{place}/{action}", {"note": "late"}, status=412, headers={"If-Match": '"0"'})
    walk.call("DELETE", f"{place}/intent", status=412, headers={"If-Match": '"0"'})


def content(walk, file, data):
    place = f"/v1/files/{file['id']}/content"
    walk.call("GET", f"/v1/files/{NOBODY_ID}/content", status=404)
    if walk.gate.host == "lambda":
        walk.call("GET", place, status=302)
        return
    whole = walk.call("GET", place)
    assert whole.body == data, whole
    part = walk.call("GET", place, status=206, headers={"Range": "bytes=2-4"})
    assert part.body == data[2:5], part
    walk.call("GET", place, status=416, headers={"Range": f"bytes={len(data)}-"})
    walk.call("GET", place, status=304, headers={"If-None-Match": whole.headers["etag"]})


def lists(walk):
    for form in ("csv", "ndjson"):
        walk.call("GET", f"/v1/files?format={form}&limit=2")
    walk.call("GET", "/v1/files?code=csv.row_width")
    walk.call("GET", "/v1/files?format=xml", status=400)


def trail(walk):
    page = walk.call("GET", "/v1/audit?limit=1").json()
    assert page["entries"], "nothing was done, says the trail"
    if "next_cursor" in page:
        walk.call("GET", f"/v1/audit?limit=1&cursor={quote(page['next_cursor'])}")
    walk.call("GET", "/v1/audit?limit=0", status=400)


def events(walk):
    """What was told is there to be read on from a place."""
    told = walk.call("GET", "/v1/events?after=0&wait=0").body.decode()
    last = [line[4:] for line in told.splitlines() if line.startswith("id: ")][-1]
    assert int(last) > 0 and '"specversion":"1.0"' in told, told
    again = walk.call("GET", "/v1/events?wait=0&after=0", headers={"Last-Event-ID": str(int(last) - 1)}).body.decode()
    assert again.count("\ndata: ") == 1 and f"id: {last}\n" in again, again
    walk.call("GET", "/v1/events?wait=0&after=none", status=400)
    walk.call("GET", "/v1/events?wait=601", status=400)


def contracts(walk, file):
    offered = {"files": [{"path": "walked.yaml", "text": OFFERED}]}
    told = walk.call("POST", "/v1/contracts/try", {**offered, "id": file["id"]}).json()
    assert told["results"][0]["id"] == file["id"], told
    walk.call("POST", "/v1/contracts/try", {"files": [{"path": "walked.yaml", "text": "contract: ["}], "id": file["id"]}, status=422)
    walk.call("POST", "/v1/contracts/try", {**offered, "id": NOBODY_ID}, status=404)
    walk.call("GET", "/v1/contracts/walked")
    walk.call("GET", "/v1/contracts/nobody", status=404)


def check(walk):
    verdict = walk.call("POST", "/v1/check?contract=builtin&key=a.csv", b"a,b\n1\n").json()
    assert verdict["findings"], verdict
    walk.call("POST", "/v1/check?contract=nobody", b"x", status=404)
    walk.call("POST", "/v1/check", b"x", status=400)


def many(walk, file):
    told = walk.call("POST", "/v1/review", {"ids": [file["id"], NOBODY_ID], "action": "rerun", "dry_run": True}).json()
    assert {one["result"] for one in told["results"]} == {"would_be_accepted", "refused"}, told
    walk.call("POST", "/v1/review", {"ids": [], "action": "rerun"}, status=400)


def keys(walk):
    """The same key, the same answer."""
    named = {"Idempotency-Key": '"walked-1"'}
    first = walk.call("POST", "/v1/admin/backfill", {"prefix": "walked/", "dry_run": True}, headers=named)
    assert walk.call("POST", "/v1/admin/backfill", {"prefix": "walked/", "dry_run": True}, headers=named).body == first.body
    walk.call("POST", "/v1/admin/backfill", {"prefix": "other/", "dry_run": True}, status=422, headers=named)


def webhooks(walk):
    made = walk.call("POST", "/v1/webhooks", {"url": "http://127.0.0.1:9/nobody", "events": ["invalid"]}, status=201).json()
    walk.call("POST", "/v1/webhooks", {"url": "ftp://127.0.0.1/"}, status=400)
    entries = walk.call("GET", "/v1/audit?limit=4").json()["entries"]
    assert ("webhook.add", "127.0.0.1:9") in [(entry["action"], entry["subject"]) for entry in entries], entries
    place = f"/v1/webhooks/{made['id']}"
    assert made["id"] in [one["id"] for one in walk.call("GET", "/v1/webhooks").json()["webhooks"]]
    walk.call("POST", f"{place}/rotate")
    assert not walk.call("POST", f"{place}/test").json()["delivered"]
    walk.call("POST", f"{place}/redeliver", {}, status=202)
    walk.call("DELETE", place)
    for method, rest in (("DELETE", ""), ("POST", "/rotate"), ("POST", "/test"), ("POST", "/redeliver")):
        walk.call(method, place + rest, status=404)
