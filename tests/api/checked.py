"""Answers held against the document: path, status, content type, headers, every member, and codes with their statuses."""

import json
import re
from dataclasses import dataclass

import document
import jsonschema


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    body: bytes

    def json(self):
        return json.loads(self.body)


class Checked:
    """Knows what was reached, and tells `told` of each answer. `send(method, target, body, who, headers)` asks a gate
    and gives an Answer."""

    def __init__(self, host, send, told=lambda *_: None):
        self.document = document.closed(document.of_host(document.load(), host))
        self.send, self.told = send, told
        self.reached = set()  # (operation id, status)
        self.paths = [(re.compile("^" + re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$"), path.count("{"), method, operation)
                      for path, method, operation in document.operations(self.document)]

    def has(self, name):
        """Whether this host has the operation of that id."""
        return any(operation["operationId"] == name for *_rest, operation in self.paths)

    def operation(self, method, target):
        """The operation that is meant, of those that match the one with the fewest parameters; or None."""
        path = target.partition("?")[0]
        found = [(count, operation) for pattern, count, word, operation in self.paths
                 if word == method.lower() and pattern.match(path)]
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def call(self, method, target, body=None, status=200, who="operator", headers=None):
        """The answer, which must have that status (or one of these) and be as documented."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.send(method, target, data, who, headers or {})
        where = f"{method} {target} by {who}: {answer.status} {answer.body[:600]!r}"
        assert answer.status in (status if isinstance(status, tuple) else (status,)), f"{where}, wanted {status}"
        operation = self.operation(method, target)
        if operation is None:
            self._check_body(self._of("Any"), answer, where)
            return answer
        documented = operation["responses"].get(str(answer.status))
        if documented is None:
            documented = document.resolve(self.document, operation["responses"]["default"])
            assert answer.status in documented["x-statuses"], f"{where}: a status that is not documented"
        self._check_body(document.resolve(self.document, documented), answer, where)
        self.reached.add((operation["operationId"], answer.status))
        if who == "operator":
            self.told(operation, method, target, data, answer)
        return answer

    def _of(self, name):
        return self.document["components"]["responses"][name]

    def _check_body(self, documented, answer, where):
        for name in ("x-request-id", "cache-control", "x-content-type-options"):
            assert answer.headers.get(name), f"{where}: no {name}"
        for name, header in documented.get("headers", {}).items():
            header = document.resolve(self.document, header)
            assert name.lower() in answer.headers or not header.get("required"), f"{where}: no {name}"
        if "content" not in documented:
            assert not answer.body, f"{where}: a body where none is documented"
            return
        kind = answer.headers.get("content-type", "")
        assert kind in documented["content"], f"{where}: {kind!r} is not documented"
        if kind.split(";")[0] in ("application/json", "application/problem+json"):
            self._check_schema(documented["content"][kind]["schema"], answer, where)

    def _check_schema(self, schema, answer, where):
        told = answer.json()
        validator = jsonschema.Draft202012Validator({**schema, "components": self.document["components"]},
                                                    format_checker=jsonschema.FormatChecker())
        errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(told)]
        assert not errors, f"{where}: {errors}"
        if answer.status >= 400 and "code" in told:
            statuses = self.document["x-problem-codes"][told["code"]]["statuses"]
            assert answer.status == told["status"] and answer.status in statuses, f"{where}: not the status of its code"

    def not_reached(self):
        """'operation status' of what the document names and no call came to."""
        named = {(operation["operationId"], int(status)) for _path, _method, operation in document.operations(self.document)
                 for status in operation["responses"] if status != "default"}
        return [f"{name} {status}" for name, status in sorted(named - self.reached)]
