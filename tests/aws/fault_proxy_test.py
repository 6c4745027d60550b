"""The proxy spoils just what it was told to, and reads from a request what a policy must grant for it."""

import os
import signal
import subprocess
import sys
import threading
import unittest

import botocore.exceptions
import calls
import emulators
import world
from fault_proxy import Fault, FaultProxy, on

SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"}


class ReadsCalls(unittest.TestCase):
    def read(self, method, target, **headers):
        call = calls.read_call(method, target, {**SIGNED, **{name.replace("_", "-"): value for name, value in headers.items()}}, b"")
        return call.operation, call.grants

    def test_operations_of_s3_and_their_permissions(self):
        cases = [
            ("GET", "/in/a%20b?versionId=v", {}, "GetObject",
             [("s3:GetObjectVersion", "in/a b"), ("s3:ListBucket", "in")]),
            ("HEAD", "/in/a", {}, "HeadObject", [("s3:GetObject", "in/a"), ("s3:ListBucket", "in")]),
            ("DELETE", "/in/a?versionId=v", {}, "DeleteObject", [("s3:DeleteObjectVersion", "in/a")]),
            ("GET", "/in?versions&prefix=x", {}, "ListObjectVersions", [("s3:ListBucketVersions", "in")]),
            ("GET", "/in?versioning", {}, "GetBucketVersioning", [("s3:GetBucketVersioning", "in")]),
            ("PUT", "/out/a", {"x_amz_copy_source": "/in/a?versionId=v", "x_amz_tagging": "a=b"}, "CopyObject",
             [("s3:PutObject", "out/a"), ("s3:PutObjectTagging", "out/a"), ("s3:GetObjectVersion", "in/a"),
              ("s3:ListBucket", "in")]),
            ("PUT", "/out/a?partNumber=1&uploadId=u", {"x_amz_copy_source": "in/a"}, "UploadPartCopy",
             [("s3:PutObject", "out/a"), ("s3:GetObject", "in/a"), ("s3:ListBucket", "in")]),
            ("POST", "/out/a?uploads", {}, "CreateMultipartUpload", [("s3:PutObject", "out/a")]),
            ("POST", "/out/a?uploadId=u", {}, "CompleteMultipartUpload", [("s3:PutObject", "out/a")]),
            ("DELETE", "/out/a?uploadId=u", {}, "AbortMultipartUpload", [("s3:AbortMultipartUpload", "out/a")]),
            ("GET", "/in/a?tagging&versionId=v", {}, "GetObjectTagging", [("s3:GetObjectVersionTagging", "in/a")]),
        ]
        for method, target, headers, operation, grants in cases:
            with self.subTest(target=target):
                self.assertEqual(self.read(method, target, **headers), (operation, grants))

    def test_other_services(self):
        call = calls.json_call("dynamodb", "Query", b'{"TableName":"t","IndexName":"i"}')
        self.assertEqual(call.grants, [("dynamodb:Query", "t/index/i")])
        call = calls.json_call("dynamodb", "BatchGetItem", b'{"RequestItems":{"t":{"Keys":[]}}}')
        self.assertEqual(call.grants, [("dynamodb:BatchGetItem", "t")])
        call = calls.json_call("sqs", "DeleteMessageBatch", b'{"QueueUrl":"http://127.0.0.1/0/q"}')
        self.assertEqual(call.grants, [("sqs:DeleteMessage", "q")])


class SpoilsCalls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ministack = emulators.Ministack()
        cls.ministack.__enter__()
        cls.addClassCleanup(cls.ministack.__exit__)
        world.client_of("s3", cls.ministack.endpoint).create_bucket(Bucket="a-bucket")

    def setUp(self):
        self.proxy = FaultProxy("test", self.ministack.port)
        self.proxy.__enter__()
        self.addCleanup(self.proxy.__exit__)
        self.s3 = world.client_of("s3", self.proxy.endpoint)
        self.direct = world.client_of("s3", self.ministack.endpoint)

    def put(self, key):
        return self.s3.put_object(Bucket="a-bucket", Key=key, Body=b"bytes of it")

    def is_there(self, key):
        return key in [entry["Key"] for entry in self.direct.list_objects_v2(Bucket="a-bucket").get("Contents", [])]

    def test_passes_on_and_remembers(self):
        self.put("plain")
        self.assertEqual(self.s3.get_object(Bucket="a-bucket", Key="plain")["Body"].read(), b"bytes of it")
        self.assertEqual(self.s3.head_object(Bucket="a-bucket", Key="plain")["ContentLength"], 11)
        self.assertEqual([(call.operation, call.status) for call in self.proxy.calls],
                         [("PutObject", 200), ("GetObject", 200), ("HeadObject", 200)])

    def test_a_reset_before_leaves_nothing_and_one_after_leaves_all(self):
        for kind, left in (("reset_before", False), ("reset_after", True)):
            fault = self.proxy.spoil(Fault(kind, on("s3", "PutObject", kind)))
            with self.assertRaises(botocore.exceptions.HTTPClientError):
                self.put(kind)
            self.assertEqual((fault.hits, self.is_there(kind)), (1, left))
            self.put(kind)  # once only

    def test_answers_instead_of_the_call(self):
        self.proxy.spoil(Fault("answer", on("s3", "PutObject"), times=2, skip=1, status=503, code="SlowDown"))
        self.put("first")
        for _ in range(2):
            with self.assertRaises(botocore.exceptions.ClientError) as caught:
                self.put("second")
            self.assertEqual(caught.exception.response["Error"]["Code"], "SlowDown")
        self.assertFalse(self.is_there("second"))
        self.proxy.spoil(Fault("answer", on("sqs"), status=400, code="RequestThrottled"))
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            world.client_of("sqs", self.proxy.endpoint).list_queues()
        self.assertEqual(caught.exception.response["Error"]["Code"], "RequestThrottled")

    def test_cuts_an_answer_short(self):
        self.put("cut")
        self.proxy.spoil(Fault("truncate", on("s3", "GetObject")))
        with self.assertRaises(botocore.exceptions.BotoCoreError):
            self.s3.get_object(Bucket="a-bucket", Key="cut")["Body"].read()

    def test_kills_the_process_that_calls(self):
        self.proxy.spoil(Fault("kill_after", on("s3", "PutObject")))
        program = ("import world; world.client_of('s3', '" + self.proxy.endpoint + "')"
                   ".put_object(Bucket='a-bucket', Key='killed', Body=b'x')")
        with subprocess.Popen([sys.executable, "-c", program], cwd=os.path.dirname(__file__)) as caller:
            self.assertEqual(caller.wait(60), -signal.SIGKILL)
        self.assertTrue(self.is_there("killed"))

    def test_calls_at_the_same_time_meet_a_fault_once(self):
        fault = self.proxy.spoil(Fault("answer", on("s3", "PutObject"), times=3, status=500, code="InternalError"))
        failed = []

        def one(number):
            try:
                self.put(f"many{number}")
            except botocore.exceptions.ClientError:
                failed.append(number)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((fault.hits, len(failed)), (3, 3))


if __name__ == "__main__":
    unittest.main()
