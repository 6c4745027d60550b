"""clang-tidy-16 on the sources of src/: those changed since HEAD~20 and those that include them, within a time box.

A clean result is remembered in the build tree under a digest of the source, all headers of ours that it includes, the
configuration and the compile command, so that the second run is quick.
"""

import hashlib
import json
import re
import shlex
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from .tally import BUILD, CORES, ROOT, capture, tracked

TIME_BOX_MINUTES = 3.5
CACHE = BUILD / "tidy"
GROUP = 8  # sources that are linted as one
LONG_CHECKS = "clang-analyzer-core*,clang-analyzer-cplusplus*,clang-analyzer-unix*"  # half of the time, seldom a word
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


def flags_of(command):
    """What the compiler is told, without names of files."""
    words, kept = shlex.split(command), []
    skip = 0
    for word in words[1:]:
        if skip:
            skip -= 1
        elif word in ("-o", "-c", "-MT", "-MF"):
            skip = 1
        elif word.startswith("-") and word != "-MD":
            kept.append(word)
    return kept


class Linter:
    """Lints sources of one folder as one translation unit, since most of the time goes into the headers they share.

    Where that finds anything - also that two sources do not go together, each having its own `tidy` in an unnamed
    namespace - the sources are linted one by one, and that result counts.
    """

    def __init__(self, commands, extra_checks):
        self.commands = commands
        self.extra = [f"--checks={extra_checks}"] if extra_checks else []
        CACHE.mkdir(parents=True, exist_ok=True)

    def call(self, path, flags):
        output, code = capture(["clang-tidy-16", "--quiet", f"--config-file={ROOT / '.clang-tidy'}", *self.extra, path, "--",
                                *flags])
        words = [line for line in output.splitlines()
                 if not re.match(r"^\d+ warnings? (generated|treated)|^Suppressed|^Use -|^error: too many errors", line)]
        return "" if code == 0 else "\n".join(words) or f"{path}: clang-tidy ended with {code}"

    def alone(self, path):
        return self.call(path, flags_of(self.commands[str(path)]))

    def group(self, paths):
        """{path: problem}, empty for a clean source."""
        if len(paths) > 1:
            key = hashlib.sha256("".join(map(str, paths)).encode()).hexdigest()[:16]
            unit = CACHE / f"unit_{key}.cpp"
            unit.write_text("".join(f'#include "{path}"\n' for path in paths))
            if not self.call(unit, flags_of(self.commands[str(paths[0])])):
                return dict.fromkeys(paths, "")
        return {path: self.alone(path) for path in paths}


def grouped(paths):
    """Sources of one folder together, a few at a time; the largest groups first."""
    folders = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    groups = [files[at:at + GROUP] for files in folders.values() for at in range(0, len(files), GROUP)]
    return sorted(groups, key=len, reverse=True)


def run(tally, everything):
    if not shutil.which("clang-tidy-16"):
        tally.skip("clang-tidy", "clang-tidy-16 is not installed")
        return
    commands = {entry["file"]: entry["command"] for entry in json.loads((BUILD / "compile_commands.json").read_text())}
    sources = [path for path in tracked("src/*.cpp") if str(path) in commands]
    tree = Tree()
    changed = None if everything else changed_since("HEAD~20")
    due = sources if changed is None else [path for path in sources if tree.reached(path) & changed]
    extra = LONG_CHECKS if everything else ""
    configuration = (ROOT / ".clang-tidy").read_bytes() + extra.encode()
    linter = Linter(commands, extra)
    seen = {path: CACHE / digest(path, tree, commands[str(path)], configuration) for path in due}
    unknown = [path for path in due if not seen[path].exists()]
    end = float("inf") if everything else time.monotonic() + TIME_BOX_MINUTES * 60
    problems, late = [], []

    def one(paths):
        return paths, (None if time.monotonic() > end else linter.group(paths))

    with ThreadPoolExecutor(CORES) as pool:
        for paths, found in pool.map(one, grouped(unknown)):
            if found is None:
                late += paths
                continue
            for path, problem in found.items():
                seen[path].touch() if not problem else problems.append(problem)
    print(f"  {len(sources)} sources, {len(due)} due, {len(due) - len(unknown)} known to be clean, "
          f"{len(unknown) - len(late)} linted")
    tally.check(f"clang-tidy of {len(due) - len(late)} sources", problems)
    if late:
        tally.skip(f"clang-tidy of {len(late)} sources",
                   f"the time box of {TIME_BOX_MINUTES} minutes was over; --only tidy goes on")
