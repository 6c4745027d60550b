"""clang-format on every C++ file, size limits, and words that no file of ours may hold."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor

from .tally import CORES, ROOT, capture, tracked

NOTE_LINES = 300
MAX_LINES = 500


def misformatted(files):
    def one_batch(batch):
        output, code = capture(["clang-format-16", "--dry-run", "--ferror-limit=1", "-Werror", *batch])
        names = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error: code should be clang-formatted", output, re.M)))
        return names or ([output.strip()[-400:]] if code else [])

    batches = [files[at:at + 20] for at in range(0, len(files), 20)]
    with ThreadPoolExecutor(CORES) as pool:
        found = [name for names in pool.map(one_batch, batches) for name in names]
    return [f"{name.removeprefix(str(ROOT) + '/')}: not as clang-format-16 writes it" for name in found]


def sizes(files):
    """Problems above MAX_LINES; a note above NOTE_LINES."""
    problems = []
    for path in files:
        lines = path.read_bytes().count(b"\n")
        name = path.relative_to(ROOT)
        if lines > MAX_LINES:
            problems.append(f"{name}: {lines} lines, more than {MAX_LINES}")
        elif lines > NOTE_LINES:
            print(f"  note: {name} has {lines} lines, look again (above {NOTE_LINES})")
    return problems


def run(tally):
    sources = tracked("*.h", "*.cpp")
    if shutil.which("clang-format-16"):
        tally.check(f"clang-format of {len(sources)} files", misformatted(sources))
    else:
        tally.skip("clang-format", "clang-format-16 is not installed")
    tally.check("file sizes", sizes(sources + tracked("*.py", "*.sh")))
