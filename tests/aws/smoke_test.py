"""scripts/aws_smoke.py, which is for a real account, against an emulator: it comes to its end, and leaves nothing behind."""

import os
import subprocess
import sys
import unittest

import emulators
import world

SCRIPT = world.ROOT / "scripts" / "aws_smoke.py"
LONG = os.environ.get("SCALPER_LONG") == "1"


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.Ministack())

    def run_script(self, *words, **more):
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", **emulators.CREDENTIALS,
                       "AWS_DEFAULT_REGION": emulators.REGION, "AWS_ENDPOINT_URL": self.ministack.endpoint, **more}
        done = subprocess.run([sys.executable, SCRIPT, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True, timeout=300, check=False)
        return done.returncode, done.stdout

    def left(self):
        """Names of all that there is of it."""
        def of(service):
            return world.client_of(service, self.ministack.endpoint)

        found = [bucket["Name"] for bucket in of("s3").list_buckets()["Buckets"]]
        found += of("sqs").list_queues().get("QueueUrls", []) + of("dynamodb").list_tables()["TableNames"]
        found += [topic["TopicArn"] for topic in of("sns").list_topics()["Topics"]]
        found += [function["FunctionName"] for function in of("lambda").list_functions()["Functions"]]
        found += [role["RoleName"] for role in of("iam").list_roles()["Roles"] if "smoke" in role["RoleName"]]
        found += [mapping["UUID"] for mapping in of("lambda").list_event_source_mappings()["EventSourceMappings"]]
        return [name for name in found if "smoke" in name or len(name) == 36]

    def test_makes_nothing_when_it_only_says(self):
        code, text = self.run_script("--dry-run", "--function")
        self.assertEqual(code, 0, text)
        for part in ("bucket scalper-smoke-", "-quarantine", "queue scalper-smoke-", "table", "topic", "function", "role"):
            self.assertIn(part, text)
        self.assertEqual(self.left(), [])

    def test_takes_the_samples_through_and_leaves_nothing(self):
        ways = [["--function"], []] if LONG else [["--function"]]
        for words in ways:
            with self.subTest(words):
                code, text = self.run_script(*words)
                self.assertEqual(code, 0, text)
                self.assertIn("canary: is valid", text)
                self.assertNotIn("WRONG", text)
                self.assertRegex(text, r"(?m)^(\d+) of \1 samples as expected")
                self.assertEqual(self.left(), [])

    def test_removes_what_a_run_left_and_nothing_of_others(self):
        s3 = world.client_of("s3", self.ministack.endpoint)
        for name in ("scalper-smoke-0123456789-input", "another-input"):
            s3.create_bucket(Bucket=name)
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_object(Bucket=name, Key="a", Body=b"1")
            s3.delete_object(Bucket=name, Key="a")
        code, text = self.run_script("--remove", "scalper-smoke-0123456789")
        self.assertEqual((code, self.left()), (0, []), text)
        self.assertIn("another-input", [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]])
        self.assertNotEqual(self.run_script("--remove", "another")[0], 0)

    def test_a_run_that_fails_says_so_and_leaves_nothing(self):
        code, text = self.run_script(SCALPER_PUBLISH="nonsense")  # the worker does not start with it
        self.assertNotEqual(code, 0, text)
        self.assertIn("SCALPER_PUBLISH", text)
        self.assertEqual(self.left(), [])


if __name__ == "__main__":
    unittest.main()
