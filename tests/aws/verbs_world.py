"""One gate twice: on ministack, where `scalper worker` does the work, and in a data folder. Both by the built program."""

import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import emulators
import world

sys.path.insert(0, str(world.ROOT / "tests" / "binary"))
from program import PLAIN, SCALPER, scalper  # noqa: E402

PATIENCE = 60
SAMPLES = world.ROOT / "samples"
# What differs between two runs of the same: ids, times, version ids, names of buckets, who reviewed.
DIFFERENT = ((re.compile(r"\b[a-z2-7]{26}\b"), "ID"), (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
             (re.compile(r"(?m)^(version +)\S+$"), r"\1VERSION"), (re.compile(r"\bgate\d+-(input|output|quarantine)\b"), r"\1"),
             (re.compile(r" by .* at TIME"), " by WHO at TIME"), (re.compile(r"--cursor \S+"), "--cursor CURSOR"),
             (re.compile(r"(quarantine/\S*?)ID--(\S+?)(?=\.?(?:\s|$))"), r"\1\2/ID"))  # a file's path in quarantine, and an object's key there


def plain(text):
    for pattern, word in DIFFERENT:
        text = pattern.sub(word, text)
    return text


class WorkedWorld(world.World):
    """Without functions: a worker takes from the queue while the context lasts."""

    def _functions(self):
        self.contracts = f"{self.name}-contracts"
        self.s3.create_bucket(Bucket=self.contracts)
        self.extra = {"SCALPER_CONTRACTS": f"s3://{self.contracts}/sets", **self.extra}

    def variables(self, **other):
        return {**emulators.CREDENTIALS, **self.environment(self.ministack.endpoint), "HOME": "/nonexistent",
                "AWS_EC2_METADATA_DISABLED": "true", **other}

    def aws(self, *words, **other):
        """One verb by the built program: (exit code, output, complaint)."""
        return scalper(*words, "--aws", env=self.variables(**other), timeout=PATIENCE)


class Worker:
    """`scalper worker` beside a world, as a context."""

    def __init__(self, gate):
        self.gate, self.said = gate, []

    def __enter__(self):
        self.process = subprocess.Popen([SCALPER, "worker", "--threads", "2"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, env={**PLAIN, **self.gate.variables()})
        up = threading.Event()

        def listen():
            for line in self.process.stderr:
                self.said.append(line)
                up.set()
            up.set()

        self.listener = threading.Thread(target=listen)
        self.listener.start()
        if not up.wait(PATIENCE) or "is up" not in "".join(self.said):
            self.__exit__()
            raise AssertionError(f"the worker is not up: {self.said}")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.listener.join()
        self.process.stderr.close()


class Folder:
    """A data folder that verbs open themselves: no gate runs on it."""

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.data = Path(self.temporary.name) / "data"
        (self.data / ".scalper").mkdir(parents=True)
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def put(self, key, data):
        """Renamed in, so that it is ready at once."""
        place = self.data / "input" / key
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(place.name + ".part")
        part.write_bytes(data)
        part.rename(place)

    def local(self, *words):
        return scalper(*words, "--data", str(self.data), timeout=PATIENCE)
