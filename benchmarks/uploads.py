"""Files of 64 KiB sent by PUT: ours validates, records and makes each durable before it answers; nginx writes it."""

import multiprocessing
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from measure import Missing, Pairs, await_that, free_port, program

SIZE = 64 * 1024
SENDERS = 16  # connections that are kept, each a process of its own
FILES = 1600
GOAL = 1.2
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; client_max_body_size 1m; client_body_in_single_buffer on;
  server {{ listen unix:{folder}/socket; keepalive_requests 1000000;
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


def uploads():
    if not shutil.which("nginx"):
        raise Missing("nginx is not installed (Debian: nginx-full)")
    folder = Path(tempfile.mkdtemp(prefix="scalper-bench-"))
    (folder / "files").mkdir()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder), encoding="utf-8")
    ours, data = None, folder / "data"
    peer = subprocess.Popen(["nginx", "-e", folder / "error.log", "-c", folder / "nginx.conf"])
    try:
        ours = subprocess.Popen([program("scalper"), "up", "--data", data, "--listen", f"127.0.0.1:{free_port()}"],
                                stdout=subprocess.DEVNULL)
        await_that(lambda: (data / ".scalper" / "gate.sock").exists() and (folder / "socket").exists(), "the start")
        rounds = iter(range(10_000))
        pairs = Pairs(lambda: rate(data / ".scalper" / "gate.sock", "/v1/files/", next(rounds)),
                      lambda: rate(folder / "socket", "/", next(rounds)))
        print(pairs.line(f"{FILES} files of 64 KiB over {SENDERS} connections, validated, durable and recorded; nginx syncs nothing",
                         "files/s", GOAL))
    finally:
        for process in (ours, peer):
            if process is not None:
                process.terminate()
                process.wait()
        shutil.rmtree(folder)
