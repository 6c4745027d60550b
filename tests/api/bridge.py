"""Bytes from a port of loopback to a Unix socket and back: the operator's door for tools that know only TCP."""

import contextlib
import socket
import socketserver
import threading

PIECE = 65536


class _Session(socketserver.BaseRequestHandler):
    def handle(self):
        with socket.socket(socket.AF_UNIX) as gate:
            gate.connect(self.server.path)
            there = threading.Thread(target=_pour, args=(self.request, gate))
            there.start()
            _pour(gate, self.request)
            there.join()


def _pour(source, drain):
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE):
            drain.sendall(piece)
    for end, how in ((drain, socket.SHUT_WR), (source, socket.SHUT_RD)):
        with contextlib.suppress(OSError):
            end.shutdown(how)


class Bridge(socketserver.ThreadingTCPServer):
    """A context: listens while it is open; `url` is where."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, path):
        super().__init__(("127.0.0.1", 0), _Session)
        self.path = str(path)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()
