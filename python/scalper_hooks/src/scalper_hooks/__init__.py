"""Hooks of Silent Scalper: checks of your own that run after the gate's. Only the standard library.

    #!/usr/bin/env python3
    from scalper_hooks import File, Report, run

    def check(file: File, report: Report) -> None:
        for number, line in enumerate(file.stream, 1):
            if b"forbidden" in line:
                report.error("hook.forbidden_word", "the word is not allowed here", line=number)

    run(check)

The gate gives a hook one line of JSON on standard input and the file's bytes on descriptor 3, and reads findings from
standard output. A hook that raises, is ended or says anything else makes the file unverifiable; it can make a file
invalid or warn of it, and never turn another finding off. docs/hooks.md has the whole of it.
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from dataclasses import dataclass
from typing import Any, BinaryIO, Callable, Mapping, NoReturn, TextIO

__all__ = ["BYTES", "File", "MOST_FINDINGS", "Report", "run"]

BYTES = 3  # the descriptor that the file's bytes come from
MOST_FINDINGS = 100
_CODE = re.compile(r"hook\.[a-z0-9_]{1,48}\Z")
_OURS = ("hook.failed", "hook.unavailable")
_MOST_MESSAGE = 2000  # the gate shows 300 characters
_RANK = {"error": 0, "unverifiable": 1, "warning": 2}


@dataclass(frozen=True)
class File:
    """What the gate says of the file. `key` is in printable form; text that came with the file is hostile."""

    hook: str
    id: str
    bucket: str
    key: str
    version: str
    size: int
    sha256: str
    type: str
    contract: str
    contract_digest: str
    stream: BinaryIO  # its bytes, forward only; need not be read to the end

    @classmethod
    def from_json(cls, told: Mapping[str, Any], stream: BinaryIO) -> File:
        contract = told["contract"]
        return cls(hook=str(told["hook"]), id=str(told["id"]), bucket=str(told["bucket"]), key=str(told["key"]),
                   version=str(told["version"]), size=int(told["size"]), sha256=str(told["sha256"]), type=str(told["type"]),
                   contract=str(contract["name"]), contract_digest=str(contract["digest"]), stream=stream)


class Report:
    """Findings, told when the hook is done. Of more than MOST_FINDINGS the gravest are kept: none that decides is lost."""

    def __init__(self) -> None:
        self._findings: list[dict[str, Any]] = []

    @property
    def findings(self) -> list[dict[str, Any]]:
        return list(self._findings)

    def error(self, code: str, message: str, **where: int | str) -> None:
        """The file breaks a rule: invalid. `where`: line, row, byte, column, pointer."""
        self._add("error", code, message, where)

    def unverifiable(self, code: str, message: str, **where: int | str) -> None:
        """Something could not be checked: never valid."""
        self._add("unverifiable", code, message, where)

    def warning(self, code: str, message: str, **where: int | str) -> None:
        self._add("warning", code, message, where)

    def write(self, out: TextIO) -> None:
        for finding in self._findings:
            out.write(json.dumps(finding) + "\n")
        out.flush()

    def _add(self, severity: str, code: str, message: str, where: Mapping[str, int | str]) -> None:
        if not _CODE.match(code) or code in _OURS:
            raise ValueError(f"a code is hook. and up to 48 of a-z, 0-9 and _, and none of the gate's own: {code!r}")
        if not message:
            raise ValueError("a finding needs a message")
        finding = {"code": code, "severity": severity, "message": message[:_MOST_MESSAGE], **_places(where)}
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(finding)
            return
        mildest = max(range(MOST_FINDINGS), key=lambda at: _RANK[self._findings[at]["severity"]])
        if _RANK[severity] < _RANK[self._findings[mildest]["severity"]]:
            self._findings[mildest] = finding


def _places(where: Mapping[str, int | str]) -> dict[str, int | str]:
    for name, value in where.items():
        if name in ("line", "row", "byte"):
            if not isinstance(value, int) or isinstance(value, bool) or value < (0 if name == "byte" else 1):
                raise ValueError(f"{name} is a whole number, counted from {0 if name == 'byte' else 1}: {value!r}")
        elif name not in ("column", "pointer") or not isinstance(value, str):
            raise ValueError(f"a place is line, row, byte, column or pointer: {name}={value!r}")
    return dict(where)


def run(check: Callable[[File, Report], None]) -> NoReturn:
    """Runs the check on the file that the gate gives, tells its findings and ends the process."""
    report = Report()
    try:
        told = json.loads(sys.stdin.readline())
        with os.fdopen(BYTES, "rb") as stream:
            check(File.from_json(told, stream), report)
        report.write(sys.stdout)
    except BaseException:  # not only Exception: whatever ends it, it did not come to its end
        traceback.print_exc(limit=3)
        sys.exit(1)
    sys.exit(0)
