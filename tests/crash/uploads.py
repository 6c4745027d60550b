"""Senders that upload over the gate's socket, and remember what they were told of each file."""

import http.client
import json
import random
import socket
from dataclasses import replace

from gate import Sent

ACCEPTED = (201, 202)


class SocketConnection(http.client.HTTPConnection):
    """HTTP over the Unix socket, whose owner is an operator."""

    def __init__(self, path, timeout=30):
        super().__init__("gate", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def ask(gate, method, target, body=None, headers=None, timeout=30):
    """(status, headers, body), or None where no whole answer came."""
    connection = SocketConnection(gate.data / ".scalper" / "gate.sock", timeout)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Uploader:
    """Sends files like no other's; `told`: those that were accepted, `unheard`: those without an answer."""

    def __init__(self, gate, seed, lane=""):
        self.gate, self.random, self.lane = gate, random.Random(seed), lane
        self.told, self.unheard, self.number = [], [], 0

    def next_file(self, filler=0):
        self.number += 1
        good = self.random.random() < 0.7
        text = f'{{"number": {self.number}, "mark": "{self.random.getrandbits(128):032x}", "fill": "{"x" * filler}"'
        text += "}\n" if good else ",}\n"
        return Sent(f"up{self.lane}/{self.number:06}.json", text.encode(), "output" if good else "quarantine")

    def remember(self, file, answer):
        if answer is None or answer[0] >= 500:
            self.unheard.append(file)
        elif answer[0] in ACCEPTED:
            self.told.append(file)
        else:
            raise AssertionError(f"{file.key}: {answer}")

    def put(self, filler=0):
        file = self.next_file(filler)
        answer = ask(self.gate, "PUT", "/v1/files/" + file.key, file.data)
        self.remember(file, answer)
        return answer

    def settled(self):
        """What has to be there: all that was told, and of the unheard those that were accepted without a word."""
        recorded = {record["key"] for record in self.gate.records() or []}
        return self.told + [replace(file) for file in self.unheard if file.key in recorded]


TUS = {"Tus-Resumable": "1.0.0"}


def create(gate, key, size):
    """The path of a new upload by tus, or None."""
    import base64
    named = base64.b64encode(key.encode()).decode()
    answer = ask(gate, "POST", "/v1/uploads", b"", {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"key {named}"})
    return answer[1]["Location"] if answer and answer[0] == 201 else None


def offset_of(gate, path):
    """(offset, id of the file that it became or None), or None where no answer came."""
    answer = ask(gate, "GET", path, headers=TUS)
    if answer is None:
        return None
    if answer[0] != 200:
        raise AssertionError(answer)
    state = json.loads(answer[2])
    return state["offset"], state.get("file_id")


def patch(gate, path, offset, piece, more=None):
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **(more or {})}
    return ask(gate, "PATCH", path, piece, headers)
