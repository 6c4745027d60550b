"""Who may call `scalper up`, from outside: the first token, TLS, addresses that others reach, and no secret at rest."""

import http.client
import json
import re
import ssl
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from program import PLAIN, SCALPER, scalper
from up_test import PATIENCE, OnAFolder, wait_for

TOKEN = re.compile(r"scalper_[a-z2-7]{59}")


class Access(OnAFolder):
    def ask(self, gate, target, token=None, method="GET", **headers):
        """(status, header, body) over plain HTTP."""
        connection = http.client.HTTPConnection("127.0.0.1", gate.port, timeout=PATIENCE)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, body

    def at_rest(self):
        """All that lies in the data folder and what the gate has logged, as bytes."""
        return b"".join(path.read_bytes() for path in self.data.rglob("*") if path.is_file())

    def certificate(self, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", self.folder / "new.key", "-out", self.folder / "new.pem", "-days", "2", "-subj",
                        f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        (self.folder / "new.key").rename(self.folder / "gate.key")
        (self.folder / "new.pem").rename(self.folder / "gate.pem")

    def test_the_first_token_is_shown_once_and_kept_as_a_hash(self):
        gate = self.start("--require-token")
        line = gate.process.stdout.readline()
        token = TOKEN.search(line)[0]
        self.assertEqual(self.ask(gate, "/v1/health")[0], 200)
        status, headers, _ = self.ask(gate, "/v1/queue")
        self.assertEqual((status, headers["WWW-Authenticate"]), (401, 'Bearer realm="scalper"'))
        self.assertEqual(self.ask(gate, "/v1/queue", token)[0], 200)
        self.assertEqual(self.ask(gate, f"/v1/queue?token={token}")[0], 401)
        self.assertEqual(self.ask(gate, f"/v1/queue?token={token}", token)[0], 400)
        made = self.verb("token", "add", "--role", "viewer", "--name", "v").strip()
        self.assertEqual(self.ask(gate, "/v1/files", made)[0], 200)
        self.assertEqual(self.ask(gate, "/v1/queue", made)[0], 403)
        code, out, err = scalper("ls", "--url", f"http://127.0.0.1:{gate.port}", env={"SCALPER_TOKEN": made})
        self.assertEqual(code, 0, err)
        listed = self.verb("token", "list")
        self.verb("token", "revoke", re.search(r"(\w{16})  viewer", listed)[1])
        self.assertEqual(self.ask(gate, "/v1/files", made)[0], 401)
        self.assertEqual(gate.stop(), 0)
        for secret in (token, made):
            self.assertNotIn(secret.encode(), self.at_rest())
            self.assertNotIn(secret, listed + out)
        again = self.start("--require-token")
        self.assertEqual(again.stop(), 0)
        self.assertNotRegex(again.process.stdout.read() if not again.process.stdout.closed else "", TOKEN)
        self.assertEqual(len(json.loads(self.verb("token", "list", "--json"))["tokens"]), 2, "no other was made")

    def test_a_service_manager_s_log_gets_no_token(self):
        gate = self.start(env={"NOTIFY_SOCKET": str(self.folder / "nobody")})
        self.assertEqual(json.loads(self.ask(gate, "/v1/admin/tokens")[2])["tokens"], [])

    def test_guesses_are_told_in_the_log_without_what_was_guessed(self):
        gate = self.start()
        guess = "scalper_" + "a" * 52 + "n2epqvy"  # as a token looks
        forged = {"User-Agent": '"} {"event":"forged"} {"', "X-Request-Id": '{"event":"forged"}'}
        with ThreadPoolExecutor(10) as threads:  # each answer is held back longer than the one before
            said = list(threads.map(lambda _: self.ask(gate, "/v1/files", guess, **forged)[0], range(10)))
        self.assertEqual(set(said), {401})
        status, headers, _ = self.ask(gate, "/v1/files", guess)
        self.assertEqual(status, 429)
        self.assertGreaterEqual(int(headers["Retry-After"]), 1)
        wait_for(lambda: [line for line in gate.log() if line["event"] == "tokens_guessed"], "the warning")
        self.assertNotIn("forged", {line["event"] for line in gate.log()})
        self.assertEqual(gate.stop(), 0)
        self.assertNotIn(guess.encode(), self.at_rest())

    def test_tls_and_a_certificate_that_changes(self):
        self.certificate("first")
        process = subprocess.Popen([SCALPER, "up", "--data", self.data, "--listen", "127.0.0.1:0", "--tls-cert",
                                    self.folder / "gate.pem", "--tls-key", self.folder / "gate.key"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=PLAIN)
        try:
            port = int(re.search(r"https://127\.0\.0\.1:(\d+)", process.stdout.readline())[1])
            self.assertEqual(self.over_tls(port), 200)
            with self.assertRaises(ssl.SSLError):
                self.over_tls(port, most=ssl.TLSVersion.TLSv1_1)
            plain = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            with self.assertRaises((http.client.HTTPException, OSError)):
                plain.request("GET", "/v1/health")
                plain.getresponse()
            plain.close()
            self.certificate("second")

            def trusted():
                try:
                    return self.over_tls(port)
                except ssl.SSLError:
                    return None
            self.assertEqual(wait_for(trusted, "the new certificate"), 200)
            (self.folder / "gate.pem").write_text("no certificate")
            self.certificate_stays(port)
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)

    def certificate_stays(self, port):
        log = self.data / ".scalper/log/gate.jsonl"

        def refused():
            self.over_tls(port, verify=False)  # a look at the files comes with a connection
            return "certificate_refused" in log.read_text()
        wait_for(refused, "the refusal in the log")
        self.assertEqual(self.over_tls(port, verify=False), 200)

    def over_tls(self, port, most=None, verify=True):
        context = ssl.create_default_context(cafile=self.folder / "gate.pem") if verify else ssl._create_unverified_context()
        if most:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = most
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
        try:
            connection.request("GET", "/v1/health")
            return connection.getresponse().status
        finally:
            connection.close()

    def test_addresses_that_others_reach_need_a_guard(self):
        def refused(code, *words):
            got, _, err = scalper("up", "--data", str(self.data), *words)
            self.assertEqual(got, code, err)
            return err
        self.assertIn("--tls-cert", refused(77, "--listen", "0.0.0.0:0"))
        self.assertIn("--plain-http", refused(77, "--listen", "[::]:0"))
        refused(64, "--listen", "127.0.0.1:0", "--tls-cert", "x")
        refused(64, "--listen", "127.0.0.1:0", "--tls-cert", "/nonexistent", "--tls-key", "/nonexistent")
        refused(64, "--listen", "127.0.0.1:0", "--trusted-proxy", "here")
        refused(64, "--listen", "127.0.0.1:0", "--cors-origin", "*")
        refused(64, "--listen", "127.0.0.1:0", "--rate-limit", "-1")

    def test_a_trusted_proxy_speaks_for_others(self):
        gate = self.start("--trusted-proxy", "127.0.0.1", "--rate-limit", "1")
        self.assertEqual(self.ask(gate, "/v1/queue")[0], 401)
        token = TOKEN.search(gate.process.stdout.readline())[0]
        status, headers, _ = self.ask(gate, "/v1/queue", token, **{"X-Forwarded-For": "192.0.2.1"})
        self.assertEqual(status, 200)
        self.assertIn("q=4", headers["RateLimit-Policy"])


if __name__ == "__main__":
    unittest.main()
