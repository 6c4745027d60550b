"""What schemathesis cannot know of the document: ids of files that are there, and what its prose says."""

import itertools
import os
import re
import unicodedata
import urllib.parse
import zlib

import schemathesis

COUNT = itertools.count()
IDS = os.environ.get("SCALPER_API_IDS", "").split()
KEYS = os.environ.get("SCALPER_API_KEYS", "").split()
UNFINISHED = ("open", "received", "processing", "vanished")
IS_TIME = re.compile(r"^\d{4}-\d\d-\d\d[Tt]")
IS_KEY = re.compile(r'^"?[!#-+\--:<-\[\]-~]{1,200}"?$')
IS_MATCH = re.compile(r'^(\*|(W/)?"[!#-~]*"(, (W/)?"[!#-~]*")*)$')
IS_WEB = re.compile(r"^https://[a-z0-9.-]+(:[0-9]+)?(/[!-~]*)?$")
IS_ID = re.compile(r"^[a-z2-7]{26}$")


def pick(choices, text):
    """The same choice for the same text, so that a failure can be replayed; every fourth text stays as it is."""
    number = zlib.crc32(text.encode(errors="replace"))
    return choices[number // 4 % len(choices)] if choices and number % 4 else text


@schemathesis.serializer("application/offset+octet-stream")
def serialize_piece(_context, value):
    """A piece of tus: the bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.hook
def map_path_parameters(_context, path):
    """Real ids for well-formed ones."""
    if path and isinstance(path.get("id"), str) and IS_ID.match(path["id"]):
        path = {**path, "id": pick(IDS, path["id"])}
    return path


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """A key of its own for each request: the same one again with another request is refused, as it should be. Answers
    that go on are cut short: a whole one takes ten minutes."""
    wait = str((case.query or {}).get("wait", 600))
    if case.path == "/v1/events" and wait.isdecimal() and int(wait) <= 600:
        case.query = {**(case.query or {}), "wait": 0}
    for name in list(case.headers or {}):
        if name.lower() == "idempotency-key":
            case.headers[name] = f'"{next(COUNT)}-{os.getpid()}"'


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and context.operation.path == "/v1/files/process" and isinstance(body.get("key"), str):
        key = body["key"]
        if 0 < len(key) <= 1024:
            body = {**body, "key": pick(KEYS, key)}
    return body


@schemathesis.hook
def filter_case(_context, case):
    """What the document can only say in prose."""
    headers = {name.lower(): str(value) for name, value in (case.headers or {}).items()}
    # Quotes in headers are lost where schemathesis looks for the edges of a pattern.
    if not IS_KEY.match(headers.get("idempotency-key", "k")) or not IS_MATCH.match(headers.get("if-match", "*")):
        return False
    query = case.query if isinstance(case.query, dict) else {}
    body = case.body if isinstance(case.body, dict) else {}
    if case.path == "/v1/uploads" and case.method.upper() == "POST" and not _is_an_upload(case, body):
        return False
    if case.path == "/v1/files/{id}" and case.method.upper() == "PUT" and not _is_a_key(str((case.path_parameters or {}).get("id", ""))):
        return False
    if case.path == "/v1/webhooks" and isinstance(body.get("url"), str) and not IS_WEB.match(body["url"]):
        return False
    if case.path == "/v1/check" and not query.get("contract") and not query.get("key"):
        return False
    if case.path == "/v1/review" and "ids" in body and "filter" in body:
        return False  # the document says so, and the phase `coverage` does not read `oneOf`
    chosen = body.get("filter")
    return (_is_a_list_of_its_kind(query) and _is_a_list_of_its_kind(chosen if isinstance(chosen, dict) else {})
            and _is_a_list_of_its_kind(body) and _fits_in_bytes(query, body) and _is_a_token(case.path, body))


def _is_a_key(text):
    """1 to 1,024 bytes without control characters; in a path it is percent-encoded."""
    text = urllib.parse.unquote(text)
    return 0 < len(text.encode(errors="replace")) <= 1024 and not any(unicodedata.category(letter)[0] == "C" for letter in text)


def _is_an_upload(case, body):
    """A key is one, a piece of tus names it in a header that only prose can describe, and what no disk holds is refused."""
    if case.media_type == "application/offset+octet-stream" or type(case.body).__name__ == "NotSet":
        return False
    size = body.get("size")
    return (not isinstance(body.get("key"), str) or _is_a_key(body["key"])) and not (isinstance(size, (int, float)) and size > 1 << 30)


def _is_a_list_of_its_kind(query):
    """`since` and `until` are refused beside a status that is not at rest; a cursor is what a page gave."""
    if query.get("status") in UNFINISHED and ("since" in query or "until" in query):
        return False
    return not (isinstance(query.get("cursor"), str) and query["cursor"])


def _fits_in_bytes(query, body):
    """Keys, notes and names are counted in bytes, lengths of schemas in characters."""
    limits = {"prefix": 1024, "key": 1024, "note": 1000, "name": 100}
    texts = [(name, text) for place in (query, body) for name, text in place.items() if name in limits and isinstance(text, str)]
    return all(len(text.encode(errors="replace")) <= limits[name] or len(text) > limits[name] for name, text in texts)


def _is_a_token(path, body):
    """Only uploaders have prefixes, tokens end in the future, and no text of theirs has control characters."""
    if path != "/v1/admin/tokens":
        return True
    ends = body.get("expires")
    over = isinstance(ends, str) and IS_TIME.match(ends) and ends[:4] < "2030"
    texts = [body.get("name"), *(body["prefixes"] if isinstance(body.get("prefixes"), list) else [])]
    odd = any(unicodedata.category(letter)[0] == "C" for text in texts if isinstance(text, str) for letter in text)
    return not over and not odd and not ("prefixes" in body and body.get("role") != "uploader")
