"""A receiver on loopback that keeps every request and answers as the test says."""

import ssl
import threading
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Request = namedtuple("Request", "headers body status")


class Receiver:
    """`answer(n)`: the status, headers and body of the n-th answer, counted from 0."""

    def __init__(self, answer=lambda _: (204, {}, b""), tls=None):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with receiver.lock:
                    number = receiver.begun
                    receiver.begun += 1
                status, headers, text = receiver.answer(number)
                with receiver.lock:
                    receiver.requests.append(Request(dict(self.headers), body, status))
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                except OSError:  # the gate was killed, or reads no further
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self.answer, self.requests, self.begun = answer, [], 0
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def ids(self, status=None):
        with self.lock:
            return [request.headers["webhook-id"] for request in self.requests if status in (None, request.status)]
