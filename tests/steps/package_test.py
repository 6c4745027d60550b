"""The checks of the package see what they are for: each is shown something that is wrong."""

import json
import os
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

from . import package
from .tally import ROOT

sys.path.insert(0, str(ROOT / "packaging" / "lambda"))
import contents  # noqa: E402
import pack  # noqa: E402
import stubs  # noqa: E402

MAP = """\
Archive member included to satisfy reference by file (symbol)

/usr/lib/x86_64-linux-gnu/libcurl.a(libcurl_la-easy.o)
                              bootstrap.cpp.o (curl_easy_init)

Linker script and memory map

LOAD /usr/lib/x86_64-linux-gnu/crti.o
LOAD libscalper_hosts_server.a
LOAD /usr/lib/x86_64-linux-gnu/libcurl.a
"""


class PackageChecks(unittest.TestCase):
    def test_a_program_of_this_machine_is_no_static_pie(self):
        problems = package.elf_problems(Path(sys.executable).resolve().read_bytes(), "x86_64")
        self.assertTrue(problems)
        self.assertEqual(package.elf_problems(Path("/bin/true").read_bytes(), "arm64"),
                         ["not a position independent program for arm64"])
        self.assertIn("it has an interpreter", package.elf_problems(Path("/bin/true").read_bytes(), "x86_64"))
        self.assertIn("it needs a shared library", package.elf_problems(Path("/bin/true").read_bytes(), "x86_64"))

    def test_the_map_tells_what_is_linked_from_what_was_only_offered(self):
        self.assertEqual(package.map_problems(MAP), [])
        for planted in ("libscalper_hosts_server.a(server.cpp.o)", "/usr/lib/libsqlite3.a(sqlite3.o)",
                        " .text._ZN5boost5beast4http", " .text._ZN3CLI3App"):
            self.assertEqual(len(package.map_problems(MAP + planted + "\n")), 1, planted)

    def test_the_bill_names_packages_by_urls_that_say_every_letter(self):
        entry = contents.entry_of("libstdc++-12-dev", "1:12.2~rc+deb12u1", "gcc-12", "12.2.0-14", "amd64") | {"licence": "MIT"}
        bill = json.loads(contents.sbom("1", "x86_64", "00", [entry]))
        self.assertEqual(bill["components"][0]["purl"],
                         "pkg:deb/debian/libstdc%2B%2B-12-dev@1:12.2~rc%2Bdeb12u1?arch=amd64&distro=debian-12")
        self.assertEqual(bill["components"][0]["name"], "libstdc++-12-dev")

    def test_a_zip_without_mode_bits_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.zip"
            entries = [("bootstrap", b"x", 0o755), ("sbom.cdx.json", b"{}", 0o644)]
            pack.write_zip(path, entries)
            self.assertEqual(package.zip_problems(path), [])
            first = path.read_bytes()
            pack.write_zip(path, reversed(entries))
            self.assertEqual(path.read_bytes(), first)
            pack.write_zip(path, [("bootstrap", b"x", 0o644), *entries[1:]])
            self.assertEqual(len(package.zip_problems(path)), 1)
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("stray", b"")
            self.assertEqual(len(package.zip_problems(path)), 3)

    def test_a_program_with_symbols_and_a_program_that_says_nothing_are_seen(self):
        self.assertTrue(package.chroot_problems(b"#!/no/such\n") if package.can_chroot() is None else ["not to be tried here"])

    def test_the_time_of_entries_follows_the_variable(self):
        before = os.environ.pop("SOURCE_DATE_EPOCH", None)
        try:
            self.assertEqual(pack.moment(), (1980, 1, 1, 0, 0, 0))
            os.environ["SOURCE_DATE_EPOCH"] = "1790000000"
            self.assertEqual(pack.moment()[0], 2026)
        finally:
            os.environ.pop("SOURCE_DATE_EPOCH", None)
            if before is not None:
                os.environ["SOURCE_DATE_EPOCH"] = before


class PapersAndStubs(unittest.TestCase):
    def test_the_map_names_what_is_linked(self):
        linked = contents.linked_files(MAP)
        self.assertTrue(any(path.endswith("libcurl.a") for path in linked))
        self.assertTrue(any(path.endswith("crti.o") for path in linked))

    def test_a_package_whose_licence_nobody_read_fails(self):
        with self.assertRaises(SystemExit):
            contents.packages("", ["bash"], contents.Installed())

    def test_only_known_families_are_stubbed(self):
        text = stubs.source(["ldap_result", "libssh2_init", "GSS_C_NT_HOSTBASED_SERVICE"])
        self.assertIn("long libssh2_init() { return 0; }", text)
        self.assertIn('unreachable("ldap_result")', text)
        with self.assertRaises(SystemExit):
            stubs.source(["ldap_result", "quic_connect"])


if __name__ == "__main__":
    unittest.main()
