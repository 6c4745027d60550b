"""A Lambda Runtime API on loopback, byte by byte as a test wants it, and the real `bootstrap` behind it."""

import os
import queue
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BOOTSTRAP = Path(os.environ.get("SCALPER_BOOTSTRAP", ROOT / "build" / "bin" / "bootstrap"))
PATIENCE = 60  # seconds, for what must happen; machines under load are slow

SETTINGS = {
    "SCALPER_INPUT_BUCKET": "files-in", "SCALPER_OUTPUT_BUCKET": "files-out", "SCALPER_QUARANTINE_BUCKET": "files-bad",
    "SCALPER_TABLE": "records", "SCALPER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/files",
    "SCALPER_CONTRACTS": "builtin", "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret", "AWS_LAMBDA_FUNCTION_NAME": "files-api", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED": "true", "_HANDLER": "api",
}


@dataclass
class Asked:
    line: str
    headers: dict
    body: bytes


class RuntimeApi:
    """Answers each request with the next of its script: bytes, a function of the socket, or None to close unanswered."""

    def __init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.script, self.asked = queue.Queue(), queue.Queue()
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.go_away()

    def go_away(self):
        """Who connects is refused, who waits is cut."""
        try:
            self.listening.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listening.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def say(self, *answers):
        for answer in answers:
            self.script.put(answer)

    def next_asked(self):
        return self.asked.get(timeout=PATIENCE)

    def _accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            self._serve_requests(connection)
        except OSError:
            pass  # cut by the other side, as tests make it do

    def _serve_requests(self, connection):
        with connection, connection.makefile("rb") as stream:
            while True:
                line = stream.readline().decode().strip()
                if not line:
                    return
                headers = {}
                while (header := stream.readline().decode().strip()):
                    name, value = header.split(":", 1)
                    headers[name.lower()] = value.strip()
                self.asked.put(Asked(line, headers, stream.read(int(headers.get("content-length", 0)))))
                answer = self.script.get()
                if answer is None:
                    return
                if callable(answer):
                    answer = answer(connection)
                connection.sendall(answer)
                if answer.startswith(b"HTTP/1.0") or b"Connection: close" in answer:
                    return


def event(payload, request_id="r-1", version="1.1", length=True, headers=()):
    head = [f"HTTP/{version} 200 OK", f"Lambda-Runtime-Aws-Request-Id: {request_id}", *headers]
    if length:
        head.append(f"Content-Length: {len(payload)}")
    elif version != "1.0":
        head.append("Connection: close")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + payload


ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


class Function:
    """The running program. A context: it is gone afterwards."""

    def __init__(self, port, path="", **changes):
        env = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", **SETTINGS,
               "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}{path}", **changes}
        self.begun = time.monotonic()
        self.process = subprocess.Popen([BOOTSTRAP], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env={k: v for k, v in env.items() if v is not None})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def end(self):
        """(exit code, what it logged, what it complained) once it has ended by itself."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), err.decode()
