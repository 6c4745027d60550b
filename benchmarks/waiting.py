"""What 1,000 clients cost that wait for a file (`?wait=25`): resident memory, threads, and the time to answer all of them."""

import json
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from measure import await_that, program

WAITING = 1000
GOAL_BYTES = 50_000_000


def status_of(process, name):
    """Of /proc/PID/status, the first number of that line."""
    text = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1])


def ask(port, method, target, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{target}", method=method, data=body)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def begin(path, target):
    """Over the Unix socket, as the verbs do."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    connection.settimeout(60)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: gate\r\n\r\n".encode())
    return connection


def waiting():
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    folder = Path(tempfile.mkdtemp(prefix="scalper-waiting-"))
    gate = subprocess.Popen([program("scalper"), "up", "--data", folder / "data", "--listen", "127.0.0.1:0"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(re.search(r"127\.0\.0\.1:(\d+)", gate.stdout.readline())[1])
        ask(port, "POST", "/v1/admin/pause", b"{}")
        record = ask(port, "PUT", "/v1/files/waited.txt", b"text")
        idle, threads = status_of(gate, "VmRSS"), status_of(gate, "Threads")
        path = str(folder / "data" / ".scalper" / "gate.sock")
        target = f"/v1/files/{record['id']}?wait=25"
        clients = [begin(path, target) for _ in range(WAITING)]
        refused = None
        def full():  # as soon as all are on the list one more is refused
            nonlocal refused
            refused = begin(path, target)
            refused.settimeout(0.2)
            try:
                return refused.recv(64).startswith(b"HTTP/1.1 429")
            except TimeoutError:
                clients.append(refused)
                return False
        await_that(full, "one more is refused")
        memory, more = status_of(gate, "VmRSS"), status_of(gate, "Threads") - threads
        begun = time.perf_counter()
        ask(port, "POST", "/v1/admin/resume", b"{}")
        answers = [client.recv(64) for client in clients]
        took = time.perf_counter() - begun
        good = sum(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    finally:
        gate.terminate()
        gate.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{WAITING} wait: {memory * 1024 / 1e6:.1f} MB resident, {idle * 1024 / 1e6:.1f} before them; {more} threads more; "
          f"{good} answered {took * 1000:.0f} ms after the gate was told to go on, which it sees within 10 s")
    print(f"goal: less than {GOAL_BYTES / 1e6:.0f} MB: {'met' if memory * 1024 < GOAL_BYTES and good >= WAITING else 'NOT met'}")
