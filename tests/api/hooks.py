"""What schemathesis cannot know of the document: ids of files that are there, and what its prose says of two parameters."""

import os
import re
import zlib

import schemathesis

IDS = os.environ.get("SCALPER_API_IDS", "").split()
KEYS = os.environ.get("SCALPER_API_KEYS", "").split()
UNFINISHED = ("open", "received", "processing", "vanished")
IS_ID = re.compile(r"^[a-z2-7]{26}$")


def pick(choices, text):
    """The same choice for the same text, so that a failure can be replayed; every fourth text stays as it is."""
    number = zlib.crc32(text.encode(errors="replace"))
    return choices[number // 4 % len(choices)] if choices and number % 4 else text


@schemathesis.hook
def map_path_parameters(_context, path):
    """Real ids for well-formed ones."""
    if path and isinstance(path.get("id"), str) and IS_ID.match(path["id"]):
        path = {**path, "id": pick(IDS, path["id"])}
    return path


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and context.operation.path == "/v1/files/process" and isinstance(body.get("key"), str):
        key = body["key"]
        if 0 < len(key) <= 1024:
            body = {**body, "key": pick(KEYS, key)}
    return body


@schemathesis.hook
def filter_case(_context, case):
    """`since` and `until` beside a status that is not at rest are refused, as the document says; a cursor is what a page gave,
    and keys are counted in bytes."""
    query = case.query if isinstance(case.query, dict) else {}
    if query.get("status") in UNFINISHED and ("since" in query or "until" in query):
        return False
    if isinstance(query.get("cursor"), str) and query["cursor"]:
        return False
    texts = [query.get("prefix")]
    if isinstance(case.body, dict):
        texts += [text for name in ("key", "note") if len(text := str(case.body.get(name, ""))) > 200]
    return all(not isinstance(text, str) or len(text.encode(errors="replace")) <= 1000 for text in texts)
