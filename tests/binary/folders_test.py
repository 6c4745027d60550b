"""`scalper up` and what others do to its folders: move them, open them as another user, leave there what cannot be taken."""

import os
import shutil
import subprocess
import unittest

from program import PLAIN, ROOT, SCALPER, scalper
from up_test import PATIENCE, OnAFolder


class OwnFolders(OnAFolder):
    def test_it_ends_where_a_folder_is_put_in_place_of_one_of_its_own(self):
        for name in ("input", "output", "quarantine"):
            with self.subTest(name):
                gate = self.start()
                (self.data / name).rename(self.folder / f"old-{name}")
                (self.data / name).mkdir()
                self.assertEqual(gate.process.wait(PATIENCE), 74)
                self.assertIn("the gate ended by itself", gate.process.stderr.read())
                last = gate.log()[-1]
                self.assertEqual((last["event"], last["reason"]), ("gate_stopped", "fault"))
                self.assertIn(f"{name} in the data folder was moved",
                              next(line["error"] for line in gate.log()[::-1] if line["event"] == "folder_displaced"))
        gate = self.start()
        gate.drop("a.txt", b"hello\n")
        self.assertEqual(gate.final("a.txt")["status"], "valid")
        self.assertEqual((self.data / "output/a.txt").read_bytes(), b"hello\n")

    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_a_folder_of_another_user(self):
        """Root asks a gate that runs as another user; where none runs nobody leaves files that the other cannot read."""
        other, program = 65534, self.folder / "scalper"
        self.folder.chmod(0o755)
        shutil.copy(SCALPER, program)
        self.data.mkdir()
        os.chown(self.data, other, other)
        command = [program, "up", "--data", self.data, "--listen", "127.0.0.1:0"]
        for _ in range(2):
            with subprocess.Popen(command, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  user=other, group=other, extra_groups=[]) as gate:
                try:
                    self.assertIn("is up", gate.stdout.readline(), gate.poll() is not None and gate.stderr.read())
                    code, _, err = scalper("ls", "--data", str(self.data))
                    self.assertEqual(code, 0, err)
                finally:
                    gate.terminate()
                    gate.communicate()
            before = sorted(self.data.rglob("*"))
            code, _, err = scalper("ls", "--data", str(self.data))
            self.assertEqual(code, 77, err)
            self.assertIn(f"uid {other}", err)
            self.assertEqual(sorted(self.data.rglob("*")), before)


    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_a_folder_that_cannot_be_written_to_is_said_at_the_start(self):
        other, program = 65534, self.folder / "scalper"
        self.folder.chmod(0o755)
        shutil.copy(SCALPER, program)
        self.data.mkdir()
        for name in ("input", "output", "quarantine"):
            (self.data / name).mkdir(mode=0o755)
        for path in (self.data, self.data / "input", self.data / "quarantine"):
            os.chown(path, other, other)
        done = subprocess.run([program, "up", "--data", self.data, "--listen", "127.0.0.1:0"], env=PLAIN, timeout=PATIENCE,
                              capture_output=True, text=True, user=other, group=other, extra_groups=[], check=False)
        self.assertEqual((done.returncode, done.stdout), (77, ""))
        self.assertIn(f"{self.data}/output cannot be written to by this user (Permission denied)", done.stderr)


class DoctorOfContracts(OnAFolder):
    def test_those_that_a_running_gate_has_are_told(self):
        self.start("--contracts", str(ROOT / "contracts"))
        code, out, err = scalper("doctor", "--data", str(self.data))
        self.assertEqual(code, 0, out + err)
        self.assertRegex(out, r"(?m)^ok +contracts in use there: .*\borders\b")
        self.assertNotIn("the built-in one judges everything", out)


class DoctorOfTheInbox(OnAFolder):
    def test_what_stays_there_is_told(self):
        gate = self.start()
        inbox = self.data / "input"
        (inbox / "link.txt").symlink_to("/etc/passwd")
        os.mkfifo(inbox / "pipe.txt")
        (inbox / ".hidden").mkdir()
        (inbox / ".hidden/.more").mkdir()
        code, out, err = scalper("doctor", "--data", str(self.data))
        self.assertEqual(code, 0, out + err)
        self.assertIn("1 names in the inbox are passed over", out)
        self.assertIn("2 names in the inbox are links, pipes, sockets or devices", out)
        deepest = inbox.joinpath(*["d"] * 64)
        deepest.mkdir(parents=True)
        (deepest / "lost.txt").write_text("hello\n")
        code, out, _ = scalper("doctor", "--data", str(self.data))
        self.assertEqual(code, 1, out)
        self.assertRegex(out, r"(?m)^BAD .*1 files or folders in the inbox cannot be taken .*(d/){63}d$")
        shallow = deepest.parent / "taken.txt"
        shallow.write_text("hello\n")
        gate.final(str(shallow.relative_to(inbox)))


if __name__ == "__main__":
    unittest.main()
