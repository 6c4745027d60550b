"""The HTTP server beside nginx: files of 64 KiB sent by PUT, which ours validates, records and makes durable; a status asked for."""

import json
import multiprocessing
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from measure import Missing, Pairs, await_that, free_port, program, run, work_folder

SIZE = 64 * 1024
SENDERS = 16  # connections that are kept, each a process of its own
FILES = 1600
GOAL = 1.2
NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; {owner}
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; client_max_body_size 1m; client_body_in_single_buffer on;
  server {{ listen unix:{folder}/socket; listen 127.0.0.1:{port}; keepalive_requests 1000000;
    location = /said {{ return 200 "{{}}"; }}
    location / {{ root {folder}/files; dav_methods PUT; create_full_put_path on; }} }}
}}
"""


def body_of(name):
    text = f'{{"name": "{name}", "fill": "'
    return (text + "x" * (SIZE - len(text) - 2) + '"}').encode()


def send(path, names):
    """Puts each over one connection; an AssertionError for one that is not created."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        answers = connection.makefile("rb")
        for name in names:
            body = body_of(name)
            connection.sendall(f"PUT {name} HTTP/1.1\r\nHost: gate\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            status = answers.readline().split()[1]
            length = 0
            while (line := answers.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            answers.read(length)
            assert status == b"201", (name, status)


def rate(path, prefix, round_):
    """Files a second."""
    names = [f"{prefix}round-{round_}/{number:05}.json" for number in range(FILES)]
    senders = [multiprocessing.Process(target=send, args=(str(path), names[n::SENDERS])) for n in range(SENDERS)]
    begun = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if any(sender.exitcode for sender in senders):
        raise Missing("a sender was refused")
    return FILES / (time.perf_counter() - begun)


class Servers:
    """Ours and nginx in a folder on a real disk, ended at the end."""

    def __init__(self, synced):
        if not shutil.which("nginx"):
            raise Missing("nginx is not installed (Debian: nginx-light)")
        self.folder = Path(tempfile.mkdtemp(prefix="servers-", dir=work_folder()))
        (self.folder / "files").mkdir()
        self.data, self.ours_port, self.peer_port = self.folder / "data", free_port(), free_port()
        owner = "user root;" if os.getuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder, owner=owner, port=self.peer_port), encoding="utf-8")
        self.environment = os.environ | ({"LD_PRELOAD": str(program("bench_synced_rename.so"))} if synced else {})
        self.running = []

    def __enter__(self):
        self.running.append(subprocess.Popen(["nginx", "-e", self.folder / "error.log", "-c", self.folder / "nginx.conf"],
                                             env=self.environment, stderr=subprocess.DEVNULL))
        self.running.append(subprocess.Popen([program("scalper"), "up", "--data", self.data, "--listen",
                                              f"127.0.0.1:{self.ours_port}"], stdout=subprocess.DEVNULL))
        await_that(lambda: (self.data / ".scalper" / "gate.sock").exists() and (self.folder / "socket").exists(), "the start")
        return self

    def __exit__(self, *_):
        for process in self.running:
            process.terminate()
            process.wait()
        shutil.rmtree(self.folder)


def uploads():
    """nginx neither validates nor records. Synced, each of its files is as durable as one of ours when it is answered."""
    for synced, words, goal in ((True, "nginx with an fsync of file and folder", GOAL), (False, "nginx as it is, which syncs nothing", None)):
        with Servers(synced) as servers:
            rounds = iter(range(10_000))
            pairs = Pairs(lambda: rate(servers.data / ".scalper" / "gate.sock", "/v1/files/", next(rounds)),
                          lambda: rate(servers.folder / "socket", "/", next(rounds)))
            print(pairs.line(f"{FILES} files of 64 KiB over {SENDERS} connections, validated, durable and recorded, beside {words}",
                             "files/s", goal), flush=True)


def asked(port, path):
    """Answers a second that wrk counts over kept connections."""
    said = run("wrk", "-t1", f"-c{SENDERS}", "-d2s", f"http://127.0.0.1:{port}{path}")
    if "Non-2xx" in said or "Socket errors" in said:
        raise Missing(f"{path}: {said}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", said).group(1))


def status():
    if not shutil.which("wrk"):
        raise Missing("wrk is not installed (Debian: wrk)")
    with Servers(synced=False) as servers:
        send(str(servers.data / ".scalper" / "gate.sock"), ["/v1/files/one/file.json"])
        page = json.load(urllib.request.urlopen(f"http://127.0.0.1:{servers.ours_port}/v1/files?limit=1"))
        path = f"/v1/files/{page['files'][0]['id']}"
        pairs = Pairs(lambda: asked(servers.ours_port, path), lambda: asked(servers.peer_port, "/said"))
        print(pairs.line("GET of a status beside nginx `return` of one worker", "answers/s", 0.5), flush=True)
