"""Packages and the build trees: build/ (g++, the product), build-asan/ and build-tsan/ (clang-16)."""

import subprocess

from .tally import CORES, ROOT, BuildFailed


def packages():
    subprocess.run(["scripts/packages.sh", "tests"], cwd=ROOT, check=True)


def tree(preset, targets=(), jobs=CORES):
    """Configures and builds one preset; prints the compiler's words only when it fails."""
    subprocess.run(["cmake", "--preset", preset, "-DSCALPER_TESTS=ON"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    command = ["cmake", "--build", "--preset", preset, "-j", str(jobs)]
    if targets:
        command += ["--target", *targets]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        print(done.stdout[-20000:])
        raise BuildFailed(preset)


def release():
    tree("release")
