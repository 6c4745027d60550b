"""A gate on one machine with files in it: the samples, taken through, and one that nobody took."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from bridge import Bridge
from checked import Answer

ROOT = Path(__file__).resolve().parent.parent.parent
SCALPER = Path(os.environ.get("SCALPER_PROGRAM", ROOT / "build" / "bin" / "scalper"))
SAMPLES = ROOT / "samples"
PATIENCE = 60


class LocalGate:
    """A context. `url` is its port, `operator` one that leads to its socket."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="scalper-api-"))
        self.data = self.folder / "data"
        self.process = subprocess.Popen(
            [SCALPER, "up", "--data", self.data, "--listen", "127.0.0.1:0", "--contracts", ROOT / "contracts"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"})
        try:
            banner = self.process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", banner)
            if not found:
                raise AssertionError(f"no banner: {self.process.communicate()}")
            self.url = found[0]
            self.bridge = Bridge(self.data / ".scalper" / "gate.sock")
            self.bridge.__enter__()
            self.operator = self.bridge.url
            self.viewer = self._token("viewer")
            self._fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        if hasattr(self, "bridge"):
            self.bridge.__exit__()
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()
            self.process.stderr.close()
            shutil.rmtree(self.folder)

    host = "server"
    roles = ("viewer", "operator")

    def send(self, method, target, body, who, headers):
        """One request by the door of that role."""
        door = urllib.parse.urlsplit(self.operator if who == "operator" else self.url)
        if who == "viewer":
            headers = {**headers, "Authorization": f"Bearer {self.viewer}"}
        connection = http.client.HTTPConnection(door.hostname, door.port, timeout=PATIENCE)
        try:
            connection.request(method, target, body, {**({"Content-Type": "application/json"} if body else {}), **headers})
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def _token(self, role):
        body = json.dumps({"name": "looks", "role": role}).encode()
        return json.loads(self.send("POST", "/v1/admin/tokens", body, "operator", {}).body)["token"]

    def put(self, key, data):
        """By rename, so that it is whole when it is seen."""
        place = self.data / "input" / key
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = place.with_name("." + place.name)
        whole.write_bytes(data)
        whole.rename(place)

    def until_seen(self):
        """A pause or its end, at once: the process that was told is the one that claims."""

    def get(self, target):
        with urllib.request.urlopen(self.operator + target, timeout=PATIENCE) as answer:
            return json.load(answer)

    def _fill(self):
        """All samples, until each has come to rest."""
        keys = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file() and path.parent != SAMPLES}
        for key in sorted(keys):
            place = self.data / "input" / key
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(SAMPLES / key, place)
        end = time.monotonic() + PATIENCE
        while {file["key"] for file in self.get("/v1/files?limit=1000")["files"] if file["final"]} != keys:
            if time.monotonic() > end:
                raise AssertionError("not all samples came to rest")
            time.sleep(0.05)


if __name__ == "__main__":
    with LocalGate() as gate:
        print(gate.url, gate.operator, flush=True)
        sys.stdin.read()
