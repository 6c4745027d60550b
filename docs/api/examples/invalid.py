#!/usr/bin/env python3
"""What is wrong with the newest invalid files: one line a finding. Only the standard library.

SCALPER_URL=http://127.0.0.1:8080 [SCALPER_TOKEN=...] ./invalid.py [PREFIX]
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ.get("SCALPER_URL", "http://127.0.0.1:8080")
TOKEN = os.environ.get("SCALPER_TOKEN")


class Problem(Exception):
    """What the gate answered instead: application/problem+json, with a stable `code`."""

    def __init__(self, told):
        super().__init__(f"{told['code']}: {told['detail']}")
        self.code, self.status = told["code"], told["status"]


def ask(path, **parameters):
    query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
    headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    request = urllib.request.Request(URL + path + query, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise Problem(json.load(refused)) from refused


def files(**wanted):
    """All files, page by page, newest first."""
    page = ask("/v1/files", **wanted)
    yield from page["files"]
    while "next_cursor" in page:
        page = ask("/v1/files", **wanted, cursor=page["next_cursor"])
        yield from page["files"]


def main(prefix=""):
    for file in files(status="invalid", limit=20, prefix=prefix):
        for finding in ask(f"/v1/files/{file['id']}/report")["findings"]:
            print(f"{file['key']}: {finding['code']}: {finding['message']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
