"""The pages of docs/api as text. scripts/api_reference.py writes them."""

import json
import shlex
from pathlib import Path

import document
import types_of
from checked import Checked
from local_gate import LocalGate
from recorder import Recorder
from walk import Walk

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "api"
BASE = "http://127.0.0.1:8080"
HEAD = """# The REST API

Made of `schemas/openapi.yaml` by `scripts/api_reference.py`; a running gate serves that document as `/v1/openapi.yaml`. The
answers below are real ones, with times, ids and versions made steady. Problems: [problems.md](problems.md). Clients in curl,
Python and TypeScript: [examples](examples/).

"""
HOW = """## How to ask
- **On one machine** who asks over loopback, with no proxy between, needs no token and is an operator, unless the gate was
  started with `--require-token`; so does its owner over the Unix socket: `curl --unix-socket data/.scalper/gate.sock
  http://gate/v1/queue`. Everybody else shows a token: `Authorization: Bearer TOKEN`.
- **On AWS** requests are signed for `execute-api` (IAM; such callers are operators), or carry a JWT or a token where the gate was
  set up so.
- HEAD is there where GET is. Every answer carries `X-Request-Id`, which the gate's log knows.

"""


def record(place):
    """Takes a gate through the walk, and keeps what it answered."""
    recorder = Recorder()
    with LocalGate() as gate:
        Walk(Checked("server", gate.send, recorder), gate).all()
    place.write_text(recorder.as_json(), encoding="utf-8")


def pages(answers):
    """{path: text} of all pages."""
    told = document.load()
    recorded = json.loads(answers.read_text(encoding="utf-8"))
    return {DOCS / "README.md": reference(told, recorded), DOCS / "problems.md": problems(told),
            DOCS / "examples" / "gate.ts": types_of.typescript(told)}


def cell(text):
    return " ".join(str(text).split()).replace("|", "\\|")


def problems(told):
    lines = ["# Problem codes", "", "What a request may come to. A problem is `application/problem+json` (RFC 9457): `code` is stable,",
             "`detail` is a sentence for people. Made of `x-problem-codes` in `schemas/openapi.yaml` by `scripts/api_reference.py`.", "",
             "| Code | Status | Cause | Remedy |", "|---|---|---|---|"]
    for code, entry in told["x-problem-codes"].items():
        statuses = ", ".join(str(status) for status in entry["statuses"])
        lines.append(f"| `{code}` | {statuses} | {cell(entry['cause'])} | {cell(entry['remedy'])} |")
    return "\n".join(lines) + "\n"


def reference(told, recorded):
    calls = list(document.operations(told))
    text = HEAD + HOW + "## Calls\n| Call | Meaning | Roles |\n|---|---|---|\n"
    for path, method, operation in calls:
        anchor = operation["operationId"].lower()
        text += f"| [`{method.upper()} {path}`](#{anchor}) | {cell(operation['summary'])} | {roles(operation)} |\n"
    for tag in told["tags"]:
        text += f"\n# {tag['description']}\n"
        for path, method, operation in calls:
            if tag["name"] in operation["tags"]:
                text += call(told, path, method, operation, recorded.get(operation["operationId"]))
    return text


def roles(operation):
    return "all" if "none" in operation["x-role"] else ", ".join(operation["x-role"])


def call(told, path, method, operation, recorded):
    text = f"\n## {operation['operationId']}\n`{method.upper()} {path}`: {operation['summary']}. Roles: {roles(operation)}."
    if "x-hosts" in operation:
        text += f" Only on: {', '.join(operation['x-hosts'])}."
    text += "\n"
    if operation.get("description"):
        text += "\n" + operation["description"].strip() + "\n"
    text += parameters(told, path, operation) + body(told, operation) + answers(told, operation)
    return text + (example(recorded) if recorded else "")


def parameters(told, path, operation):
    found = [document.resolve(told, one) for one in told["paths"][path].get("parameters", []) + operation.get("parameters", [])]
    if not found:
        return ""
    lines = ["", "| Parameter | In | Value | |", "|---|---|---|---|"]
    for one in found:
        must = "" if one["in"] == "path" or not one.get("required") else "required. "
        lines.append(f"| `{one['name']}` | {one['in']} | {cell(types_of.words(told, one.get('schema', {})))} | "
                     f"{must}{cell(one.get('description', ''))} |")
    return "\n".join(lines) + "\n"


def body(told, operation):
    if "requestBody" not in operation:
        return ""
    request = document.resolve(told, operation["requestBody"])
    text = "\nBody" + ("" if request.get("required") else " (may be left out)") + ":\n"
    for kind, media in request["content"].items():
        text += f"- `{kind}`"
        schema = document.resolve(told, media.get("schema", {}))
        if kind == "application/json":
            text += f": `{types_of.type_of(told, schema)}`"
        text += "\n"
    return text


def answers(told, operation):
    text = "\nAnswers: "
    shown = []
    for status, answer in operation["responses"].items():
        if status == "default":
            continue
        answer = document.resolve(told, answer)
        shown.append(f"**{status}** {answer['description'].strip().rstrip('.')}")
    return text + "; ".join(shown) + ".\n"


def example(recorded):
    command = ["curl"] + (["-X", recorded["method"]] if recorded["method"] != "GET" else [])
    if "body" in recorded:
        sent = recorded["body"] if isinstance(recorded["body"], str) else json.dumps(recorded["body"], ensure_ascii=False)
        command += ["-H", "Content-Type: application/json", "--data", sent]
    text = "\n```\n" + shlex.join(command + [BASE + recorded["target"]]) + "\n```\n"
    if "answer" in recorded:
        return text + "```json\n" + json.dumps(recorded["answer"], indent=2, ensure_ascii=False) + "\n```\n"
    return text + ("```\n" + recorded["text"] + "\n```\n" if "text" in recorded else "")
