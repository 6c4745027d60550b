"""What is linked into the static program, by the linker's own map: Debian packages with version and licence.

The licence table was filled by reading each package's copyright file. A package that is not in it fails: a new library is
looked at before it is shipped.
"""

import json
import re
import subprocess
import urllib.parse
from pathlib import Path

# Debian source package -> SPDX expression of the parts that are linked.
LICENCES = {
    "boost1.81": "BSL-1.0",
    "ca-certificates": "MPL-2.0",
    "bzip2": "bzip2-1.0.6",
    "curl": "curl",
    "expat": "MIT",
    "gcc-12": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "gcc-12-cross": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "cross-toolchain-base": "LGPL-2.1-or-later",
    "glibc": "LGPL-2.1-or-later",
    "libdeflate": "MIT",
    "libyaml": "MIT",
    "lz4": "BSD-2-Clause",  # of its library; the programs are GPL-2.0
    "nghttp2": "MIT",
    "openssl": "Apache-2.0",
    "re2": "BSD-3-Clause",
    "libzstd": "BSD-3-Clause",  # dual with GPL-2.0: this one is taken
    "utf8proc": "MIT AND Unicode-DFS-2016",
    "xz-utils": "LicenseRef-public-domain",  # of liblzma
    "yaml-cpp": "MIT",
    "zlib": "Zlib",
}
# Their texts are not in the copyright files, which only name them.
COMMON = ["GPL-3", "LGPL-2.1", "MPL-2.0"]


def linked_files(map_text, folder="/"):
    """Paths of the system's archives and objects of which something is in the program; the map names those of an unpacked
    system from the build folder on."""
    used = set(re.findall(r"^(\S+\.a)\(", map_text, re.M)) | set(re.findall(r"^LOAD (\S+\.o)$", map_text, re.M))
    return sorted({str((Path(folder) / path).resolve()) for path in used
                   if path.startswith("/") or path.startswith("sysroot/")})


class Installed:
    """Packages of this machine."""

    def of_file(self, path):
        return describe(owner(path))

    def of_name(self, name):
        return describe(name)

    def copyright(self, name):
        return Path(f"/usr/share/doc/{name}/copyright")


class Unpacked(Installed):
    """Those that arm64_sysroot.sh unpacked, before those of this machine: the compiler's own libraries are installed."""

    def __init__(self, folder):
        self.root = Path(folder).resolve() / "root"
        lines = [line.split("\t") for line in (Path(folder) / "files.tsv").read_text().splitlines()]
        self.files = {path: entry_of(*words) for path, *words in lines}
        self.names = {entry["name"]: entry for entry in self.files.values()}

    def of_file(self, path):
        inside = path.removeprefix(str(self.root))
        return self.files[inside] if inside != path else super().of_file(path)

    def of_name(self, name):
        return self.names.get(name) or super().of_name(name)

    def copyright(self, name):
        place = self.root / f"usr/share/doc/{name}/copyright"
        return place if place.exists() else super().copyright(name)


def owner(path):
    """The Debian package of an installed file, as dpkg names it."""
    for name in (path, path.removeprefix("/usr")):  # a merged /usr
        done = subprocess.run(["dpkg-query", "-S", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(",")[0]
    raise SystemExit(f"{path} is linked and of no Debian package")


def describe(package):
    form = "${Package}\t${Version}\t${source:Package}\t${source:Version}\t${Architecture}"
    out = subprocess.run(["dpkg-query", "-W", "-f", form, package], check=True, stdout=subprocess.PIPE, text=True).stdout
    return entry_of(*out.split("\t"))


def entry_of(name, version, source, source_version, architecture):
    return {"name": name, "version": version, "source": source, "source_version": source_version, "architecture": architecture}


def packages(map_text, also, place, folder="/"):
    """One entry a Debian package that is in the program, and of `also`: headers and data that leave no archive in the map."""
    found = [place.of_file(path) for path in linked_files(map_text, folder)] + [place.of_name(name) for name in also]
    for entry in found:
        if entry["source"] not in LICENCES:
            raise SystemExit(f"{entry['name']} (source {entry['source']}) is linked, and nobody has looked at its licence: "
                             "packaging/lambda/contents.py")
        entry["licence"] = LICENCES[entry["source"]]
    return sorted({entry["name"]: entry for entry in found}.values(), key=lambda entry: entry["name"])


def licences(own_licence, entries, place):
    """Our licence and the whole text of every other, one after the other."""
    parts = [f"Silent Scalper\n\n{own_licence}"]
    for source in sorted({entry["source"] for entry in entries}):
        entry = next(each for each in entries if each["source"] == source)
        text = place.copyright(entry["name"]).read_text(encoding="utf-8", errors="replace")
        parts.append(f"{source} {entry['source_version']} ({entry['licence']})\n\n{text}")
    parts += [f"{name}\n\n" + Path(f"/usr/share/common-licenses/{name}").read_text(encoding="utf-8") for name in COMMON]
    return ("\n" + "=" * 78 + "\n\n").join(part.rstrip() + "\n" for part in parts)


def sbom(version, architecture, digest, entries):
    """CycloneDX 1.5. Without a time and a serial number: the same program has the same bill."""
    def component(entry):
        # A plus sign is percent-encoded in a package URL, and read as a blank by some where it is not.
        name, revision = (urllib.parse.quote(entry[word], safe=":") for word in ("name", "version"))
        purl = f"pkg:deb/debian/{name}@{revision}?arch={entry['architecture']}&distro=debian-12"
        return {"type": "library", "bom-ref": purl, "name": entry["name"], "version": entry["version"], "purl": purl,
                "licenses": [{"expression": entry["licence"]}],
                "properties": [{"name": "debian:source", "value": f"{entry['source']} {entry['source_version']}"}]}

    components = [component(entry) for entry in entries]
    root = f"pkg:generic/silent-scalper@{version}?arch={architecture}"
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": {"component": {"type": "application", "bom-ref": root, "name": "bootstrap", "version": version,
                                       "purl": root, "licenses": [{"license": {"id": "Apache-2.0"}}],
                                       "hashes": [{"alg": "SHA-256", "content": digest}]}},
            "components": components,
            "dependencies": [{"ref": root, "dependsOn": [entry["bom-ref"] for entry in components]}]}
    return json.dumps(bill, indent=1, ensure_ascii=True) + "\n"
