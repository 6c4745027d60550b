"""Stands between a function and the emulator: remembers every call, and spoils those that a test chose.

The Host header goes on as it came, so that signatures stay right.
"""

import contextlib
import http.client
import http.server
import os
import signal
import socket
import struct
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import calls

JSON_ERROR = '{{"__type":"com.amazonaws#{code}","message":"as the test wants it"}}'
XML_ERROR = ('<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>as the test wants it</Message>'
             "<RequestId>planted</RequestId></Error>")
NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass
class Fault:
    """Spoils `times` calls that match, after `skip` of them. Kinds: reset_before (the call never gets there), reset_after
    (it is done, the answer is lost), truncate (half of the answer), delay (`seconds`, then as usual), answer (`status` and
    `code` instead of the call), kill_before and kill_after (SIGKILL to the caller)."""
    kind: str
    match: Callable
    times: int = 1
    skip: int = 0
    seconds: float = 0
    status: int = 0
    code: str = ""
    hits: int = 0


def on(service, operation=None, key=None):
    """Matches calls of that service, operation and part of the key."""
    return lambda call: call.service == service and operation in (None, call.operation) and (key is None or key in call.key)


def process_at(peer_port, own_port):
    """Id of the local process that holds the other end of a connection, or None."""
    inode = None
    wanted = (f"0100007F:{peer_port:04X}", f"0100007F:{own_port:04X}")
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if (fields[1], fields[2]) == wanted:
            inode = fields[9]
    for entry in Path("/proc").iterdir():
        if inode and entry.name.isdigit():
            with contextlib.suppress(OSError):
                for descriptor in (entry / "fd").iterdir():
                    if os.readlink(descriptor) == f"socket:[{inode}]":
                        return int(entry.name)
    return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a head and its body wait for each other

    def log_message(self, *_):
        pass

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def _serve(self):
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        body = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = calls.read_call(self.command, self.path, headers, body)
        proxy = self.server.proxy
        fault = proxy.note(call)
        kind = fault.kind if fault else ""
        if kind == "delay":
            time.sleep(fault.seconds)
        if kind == "kill_before":
            self._kill()
        if kind in ("reset_before", "kill_before"):
            self._reset()
        elif kind == "answer":
            text = (XML_ERROR if call.service in ("s3", "sns", "sts") else JSON_ERROR).format(code=fault.code).encode()
            call.status = fault.status
            self._answer(fault.status, [("Content-Type", "application/xml" if call.service == "s3" else "application/x-amz-json-1.0")],
                         text)
        else:
            self._forward(proxy, call, body, kind)

    def _forward(self, proxy, call, body, kind):
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port_of(call), timeout=120)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in NOT_PASSED_ON:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            data = answer.read()
            call.status = answer.status
        except (OSError, http.client.HTTPException):
            self._reset()
            return
        finally:
            connection.close()
        if kind == "kill_after":
            self._kill()
        if kind in ("reset_after", "kill_after"):
            self._reset()
            return
        data = proxy.amend(call, data)
        head = [(name, value) for name, value in answer.getheaders() if name.lower() not in NOT_PASSED_ON]
        length = int(answer.getheader("Content-Length", "0")) if self.command == "HEAD" else len(data)
        self._answer(answer.status, head, data, length=length, half=kind == "truncate")

    def _answer(self, status, head, data, length=None, half=False):
        with contextlib.suppress(OSError):  # the caller may have gone
            self.send_response_only(status)
            for name, value in head:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data) if length is None else length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data[:len(data) // 2] if half else data)
            if half:
                self.close_connection = True

    def _reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST, not FIN
        self.close_connection = True

    def _kill(self):
        process = process_at(self.client_address[1], self.server.server_address[1])
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                self.server.proxy.killed.append(process)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve


class FaultProxy:
    """One for each handler, so that a call tells whose it is. A context. Calls of the services that `others` names go there."""

    def __init__(self, handler, target_port, others=None):
        self.handler, self.target_port, self.others = handler, target_port, others or {}
        self.calls, self.faults, self.killed = [], [], []
        self.amend = lambda call, data: data  # the answer's body as the caller sees it
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.proxy = self
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def port_of(self, call):
        return self.others.get(call.service, self.target_port)

    def spoil(self, fault):
        with self._lock:
            self.faults.append(fault)
        return fault

    def note(self, call):
        """Remembers the call; the fault that it meets, or None."""
        call.handler = self.handler
        with self._lock:
            self.calls.append(call)
            for fault in self.faults:
                if fault.match(call):
                    if fault.skip > 0:
                        fault.skip -= 1
                    elif fault.hits < fault.times:
                        fault.hits += 1
                        return fault
        return None
