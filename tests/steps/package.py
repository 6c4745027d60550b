"""What ./package writes: twice the same bytes, small enough, a program that needs nothing around it, and its papers."""

import hashlib
import http.server
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path

from .tally import BUILD, ROOT, capture

DIST = ROOT / "dist"
MAX_ZIP = 5 * 1000 * 1000
# What belongs to the gate on one machine, by what the linker's map would name.
FOREIGN = re.compile(r"libsqlite3|sqlite3_\w+|_ZN5boost5beast|_ZN3CLI\w|libscalper_(?:hosts_cli|hosts_server|adapters_local)\.a\(")
PT_DYNAMIC, PT_INTERP, PT_GNU_STACK, PT_GNU_RELRO = 2, 3, 0x6474E551, 0x6474E552
ET_DYN, PF_X, SHT_SYMTAB, DT_NEEDED = 3, 1, 2, 1
MACHINES = {"x86_64": 62, "arm64": 183}
START_SECONDS = 20


def zip_problems(path):
    problems = []
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        if names != ["bootstrap", "sbom.cdx.json"]:
            problems.append(f"entries: {names}")
        for entry in entries:
            mode, wanted = entry.external_attr >> 16, 0o100755 if entry.filename == "bootstrap" else 0o100644
            if mode != wanted or entry.create_system != 3:
                problems.append(f"{entry.filename}: mode {mode:o} of system {entry.create_system}, not {wanted:o} of Unix")
        if archive.testzip():
            problems.append("a checksum is wrong")
    if path.stat().st_size > MAX_ZIP:
        problems.append(f"{path.stat().st_size:,} bytes, more than {MAX_ZIP:,}")
    return problems


def elf_problems(data, architecture):
    """That of a stripped static-pie: no interpreter, nothing needed, no symbols, no executable stack."""
    kind, machine = struct.unpack_from("<HH", data, 16)
    if data[:6] != b"\x7fELF\x02\x01" or kind != ET_DYN or machine != MACHINES[architecture]:
        return [f"not a position independent program for {architecture}"]
    heads_at, sections_at = struct.unpack_from("<QQ", data, 32)
    head_size, heads, section_size, sections = struct.unpack_from("<HHHH", data, 54)
    segments = [struct.unpack_from("<IIQQQQQQ", data, heads_at + i * head_size) for i in range(heads)]
    kinds = {segment[0]: segment for segment in segments}
    problems = ["it has an interpreter"] if PT_INTERP in kinds else []
    if PT_GNU_STACK not in kinds or kinds[PT_GNU_STACK][1] & PF_X:
        problems.append("its stack is executable")
    if PT_GNU_RELRO not in kinds:
        problems.append("no part is made read-only after its start")
    if any(struct.unpack_from("<I", data, sections_at + i * section_size + 4)[0] == SHT_SYMTAB for i in range(sections)):
        problems.append("it is not stripped")
    if PT_DYNAMIC in kinds:
        _, _, offset, _, _, size, _, _ = kinds[PT_DYNAMIC]
        tags = [struct.unpack_from("<q", data, offset + at)[0] for at in range(0, size, 16)]
        if DT_NEEDED in tags:
            problems.append("it needs a shared library")
    return problems


def map_problems(text):
    """The gate on one machine stays out: its database, its server, its command line."""
    kept = text[text.find("Linker script and memory map"):] or text
    return [f"linked: {name}" for name in sorted(set(FOREIGN.findall(kept)))]


def bill_problems(bill, program_digest):
    root = bill["metadata"]["component"]
    problems = [] if root["hashes"] == [{"alg": "SHA-256", "content": program_digest}] else ["it is the bill of another program"]
    names = {component["name"] for component in bill["components"]}
    wanted = ("libcurl4-openssl-dev", "libssl-dev", "libc6-dev", "libstdc++-12-dev", "ca-certificates")
    problems += [f"not in the bill: {name}" for name in wanted if not any(each.startswith(name) for each in names)]
    problems += [f"{component['name']}: no version or licence" for component in bill["components"]
                 if not component.get("version") or not component.get("licenses")]
    return problems


