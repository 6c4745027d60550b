"""`scalper up` and the verbs beside it, from outside: one gate on real folders, over HTTP, its socket and the command line."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from program import PLAIN, SCALPER, scalper

PATIENCE = 60
FIRST_TABLES = {"store", "records", "markers", "messages", "outbox"}  # of version 1 of the database


def wait_for(condition, what):
    """The first true answer of the condition."""
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.01)
    return answer


class RunningGate:
    def __init__(self, data, *words, env=None):
        self.data = Path(data)
        self.process = subprocess.Popen([SCALPER, "up", "--data", data, "--listen", "127.0.0.1:0", *words],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**PLAIN, **(env or {})})
        self.banner = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.banner)
        if not found:
            raise AssertionError(f"no banner: {self.process.communicate()}")
        self.port = int(found[1])

    def get(self, target):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{target}", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def final(self, key):
        """The newest final record of the key."""
        def found():
            files = json.loads(self.get(f"/v1/files?prefix={key}"))["files"]
            return next((record for record in files if record["key"] == key and record["final"]), None)
        return wait_for(found, f"a final record of {key}")

    def drop(self, key, content):
        path = self.data / "input" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def log(self):
        return [json.loads(line) for line in (self.data / ".scalper/log/gate.jsonl").read_text().splitlines()]

    def finals(self):
        return {line["key"]: line for line in self.log() if line["event"] == "file_final"}

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process.communicate()
        return code


class OnAFolder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="scalper-up-"))
        self.data = self.folder / "data"
        self.gates = []

    def tearDown(self):
        for gate in self.gates:
            if gate.process.poll() is None:
                gate.process.kill()
                gate.process.wait()
            gate.process.stdout.close()
            gate.process.stderr.close()
        shutil.rmtree(self.folder)

    def start(self, *words, env=None):
        gate = RunningGate(self.data, *words, env=env)
        self.gates.append(gate)
        return gate

    def verb(self, *words):
        code, out, err = scalper(*words, "--data", str(self.data))
        self.assertEqual(code, 0, err)
        return out


class Up(OnAFolder):
    def test_files_are_taken_validated_routed_recorded_and_told(self):
        gate = self.start("--log-level", "debug")
        self.assertEqual(json.loads(gate.get("/v1/health"))["status"], "ok")
        # Else it may send a message for a file that is just taken, which waits for the lease's end and is an old one then.
        wait_for(lambda: any(line["event"] == "sweep_done" for line in gate.log()), "the sweep of the start")
        gate.drop("orders/good.csv", b"a,b\n1,2\n")
        gate.drop("bad.json", b'{"a":')
        good, bad = gate.final("orders/good.csv"), gate.final("bad.json")
        self.assertEqual((good["status"], bad["status"]), ("valid", "invalid"))
        self.assertEqual((self.data / "output/orders/good.csv").read_bytes(), b"a,b\n1,2\n")
        self.assertEqual((self.data / f"quarantine/{bad['id']}--bad.json").read_bytes(), b'{"a":')
        self.assertEqual([path for path in (self.data / "input").rglob("*") if path.is_file()], [])
        told = wait_for(lambda: len(lines := gate.finals()) == 2 and lines, "two log lines")
        self.assertEqual(told["bad.json"]["status"], "invalid")
        self.assertEqual(told["bad.json"]["file_id"], bad["id"])
        metrics = gate.get("/metrics")
        self.assertRegex(metrics, r'(?m)^scalper_files_valid_total\{contract="builtin"\} 1$')
        self.assertRegex(metrics, r'(?m)^scalper_files_invalid_total\{contract="builtin"\} 1$')
        self.assertRegex(metrics, r"(?m)^scalper_queue_age_seconds 0$")
        self.assertEqual(gate.stop(), 0)
        self.assertFalse((self.data / ".scalper/gate.sock").exists())
        last = gate.log()[-1]
        self.assertEqual((last["event"], last["reason"], last["files"]), ("gate_stopped", "signal", 2))
        self.assertIn(last["seconds"], range(PATIENCE))

    def test_no_name_acts_on_a_terminal_that_shows_an_answer(self):
        gate = self.start()
        name = "a\u009b31m\u202e\x7f.txt"
        gate.drop(name, b"hello\n")
        wait_for(lambda: json.loads(gate.get("/v1/files"))["files"], "a final record")
        answer = gate.get("/v1/files")
        self.assertTrue(answer.isascii() and "\x7f" not in answer)
        self.assertEqual([record["key"] for record in json.loads(answer)["files"]], [name])

    def test_a_key_that_comes_again_and_again_is_remembered_by_its_last_versions(self):
        gate = self.start()
        taken = set()
        for number in range(24):
            gate.drop("hourly.csv", b"a,b\n1,%d\n" % number)
            ids = wait_for(lambda: {line["file_id"] for line in gate.log() if line["event"] == "file_final"} - taken,
                           f"final record {number}")
            taken |= ids
            (self.data / "output/hourly.csv").unlink()
        lines = [line for path in (self.data / ".scalper/journal").iterdir() for line in path.read_text().splitlines()]
        known = [line.count("scalper-id") for line in lines if " meta output " in line]
        self.assertEqual(len(known), 24)
        self.assertLessEqual(max(known), 8)

    def test_a_database_without_its_tables_is_damaged(self):
        self.assertEqual(self.start().stop(), 0)
        for change in ("PRAGMA user_version = -5", "DROP TABLE records"):
            with self.subTest(change):
                database = sqlite3.connect(self.data / ".scalper/gate.db")
                version = database.execute("PRAGMA user_version").fetchone()[0]
                database.execute(change)
                database.commit()
                database.close()
                code, _, err = scalper("up", "--data", str(self.data), "--listen", "127.0.0.1:0")
                self.assertEqual(code, 76)
                self.assertNotIn("defect", err)
                database = sqlite3.connect(self.data / ".scalper/gate.db")
                database.execute(f"PRAGMA user_version = {version}")
                database.close()

    def test_a_paused_gate_accepts_and_goes_on_when_it_is_resumed(self):
        gate = self.start()
        self.verb("pause", "--note", "test")
        gate.drop("later.txt", b"hello\n")
        wait_for(lambda: not (self.data / "input/later.txt").exists(), "accepted while paused")
        self.assertEqual(json.loads(gate.get("/v1/files"))["files"], [])
        self.verb("resume")
        self.assertEqual(gate.final("later.txt")["status"], "valid")

    def test_review_over_the_socket_and_without_a_gate(self):
        gate = self.start()
        for name in ("one.json", "two.json"):
            gate.drop(name, b"[1,")
        one, two = gate.final("one.json"), gate.final("two.json")
        said = self.verb("release", one["id"], "--note", "it is known")
        self.assertIn("now released", said)
        self.assertIn("released", self.verb("status", one["id"]))
        self.assertEqual(wait_for(lambda: (r := gate.final("one.json"))["status"] == "released" and r, "release")["id"],
                         one["id"])
        self.assertEqual((self.data / "output/one.json").read_bytes(), b"[1,")
        self.assertIn("valid", self.verb("status", "one.json"))
        self.assertEqual(gate.stop(signal.SIGINT), 0)
        self.assertIn("two.json", self.verb("ls", "--status", "invalid"))
        self.assertIn("now invalid", self.verb("rerun", two["id"]))
        self.assertIn("now rejected", self.verb("reject", two["id"], "--note", "of no use"))
        self.assertTrue((self.data / f"quarantine/{two['id']}--two.json").exists())
        self.verb("audit")

    def test_what_was_dropped_while_nothing_ran_is_taken_by_sweep_and_by_the_next_start(self):
        self.assertEqual(self.start().stop(), 0)
        old = time.time() - 60
        path = self.data / "input" / "swept.txt"
        path.write_bytes(b"hello\n")
        os.utime(path, (old, old))
        wait_for(lambda: "swept.txt" in self.verb("sweep") + self.verb("ls"), "settled, and swept without a gate")
        self.assertEqual((self.data / "output/swept.txt").read_bytes(), b"hello\n")
        (self.data / "input" / "next.txt").write_bytes(b"world\n")
        self.assertEqual(self.start().final("next.txt")["status"], "valid")

    def test_killed_and_started_again(self):
        gate = self.start()
        for number in range(300):
            gate.drop(f"f{number}.txt", b"text %d\n" % number)
        gate.process.kill()
        gate.process.wait()
        gate = self.start()
        wait_for(lambda: len(list((self.data / "output").iterdir())) == 300, "all are published")
        for number in range(300):
            self.assertEqual((self.data / f"output/f{number}.txt").read_bytes(), b"text %d\n" % number)
        wait_for(lambda: json.loads(gate.get("/v1/stats"))["open"] == 0, "nothing is left over")
        self.assertEqual(gate.stop(), 0)
        self.verb("audit")

    def test_contracts_change_without_a_restart_and_broken_ones_change_nothing(self):
        contracts = self.folder / "contracts"
        contracts.mkdir()
        (contracts / "small.yaml").write_text("contract: small\nmatch: {prefix: \"\"}\nsize: {max: 5}\n")
        gate = self.start("--contracts", str(contracts))
        gate.drop("a.txt", b"too long\n")
        self.assertEqual(gate.final("a.txt")["status"], "invalid")
        (contracts / "small.yaml").write_text("contract: small\nmatch: {prefix: \"\"}\nsize: {maximum: 5}\n")
        health = wait_for(lambda: (h := json.loads(gate.get("/v1/health")))["status"] == "degraded" and h, "degraded")
        self.assertIn("small.yaml:3", health["checks"]["contracts"])
        gate.drop("b.txt", b"too long\n")
        self.assertEqual(gate.final("b.txt")["status"], "invalid")
        (contracts / "small.yaml").write_text("contract: small\nmatch: {prefix: \"\"}\nsize: {max: 50}\n")
        wait_for(lambda: json.loads(gate.get("/v1/health"))["status"] == "ok", "mended")
        wait_for(lambda: (gate.drop("c.txt", b"too long\n"), gate.final("c.txt")["status"] == "valid")[1], "in use")

    def degraded(self, gate):
        return wait_for(lambda: (h := json.loads(gate.get("/v1/health")))["status"] == "degraded" and h, "degraded")

    def judged(self, gate, key):
        """What became of nine bytes, where five are allowed."""
        gate.drop(key, b"too long\n")
        return gate.final(key)["status"]

    def strict_contracts(self):
        contracts = self.folder / "contracts"
        contracts.mkdir()
        (contracts / "small.yaml").write_text("contract: small\nmatch: {prefix: \"\"}\nsize: {max: 5}\n")
        return contracts

    def test_contracts_that_are_gone_while_it_runs_stay_in_use(self):
        contracts = self.strict_contracts()
        (contracts / "a.schema.json").write_text('{"fields": []}')
        gate = self.start("--contracts", str(contracts))
        (contracts / "small.yaml").unlink()  # a schema is no contract
        self.assertIn("no contract is left", self.degraded(gate)["checks"]["contracts"])
        self.assertEqual(self.judged(gate, "a.txt"), "invalid")
        (contracts / "a.schema.json").unlink()
        self.assertEqual(self.judged(gate, "b.txt"), "invalid")
        contracts.rmdir()
        wait_for(lambda: "gone" in json.loads(gate.get("/v1/health"))["checks"]["contracts"], "the folder is missed")
        self.assertEqual(self.judged(gate, "c.txt"), "invalid")

    def test_contracts_that_are_gone_at_a_start_stay_in_use(self):
        contracts = self.strict_contracts()
        self.assertEqual(self.start("--contracts", str(contracts)).stop(), 0)
        (contracts / "small.yaml").unlink()
        for lost in (None, "gate.db"):
            with self.subTest(lost):
                for path in (self.data / ".scalper").glob(f"{lost}*"):
                    path.unlink()
                gate = self.start("--contracts", str(contracts))
                self.assertIn("no contract is left", self.degraded(gate)["checks"]["contracts"])
                self.assertEqual(self.judged(gate, f"{lost}.txt"), "invalid")
                self.assertEqual(gate.stop(), 0)
        (self.data / ".scalper/contracts/current").unlink()
        gate = self.start("--contracts", str(self.strict_again(contracts)))  # the database knows that there were any
        self.assertEqual(gate.stop(), 0)
        (contracts / "small.yaml").unlink()
        (self.data / ".scalper/contracts/current").unlink()
        code, _, err = scalper("up", "--data", str(self.data), "--listen", "127.0.0.1:0", "--contracts", str(contracts))
        self.assertEqual(code, 65)
        self.assertIn("no contract is left", err)

    def strict_again(self, contracts):
        (contracts / "small.yaml").write_text("contract: small\nmatch: {prefix: \"\"}\nsize: {max: 6}\n")
        return contracts

    def test_no_contracts_on_purpose_are_a_set_that_says_so(self):
        contracts = self.strict_contracts()
        gate = self.start("--contracts", str(contracts))
        (contracts / "set.yaml").write_text("unmatched: builtin\n")
        (contracts / "small.yaml").unlink()
        published = 'contracts_published'
        wait_for(lambda: [line["event"] for line in gate.log()].count(published) == 2, "the set is in use")
        self.assertEqual(self.judged(gate, "a.txt"), "valid")
        self.assertEqual(json.loads(gate.get("/v1/health"))["status"], "ok")
        self.assertEqual(gate.stop(), 0)
        self.assertEqual(self.judged(self.start("--contracts", str(contracts)), "b.txt"), "valid")

    def test_a_gate_that_never_had_a_contract_starts_with_the_built_in_one(self):
        contracts = self.folder / "contracts"
        contracts.mkdir()
        for _ in range(2):
            gate = self.start("--contracts", str(contracts))
            self.assertEqual(json.loads(gate.get("/v1/health"))["status"], "ok")
            self.assertEqual(self.judged(gate, "a.txt"), "valid")
            self.assertEqual(gate.stop(), 0)
        (contracts / "a.schema.json").write_text("{}")
        self.assertEqual(self.judged(self.start("--contracts", str(contracts)), "b.txt"), "valid")

    def test_what_is_no_file_at_an_output_name_sends_the_file_to_quarantine(self):
        gate = self.start()
        (self.data / "output/link.csv").symlink_to("/dev/null")
        os.mkfifo(self.data / "output/pipe.csv")
        for key in ("link.csv", "pipe.csv"):
            gate.drop(key, b"a,b\n1,2\n")
            record = gate.final(key)
            self.assertEqual(record["status"], "failed")
            self.assertEqual((self.data / f"quarantine/{record['id']}--{key}").read_bytes(), b"a,b\n1,2\n")
        self.assertTrue((self.data / "output/link.csv").is_symlink())

    def test_a_lost_database_is_said_and_its_records_can_be_written_again(self):
        for how in (Path.unlink, lambda path: path.write_bytes(b"")):
            gate = self.start()
            gate.drop("a.csv", b"a,b\n1,2\n")
            record = gate.final("a.csv")
            self.assertEqual(gate.stop(), 0)
            how(self.data / ".scalper/gate.db")
            gate = self.start()
            lost = wait_for(lambda: [line for line in gate.log() if line["event"] == "database_lost"], "the loss is said")
            self.assertRegex(lost[0]["error"], "Stop the gate, then .*scalper audit --rebuild")
            self.assertEqual(gate.stop(), 0)
            code, out, err = scalper("audit", "--rebuild", "--data", str(self.data))
            self.assertEqual(code, 1, out + err)  # it found something
            self.verb("audit")
            self.assertEqual(json.loads(self.verb("status", record["id"], "--json"))["status"], "valid")
            shutil.rmtree(self.data)

    def test_nothing_is_forgotten_where_the_records_are_lost(self):
        gate = self.start()
        gate.drop("hourly.csv", b"a,b\n1,2\n")
        first = gate.final("hourly.csv")["id"]
        self.assertEqual(gate.stop(), 0)
        (self.data / ".scalper/gate.db").unlink()
        gate = self.start()
        for number in range(24):
            (self.data / "output/hourly.csv").unlink()
            gate.drop("hourly.csv", b"a,b\n1,%d\n" % number)
            wait_for(lambda n=number: len([line for line in gate.log() if line["event"] == "file_final"]) == n + 2,
                     f"final record {number}")
        known = [line for path in (self.data / ".scalper/journal").iterdir() for line in path.read_text().splitlines()
                 if " meta output " in line]
        self.assertIn(first, known[-1])

    def test_refused_contracts_and_none_from_before(self):
        contracts = self.folder / "contracts"
        contracts.mkdir()
        (contracts / "x.yaml").write_text("contract: x\nnonsense: 1\n")
        code, _, err = scalper("up", "--data", str(self.data), "--listen", "127.0.0.1:0", "--contracts", str(contracts))
        self.assertEqual(code, 65)
        self.assertIn("x.yaml:2", err)

    def test_it_tells_the_service_manager(self):
        place = self.folder / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(place))
            manager.settimeout(PATIENCE)
            gate = self.start(env={"NOTIFY_SOCKET": str(place)})
            self.assertEqual(manager.recv(100), b"READY=1")
            self.assertEqual(gate.stop(), 0)
            self.assertEqual(manager.recv(100), b"STOPPING=1")

    def test_the_log_on_standard_output(self):
        with subprocess.Popen([SCALPER, "up", "--data", self.data, "--listen", "127.0.0.1:0", "--log", "-"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=PLAIN) as process:
            self.assertIn("is up", process.stderr.readline())
            events = [json.loads(process.stdout.readline())["event"] for _ in range(2)]
            process.terminate()
            for line in process.stdout:
                last = json.loads(line)
            self.assertEqual(process.wait(PATIENCE), 0)
        self.assertIn("gate_started", events)
        self.assertEqual((last["event"], last["reason"], last["files"]), ("gate_stopped", "signal", 0))

    def test_memory_of_an_idle_gate(self):
        gate = self.start()
        gate.get("/v1/health")
        status = Path(f"/proc/{gate.process.pid}/status").read_text()
        self.assertLess(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]), 20 * 1024)
        self.assertNotIn("libcurl", Path(f"/proc/{gate.process.pid}/maps").read_text(), "only webhooks need it")

    def test_a_gate_without_libcurl_lacks_webhooks_and_says_so(self):
        broken = self.folder / "libraries"
        broken.mkdir()
        (broken / "libcurl.so.4").touch()
        gate = self.start(env={"LD_LIBRARY_PATH": str(broken)})
        gate.drop("plain.txt", b"plain\n")
        self.assertEqual(gate.final("plain.txt")["status"], "valid")
        code, _, err = scalper("webhook", "add", "https://receiver.example/", "--data", str(self.data))
        self.assertEqual(code, 70, err)
        self.assertIn("no libcurl", err)
        gate.process.terminate()
        self.assertEqual(gate.process.wait(PATIENCE), 0)
        self.assertIn("HTTP needs libcurl: ", gate.process.stderr.read())


class Refused(OnAFolder):
    """What keeps a gate from starting: a clear sentence, an exit code of its own, and nothing changed."""

    def refused(self, code, pattern, *words):
        got, out, err = scalper("up", "--data", str(self.data), *(words or ("--listen", "127.0.0.1:0")))
        self.assertEqual((got, out), (code, ""), err)
        self.assertRegex(err, pattern)
        self.assertEqual(err.count("\n"), 1)

    def test_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.refused(69, "in use", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")

    def test_a_limit_of_file_sizes(self):
        limited = subprocess.run(
            [SCALPER, "up", "--data", self.data, "--listen", "127.0.0.1:0"], env=PLAIN, capture_output=True, text=True,
            timeout=60, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
        self.assertIn(limited.returncode, (69, 73), limited.stderr)  # a sentence, and no end by SIGXFSZ
        self.assertRegex(limited.stderr, r"\Ascalper: [^\n]+\n\Z")

    def test_a_data_folder_that_may_not_be_made(self):
        code, _, err = scalper("up", "--data", "/sys/scalper-data", "--listen", "127.0.0.1:0")
        self.assertEqual(code, 77, err)
        self.assertIn("making the data folder", err)

    def test_folder_in_use(self):
        gate = self.start()
        self.refused(75, f"in use .*process {gate.process.pid}")
        gate.drop("a.txt", b"hello\n")
        self.assertEqual(gate.final("a.txt")["status"], "valid")

    def test_address_beyond_loopback(self):
        for address in ("0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080"):
            self.refused(77, "--tls-cert", "--listen", address)
        self.refused(64, "nonsense", "--listen", "nonsense")
        self.assertFalse(self.data.exists())

    def test_options(self):
        for workers in ("0", "x", "257", "-1"):
            self.refused(64, "--workers", f"--workers={workers}")
        self.refused(66, "no folder", "--contracts", str(self.folder / "none"))

    def test_damaged_database(self):
        self.assertEqual(self.start().stop(), 0)
        database = self.data / ".scalper/gate.db"
        database.write_bytes(b"this is no database at all, whatever its name says" * 100)
        before = database.read_bytes()
        self.refused(76, "not a database")
        self.assertEqual(database.read_bytes(), before)
        code, _, err = scalper("ls", "--data", str(self.data))
        self.assertEqual(code, 76, err)

    def test_an_older_database_is_brought_up_to_date(self):
        gate = self.start()
        gate.drop("before.txt", b"hello\n")
        gate.final("before.txt")
        self.assertEqual(gate.stop(), 0)
        database = sqlite3.connect(self.data / ".scalper/gate.db")
        later = [f"DROP {kind} {name}" for kind, name, of in
                 database.execute("SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").fetchall()
                 if (kind == "table" and name not in FIRST_TABLES) or
                 (kind == "index" and name == "records_unfinished" and of in FIRST_TABLES)]
        self.assertGreater(len(later), 5)
        database.executescript(";".join([*later, "PRAGMA user_version=1"]))
        database.close()
        gate = self.start()
        self.assertEqual(gate.final("before.txt")["status"], "valid")
        self.assertIn("operator", self.verb("token", "list"), "the first start of this version made one")

    def test_newer_database(self):
        self.assertEqual(self.start().stop(), 0)
        database = sqlite3.connect(self.data / ".scalper/gate.db")
        database.execute("PRAGMA user_version=999")
        database.close()
        self.refused(76, "newer")


if __name__ == "__main__":
    unittest.main()
