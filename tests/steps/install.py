"""Installs into an empty prefix, looks at what is there, and builds a stranger's program with find_package(scalper)."""

import re
import shutil
import tempfile
from pathlib import Path

from .tally import BUILD, ROOT, capture

EXPECTED_LINE = "csv.row_width: row 2 has 3 fields, the header has 2"


def said(problems, command, what, **options):
    output, code = capture(command, **options)
    if code:
        problems.append(f"{what} ended with {code}: {output[-2000:]}")
    return output


def installed_files(prefix):
    problems = []
    wanted = ["include/scalper/validate/validator.h", "lib/**/libscalper_base.a", "lib/**/cmake/scalper/scalperConfig.cmake",
              "share/doc/*/LICENSE"]
    if (BUILD / "bin" / "scalper").exists():
        wanted += ["bin/scalper", "lib/systemd/system/scalper.service", "share/bash-completion/completions/scalper",
                   "share/zsh/site-functions/_scalper", "share/fish/vendor_completions.d/scalper.fish"]
    problems += [f"not installed: {pattern}" for pattern in wanted if not list(prefix.glob(pattern))]
    for path in prefix.rglob("*"):
        if path.is_file() and path.suffix in (".cmake", ".service", ".h") and str(ROOT) in path.read_text(errors="replace"):
            problems.append(f"{path.relative_to(prefix)} names the source tree")
    return problems


def consumer(prefix, work):
    problems = []
    said(problems, ["cmake", "-S", ROOT / "tests" / "install", "-B", work, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}"],
         "configuring a program with find_package(scalper)")
    if not problems:
        said(problems, ["cmake", "--build", work], "building it")
    if not problems:
        output = said(problems, [work / "consumer"], "running it")
        if EXPECTED_LINE not in output:
            problems.append(f"it printed: {output}")
    return problems


def program(prefix):
    problems = []
    output = said(problems, [prefix / "bin" / "scalper", "--version"], "the installed program")
    version = re.search(r"project\(\S+ VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    if version not in output:
        problems.append(f"--version printed {output!r} and not {version}")
    if "complete " not in (prefix / "share/bash-completion/completions/scalper").read_text():
        problems.append("the completion for bash completes nothing")
    return problems


def unit(prefix):
    """systemd's own opinion of the unit; it also looks whether the program is where ExecStart says."""
    problems = []
    said(problems, ["systemd-analyze", "verify", "--man=no", prefix / "lib/systemd/system/scalper.service"],
         "systemd-analyze verify")
    return problems


def run(tally):
    with tempfile.TemporaryDirectory(prefix="scalper-install-") as folder:
        prefix, work = Path(folder) / "prefix", Path(folder) / "work"
        problems = []
        said(problems, ["cmake", "--install", BUILD, "--prefix", prefix], "cmake --install")
        tally.check("cmake --install into an empty prefix", problems or installed_files(prefix))
        if problems:
            return
        tally.check("a program with find_package(scalper)", consumer(prefix, work))
        if (prefix / "bin" / "scalper").exists():
            tally.check("the installed program says its version", program(prefix))
            if shutil.which("systemd-analyze"):
                tally.check("systemd-analyze verify", unit(prefix))
            else:
                tally.skip("systemd-analyze verify", "systemd is not installed")