class Told(http.server.BaseHTTPRequestHandler):
    """A Runtime API that has no event, and keeps what a start complains of."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.told.append((self.path, body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.server.told.append((self.path, b""))
        self.send_error(403)

    def log_message(self, *_):
        pass


def start_problems(program, words):
    """Without a configuration: it must reach the Runtime API and say there what is missing. `words` tells how the file in a
    folder is started."""
    with tempfile.TemporaryDirectory(prefix="scalper-package-") as folder, \
            http.server.ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        server.told = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            place = Path(folder) / "bootstrap"
            place.write_bytes(program)
            place.chmod(0o755)
            done = subprocess.run(words(folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, errors="replace", timeout=START_SECONDS, check=False,
                                  env={"PATH": os.environ.get("PATH", ""), "_HANDLER": "ingest", "AWS_REGION": "us-east-1",
                                       "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}"})
        except subprocess.TimeoutExpired:
            return [f"it did not end within {START_SECONDS} s"]
        finally:
            server.shutdown()
            thread.join()
    said = [body for path, body in server.told if path.endswith("/runtime/init/error")]
    if not said or b"SCALPER_" not in said[0]:
        return [f"it ended with {done.returncode}, told the Runtime API {server.told}, and printed {done.stdout[-2000:]}"]
    return []


def chroot_problems(program):
    """Alone in an empty root."""
    wrap = ["chroot"] if os.geteuid() == 0 else ["unshare", "-r", "chroot"]
    return start_problems(program, lambda folder: [*wrap, folder, "/bootstrap"])


def can_chroot():
    if os.geteuid() == 0:
        return None
    output, code = capture(["unshare", "-r", "true"])
    return None if code == 0 else f"no root and no user namespace: {output.strip()}"


def built(problems, architecture="x86_64"):
    output, code = capture([ROOT / "package", architecture])
    if code:
        problems.append(f"./package ended with {code}: {output[-4000:]}")
        return b""
    return zip_of(architecture).read_bytes()


def zip_of(architecture):
    return DIST / f"scalper-lambda-{architecture}.zip"


def program_and_bill(architecture):
    with zipfile.ZipFile(zip_of(architecture)) as archive:
        return archive.read("bootstrap"), json.loads(archive.read("sbom.cdx.json"))


def look(tally, architecture, tree):
    """What holds for every architecture; the program."""
    program, bill = program_and_bill(architecture)
    tally.check(f"{architecture}: the zip: entries, modes, size", zip_problems(zip_of(architecture)))
    tally.check(f"{architecture}: bootstrap is a stripped static-pie", elf_problems(program, architecture))
    tally.check(f"{architecture}: the linker's map", map_problems((tree / "package" / "bootstrap.map").read_text(errors="replace")))
    tally.check(f"{architecture}: the bill of materials", bill_problems(bill, hashlib.sha256(program).hexdigest()))
    return program


def run_arm64(tally):
    problems = []
    built(problems, "arm64")
    tally.check("./package arm64", problems)
    if problems:
        return
    program = look(tally, "arm64", ROOT / "build-arm64")
    if shutil.which("qemu-aarch64"):
        tally.check("arm64: bootstrap starts", start_problems(program, lambda folder: ["qemu-aarch64", f"{folder}/bootstrap"]))
    else:
        tally.skip("arm64: bootstrap starts", "qemu-aarch64 is not installed")


def run(tally, long=False):
    problems = []
    first = built(problems)
    if first:
        shutil.rmtree(BUILD / "package")  # linked and generated again; the objects are those of the release build
        if built(problems) != first:
            problems.append("the second zip has other bytes than the first")
    tally.check("./package twice gives the same bytes", problems)
    if problems:
        return
    program = look(tally, "x86_64", BUILD)
    if why := can_chroot():
        tally.skip("bootstrap in an empty root", why)
    else:
        tally.check("bootstrap in an empty root", chroot_problems(program))
    if long:
        run_arm64(tally)
