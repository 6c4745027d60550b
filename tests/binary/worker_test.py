"""`scalper worker`, beside a store that says just enough: three empty buckets that keep versions."""

import signal
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from program import PLAIN, SCALPER, scalper

SETTINGS = {
    "SCALPER_INPUT_BUCKET": "files-in", "SCALPER_OUTPUT_BUCKET": "files-out", "SCALPER_QUARANTINE_BUCKET": "files-bad",
    "SCALPER_CONTRACTS": "builtin", "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent",
}
PATIENCE = 60


class EmptyStore:
    """A context. `versioning` is what its buckets say of themselves; `listed` is set once somebody has listed one."""

    def __init__(self, versioning="<Status>Enabled</Status>"):
        store = self
        self.listed = threading.Event()

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = f"<VersioningConfiguration>{versioning}</VersioningConfiguration>"
                if "versions" in self.path:
                    store.listed.set()
                    body = "<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # a client that is told to stop cuts its calls

        self.server = Server(("127.0.0.1", 0), Answer)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Worker(unittest.TestCase):
    def test_says_what_it_lacks(self):
        code, _, complaint = scalper("worker", env={"HOME": "/nonexistent"})
        self.assertEqual(code, 64)
        for name in ("SCALPER_INPUT_BUCKET", "SCALPER_OUTPUT_BUCKET", "SCALPER_QUARANTINE_BUCKET", "SCALPER_TABLE"):
            self.assertIn(name, complaint)
        for threads in ("0", "257", "x"):
            self.assertEqual(scalper("worker", "--threads", threads)[0], 64)

    def test_refuses_buckets_without_versions(self):
        with EmptyStore(versioning="<Status>Suspended</Status>") as store, tempfile.TemporaryDirectory() as folder:
            code, _, complaint = scalper("worker", "--records", folder, env={**SETTINGS, "AWS_ENDPOINT_URL": store.url})
            self.assertEqual(code, 64)
            self.assertIn("put-bucket-versioning", complaint)

    def test_refuses_a_folder_without_contracts(self):
        with EmptyStore() as store, tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.schema.json").write_text("{}")
            env = {**SETTINGS, "SCALPER_CONTRACTS": folder, "AWS_ENDPOINT_URL": store.url}
            code, _, complaint = scalper("worker", "--records", folder, env=env)
            self.assertEqual(code, 64)
            self.assertIn("there is no contract", complaint)

    def test_sweeps_without_a_queue_and_ends_in_order(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), EmptyStore() as store, tempfile.TemporaryDirectory() as folder:
                with subprocess.Popen([SCALPER, "worker", "--records", folder], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      env={**PLAIN, **SETTINGS, "AWS_ENDPOINT_URL": store.url}) as process:
                    try:
                        self.assertTrue(store.listed.wait(PATIENCE))
                        process.send_signal(number)
                        _, complaint = process.communicate(timeout=PATIENCE)
                    finally:
                        process.kill()
                    self.assertEqual(process.returncode, 0, complaint)
                    self.assertIn(b"by the sweep", complaint)
                self.assertTrue((Path(folder) / "records.db").exists())


if __name__ == "__main__":
    unittest.main()
