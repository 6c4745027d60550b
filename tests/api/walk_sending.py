"""The walk through uploads: whole, in pieces by tus, and in parts where the bytes go past the gate."""

import base64

DATA = b"a,b\n1,2\n"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
NO_UPLOAD = "a" * 26


def whole(walk):
    status = 201 if walk.gate.host == "server" else 202
    sent = walk.call("PUT", "/v1/files/walked%2Fput.csv", DATA, status=status, headers={"Content-Type": "application/octet-stream"})
    if status == 201:
        assert sent.json()["status"] == "valid", sent
    walk.at_rest("walked/put.csv", "valid")
    if status == 201:
        trace(walk)


def trace(walk):
    """The trace of an upload goes on with the file; what is no traceparent is ignored, and a new trace begins."""
    for key, sent in (("traced.csv", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"), ("begun.csv", "00-zz-01")):
        answer = walk.call("PUT", f"/v1/files/walked%2F{key}", DATA, status=201, headers={"traceparent": sent})
        span = answer.headers["traceresponse"].split("-")
        assert answer.json()["traceparent"] == "-".join(span), answer
        assert (span[1] == sent[3:35]) == (key == "traced.csv") and len(span[1]) == 32, (sent, span)


def ordered(walk):
    """A target for exactly one file."""
    told = walk.call("POST", "/v1/uploads", {"key": "walked/ordered.csv", "size": len(DATA)}, status=201).json()
    assert told["kind"] == ("tus" if walk.gate.host == "server" else "form"), told
    walk.call("POST", "/v1/uploads", {"key": "", "size": 1}, status=400)


def by_tus(walk):
    walk.call("OPTIONS", "/v1/uploads", status=204)
    names = base64.b64encode(b"walked/tus.csv").decode()
    made = walk.call("POST", "/v1/uploads", status=201,
                     headers={**TUS, "Upload-Length": str(len(DATA)), "Upload-Metadata": f"key {names}"})
    place = made.headers["location"]
    walk.call("PATCH", place, DATA[:3], status=204, headers={**PIECE, "Upload-Offset": "0"})
    assert walk.call("GET", place).json()["offset"] == 3
    walk.call("PATCH", place, DATA[3:], status=204, headers={**PIECE, "Upload-Offset": "3"})
    walk.at_rest("walked/tus.csv", "valid")
    given_up = walk.call("POST", "/v1/uploads", status=201,
                         headers={**TUS, "Upload-Length": "5", "Upload-Metadata": f"key {names}"}).headers["location"]
    walk.call("DELETE", given_up, status=204, headers=TUS)
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", b"x")):
        walk.call(method, given_up, body, status=(404, 410), headers={**PIECE, "Upload-Offset": "0"} if body else TUS)


def in_parts(walk):
    """Of a file above 5 GiB; no byte of it is sent."""
    told = walk.call("POST", "/v1/uploads", {"key": "walked/parts.csv", "size": 6 * 1024 ** 3}, status=201).json()
    assert told["kind"] == "parts", told
    place = f"/v1/uploads/{told['id']}"
    parts = walk.call("POST", f"{place}/parts", {"first": 2, "count": 3}).json()["parts"]
    assert [part["number"] for part in parts] == [2, 3, 4], parts
    walk.call("POST", f"{place}/parts", {"count": 101}, status=400)
    walk.call("POST", f"{place}/parts", {"first": told["parts"] + 1}, status=400)
    walk.call("POST", f"{place}/complete", {}, status=409)
    walk.call("DELETE", place, status=204)
    for call in ("parts", "complete"):
        walk.call("POST", f"/v1/uploads/{NO_UPLOAD}/{call}", {}, status=404)
    walk.call("POST", f"{place}/complete", {}, status=404)
    walk.call("DELETE", f"/v1/uploads/{NO_UPLOAD}", status=404)
