"""Answers of a walk kept for docs/api: one for each operation, with times, ids and versions that do not change."""

import json
import re

BEST = 2200  # bytes: long enough to show all, short enough to be read
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ID = re.compile(r"\b(?=[a-z]*[2-7])[a-z2-7]{26}\b")
WEBHOOK = re.compile(r"\bwh_[0-9a-f]{16}\b")
VERSION = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
OPAQUE = {"next_cursor": "7d1f0a3c5b9e2846.b3BhcXVl", "token": "scalper_" + "a2b3" * 14 + "c4d",
          "oldest_age_ms": 5000, "secret": "whsec_" + "c2NhbHBlcg" * 4 + "c2M="}
TOKEN_ID, STEADY_TOKEN_ID = re.compile(r"[0-9a-f]{16}"), "5ad982e7585c28b7"
UPLOAD_ID = re.compile(r"(?<!\b00-)\b[0-9a-f]{32}\b")
TRACE = re.compile(r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\b")
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def steady(value, name=""):
    """The answer with what differs from run to run replaced, the same text by the same text."""
    if isinstance(value, dict):
        return {key: steady(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [steady(member, name) for member in value]
    if name in OPAQUE:
        return OPAQUE[name]
    if name == "id" and isinstance(value, str) and TOKEN_ID.fullmatch(value):
        return STEADY_TOKEN_ID
    return value


class Steady:
    def __init__(self):
        self.seen = {}

    def text(self, text):
        """Of everything that is shown: a request's target as well as an answer."""
        text = TIME.sub(lambda _: "2026-11-22T08:15:30.123Z", text)
        text = TRACE.sub("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", text)
        text = UPLOAD_ID.sub(lambda found: self._one(found[0], lambda n: f"13aee83b8f5f4d289badc7e57f7112{n:02x}"), text)
        text = re.sub(r"(?<=/tokens/)[0-9a-f]{16}", STEADY_TOKEN_ID, text)
        text = WEBHOOK.sub("wh_3f2a9c1b7d604e58", text)
        text = ID.sub(lambda found: self._one(found[0], self._id), text)
        return VERSION.sub(lambda found: self._one(found[0], lambda n: f"01a1c0de-0000-7000-8000-{n:012x}"), text)

    def _one(self, text, make):
        if text not in self.seen:
            self.seen[text] = make(len(self.seen) + 1)
        return self.seen[text]

    @staticmethod
    def _id(number):
        return "q3w5" + "kz2m" * 5 + ALPHABET[number % 32] + "7"


class Recorder:
    """Is told of every answer; keeps the one of each operation that shows most without being long."""

    def __init__(self):
        self.kept = {}

    def __call__(self, operation, method, target, body, answer):
        if not 200 <= answer.status < 400 or method == "HEAD":
            return
        name, size = operation["operationId"], len(answer.body)
        worth = size if size <= BEST else BEST - size
        if name not in self.kept or worth > self.kept[name][0]:
            self.kept[name] = (worth, method, target, body, answer)

    def as_json(self):
        told = {}
        for name, (_worth, method, target, body, answer) in sorted(self.kept.items()):
            kind, to_keep = answer.headers.get("content-type", ""), Steady()
            entry = {"method": method, "target": to_keep.text(target)}
            if body:
                entry["body"] = json.loads(to_keep.text(body.decode())) if body[:1] == b"{" else body.decode()
            entry["status"], entry["content_type"] = answer.status, kind
            if kind == "application/json":
                entry["answer"] = json.loads(to_keep.text(json.dumps(steady(answer.json()))))
            elif answer.body:
                entry["text"] = to_keep.text("\n".join(answer.body.decode(errors="replace").splitlines()[:12]))
            told[name] = entry
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
