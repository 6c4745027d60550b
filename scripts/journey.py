#!/usr/bin/env python3
"""Starts the gate, drops the files of samples/ into its inbox, and prints expected against actual for each.

journey.py --demo   stops the gate afterwards; exit code 0 only if every file ended as expected
journey.py --serve  leaves it running until Ctrl-C
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SCALPER = ROOT / "build" / "bin" / "scalper"
SAMPLES = ROOT / "samples"
DATA = Path(os.environ.get("SCALPER_DATA") or ROOT / "data")
LISTEN = os.environ.get("SCALPER_LISTEN") or "127.0.0.1:8080"
START_SECONDS, FILE_SECONDS = 20, 60


def expectations():
    """[(key, status, codes, bucket)] of samples/expected.tsv, then of the checksum files that come with them."""
    rows = []
    for line in (SAMPLES / "expected.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "path\t")):
            key, status, _type, codes, bucket = line.split("\t")
            rows.append((key, status, set() if codes == "-" else set(codes.split(",")), bucket))
    return rows + [(key, "companion", set(), bucket_of_companion(key, rows)) for key in companions()]


def companions():
    """Keys of checksum files: they are not judged by themselves."""
    keys = [str(path.relative_to(SAMPLES)) for path in sorted(SAMPLES.rglob("*")) if path.is_file()]
    return [key for key in keys if key.endswith((".sha256", "SHA256SUMS"))]


def bucket_of_companion(key, rows):
    """A checksum file goes where the last file that it names goes."""
    folder, named = os.path.dirname(key), (SAMPLES / key).read_text(encoding="utf-8").split()[1::2]
    return {row[0]: row[3] for row in rows}[f"{folder}/{named[-1]}"]


class ToTheFolder(http.client.HTTPConnection):
    """To the gate that holds the data folder, whoever else listens where it is to."""

    def connect(self):
        folder = os.open(DATA / ".scalper", os.O_PATH)  # a socket's name has 107 bytes at most
        try:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(self.timeout)
            self.sock.connect(f"/proc/self/fd/{folder}/gate.sock")
        finally:
            os.close(folder)


def ask(target):
    """The answer to GET target as a value, or None where nobody answers."""
    connection = ToTheFolder("gate", timeout=30)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read()
        return json.loads(body) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def holds_the_folder(gate):
    try:
        return str(gate.pid) in (DATA / ".scalper" / "lock").read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return False


def start_gate():
    """The running gate, or an exit code where it does not start; it has said why by itself."""
    gate = subprocess.Popen([SCALPER, "up", "--data", DATA, "--listen", LISTEN, "--contracts", ROOT / "contracts"])
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        if gate.poll() is not None:
            return gate.returncode or 1
        if holds_the_folder(gate) and ask("/v1/health"):
            return gate
        time.sleep(0.02)
    gate.kill()
    gate.wait()
    print(f"the gate did not answer on http://{LISTEN} within {START_SECONDS} s", file=sys.stderr)
    return 69


def drop(key):
    """Copies a sample into the inbox as a careful sender does: under another name first, then in one step."""
    target = DATA / "input" / key
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(SAMPLES / key, part)
    part.rename(target)


def final_record(key, since):
    """The newest final record of exactly this key since then, or None."""
    page = ask(f"/v1/files?prefix={quote(key, safe='')}&since={quote(since)}&limit=50")
    found = [record for record in (page or {}).get("files", []) if record["key"] == key and record["final"]]
    return found[0] if found else None


def wait_for(rows, since, gate):
    """{key: record} of those that became final in time, and while there is a gate."""
    records, began = {}, time.monotonic()
    while len(records) < len(rows) and time.monotonic() - began < FILE_SECONDS and gate.poll() is None:
        for key, *_ in rows:
            if key not in records and (record := final_record(key, since)):
                records[key] = record
        time.sleep(0.05)
    return records


def row_of(key, status, codes, bucket, record):
    """(as expected?, what was expected, what came)"""
    expected = (status, ",".join(sorted(codes)) or "-", bucket)
    if record is None:
        return False, expected, ("no verdict in time", "-", "-")
    actual = (record["status"], ",".join(sorted(set(record.get("codes", [])))) or "-",
              record.get("target", {}).get("bucket", "-"))
    return expected == actual, expected, actual


def take_samples_through(gate):
    rows = expectations()
    since = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    began = time.monotonic()
    for key, *_ in rows:
        drop(key)
    records = wait_for(rows, since, gate)
    seconds = time.monotonic() - began
    agreed = 0
    width = max(len(key) for key, *_ in rows)
    print(f"\n   {'FILE':{width}}  {'EXPECTED':44}  ACTUAL")
    for key, status, codes, bucket in rows:
        same, expected, actual = row_of(key, status, codes, bucket, records.get(key))
        agreed += same
        print(f"{'ok' if same else '!!'} {key:{width}}  {' '.join(expected):44}  {' '.join(actual)}")
    print(f"\n{agreed} of {len(rows)} files as expected, in {seconds:.1f} s", flush=True)
    return agreed == len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--demo", action="store_true")
    which.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # by way of finally: the gate ends with us
    gate = start_gate()
    if isinstance(gate, int):
        return gate
    try:
        agreed = take_samples_through(gate)
        if options.serve and gate.poll() is None:
            inbox = DATA / "input"
            shown = inbox.relative_to(Path.cwd()) if inbox.is_relative_to(Path.cwd()) else inbox
            print(f"\nthe gate goes on: http://{LISTEN}/v1/files; drop files into {shown}; "
                  "Ctrl-C stops it", flush=True)
            return gate.wait()
        return 0 if agreed else 1
    except KeyboardInterrupt:
        return 0
    finally:
        if gate.poll() is None:
            gate.send_signal(signal.SIGTERM)
        gate.wait()


if __name__ == "__main__":
    sys.exit(main())
