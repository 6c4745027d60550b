"""Builds the static bootstrap and packs it: pack.py x86_64|arm64. See ./package."""

import hashlib
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import contents

ROOT = Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "dist"
BUILDS = {"x86_64": (ROOT / "build", []),
          "arm64": (ROOT / "build-arm64", ["-DSCALPER_TESTS=OFF", f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/arm64.cmake"])}
# Header-only parts and data, of which the linker's map names no archive.
WITHOUT_ARCHIVE = ["libboost1.81-dev", "ca-certificates"]
MAX_ZIP = 5 * 1000 * 1000
ZIP_START = 315532800  # 1980-01-01, before which a zip knows no time


def build(architecture):
    """The folder with bootstrap, its map and what was generated; and the place of the packages that are in it."""
    folder, options = BUILDS[architecture]
    place = contents.Installed()
    if architecture == "arm64":
        subprocess.run([ROOT / "packaging" / "lambda" / "arm64_sysroot.sh", folder / "sysroot"], check=True)
        place = contents.Unpacked(folder / "sysroot")
    configure = ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", *options]
    for command in (configure, ["cmake", "--build", folder, "-j", str(len(os.sched_getaffinity(0))), "--target", "bootstrap_static"]):
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", check=False)
        if done.returncode:
            raise SystemExit(done.stdout[-8000:])
    return folder / "package", place


def moment():
    """Of every entry: SOURCE_DATE_EPOCH, or the first that a zip can say."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", ZIP_START))
    return time.gmtime(max(seconds, ZIP_START))[:6]


def write_zip(path, entries):
    """Entries of (name, bytes, mode), sorted: the same bytes give the same zip."""
    when = moment()
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data, mode in sorted(entries):
            entry = zipfile.ZipInfo(name, when)
            entry.create_system = 3  # Unix, so that the mode counts
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    # Packed again by libdeflate, 4 % smaller than zlib makes it: times, modes and names stay.
    subprocess.run(["advzip", "--recompress", "--shrink-normal", "--quiet", str(part)], check=True)
    part.rename(path)


def main():
    architecture = sys.argv[1]
    folder, place = build(architecture)
    program = (folder / "bootstrap").read_bytes()
    entries = contents.packages((folder / "bootstrap.map").read_text(errors="replace"), WITHOUT_ARCHIVE, place, folder.parent)
    version = re.search(r"project\(\S+ VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    licences = contents.licences((ROOT / "LICENSE").read_text(), entries, place).encode()
    bill = contents.sbom(version, architecture, hashlib.sha256(program).hexdigest(), entries).encode()
    DIST.mkdir(exist_ok=True)
    name = f"scalper-lambda-{architecture}"
    (DIST / f"{name}.licences.txt").write_bytes(licences)
    (DIST / f"{name}.cdx.json").write_bytes(bill)
    target = DIST / f"{name}.zip"
    write_zip(target, [("bootstrap", program, 0o755), ("sbom.cdx.json", bill, 0o644)])
    size = target.stat().st_size
    print(f"dist/{target.name}: {size:,} bytes, bootstrap {len(program):,}, sha256 {hashlib.sha256(target.read_bytes()).hexdigest()}")
    if size > MAX_ZIP:
        raise SystemExit(f"more than the {MAX_ZIP:,} bytes that were agreed")


if __name__ == "__main__":
    main()
