"""clang-tidy-16 on the sources of src/: those changed since HEAD~20 and those that include them, within a time box.

A clean result is remembered in the build tree under a digest of the source, all headers of ours that it includes, the
configuration and the compile command, so that the second run is quick.
"""

import hashlib
import json
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from .tally import BUILD, CORES, ROOT, capture, tracked

TIME_BOX_MINUTES = 3.5
CACHE = BUILD / "tidy"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


class Tree:
    """Which of our files include which."""

    def __init__(self):
        self.direct = {}
        self.reach = {}

    def includes(self, path):
        if path not in self.direct:
            text = path.read_text(errors="replace") if path.exists() else ""
            self.direct[path] = [ROOT / "src" / name for name in INCLUDE.findall(text)]
        return self.direct[path]

    def reached(self, path):
        """The file and everything of ours that it includes, however deep."""
        if path not in self.reach:
            seen, left = set(), [path]
            while left:
                at = left.pop()
                if at not in seen:
                    seen.add(at)
                    left += self.includes(at)
            self.reach[path] = seen
        return self.reach[path]


def changed_since(commit):
    """Files changed since then, or None where everything counts as changed."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    if git("rev-parse", "--verify", "--quiet", commit).returncode or (ROOT / ".git" / "shallow").exists():
        return None
    names = git("diff", "--name-only", commit).stdout.splitlines()
    names += git("ls-files", "--others", "--exclude-standard").stdout.splitlines()
    return None if ".clang-tidy" in names else {ROOT / name for name in names}


def digest(path, tree, command, configuration):
    hasher = hashlib.sha256(configuration + command.encode())
    for reached in sorted(tree.reached(path)):
        hasher.update(str(reached.relative_to(ROOT)).encode() + b"\0")
        hasher.update(reached.read_bytes() if reached.exists() else b"")
    return hasher.hexdigest()


def lint(path):
    output, code = capture(["clang-tidy-16", "--quiet", "-p", BUILD, path])
    words = [line for line in output.splitlines() if not re.match(r"^\d+ warnings? (generated|treated)|^Suppressed|^Use -", line)]
    return [] if code == 0 else ["\n".join(words) or f"{path}: clang-tidy ended with {code}"]


def run(tally, everything):
    if not shutil.which("clang-tidy-16"):
        tally.skip("clang-tidy", "clang-tidy-16 is not installed")
        return
    commands = {entry["file"]: entry["command"] for entry in json.loads((BUILD / "compile_commands.json").read_text())}
    sources = [path for path in tracked("src/*.cpp") if str(path) in commands]
    tree = Tree()
    changed = None if everything else changed_since("HEAD~20")
    due = sources if changed is None else [path for path in sources if tree.reached(path) & changed]
    configuration = (ROOT / ".clang-tidy").read_bytes()
    CACHE.mkdir(exist_ok=True)
    end = float("inf") if everything else time.monotonic() + TIME_BOX_MINUTES * 60
    problems, late, known = [], [], 0

    def one(path):
        seen = CACHE / digest(path, tree, commands[str(path)], configuration)
        if seen.exists():
            return "known", []
        if time.monotonic() > end:
            return "late", [path]
        found = lint(path)
        if not found:
            seen.touch()
        return "linted", found

    with ThreadPoolExecutor(CORES) as pool:
        for state, found in pool.map(one, due):
            known += state == "known"
            (late if state == "late" else problems).extend(found)
    print(f"  {len(sources)} sources, {len(due)} due, {known} known to be clean, {len(due) - known - len(late)} linted")
    tally.check(f"clang-tidy of {len(due) - len(late)} sources", problems)
    if late:
        tally.skip(f"clang-tidy of {len(late)} sources", f"the time box of {TIME_BOX_MINUTES} minutes was over; --only tidy goes on")
