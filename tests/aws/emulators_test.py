"""The emulators start, answer, forget and end without a trace. What the other tests rest on."""

import os
import unittest

import boto3
import botocore.config
import botocore.exceptions
import emulators

NO_RETRIES = botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


def client(service, emulator, key=emulators.KEY, secret=emulators.SECRET):
    return boto3.client(service, endpoint_url=emulator.endpoint, region_name=emulators.REGION, aws_access_key_id=key,
                        aws_secret_access_key=secret, config=NO_RETRIES)


def user_with_s3(iam, name):
    """A user that may use S3 and nothing else: (access key id, secret)."""
    iam.create_user(UserName=name)
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    iam.put_user_policy(UserName=name, PolicyName="s3", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


class EmulatorsTest(unittest.TestCase):
    def refused(self, codes, call, *arguments, **named):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(*arguments, **named)
        self.assertIn(caught.exception.response["Error"]["Code"], codes)

    def test_ministack_keeps_objects_until_it_is_reset_and_ends_with_its_folder(self):
        with emulators.Ministack() as ministack:
            process, folder = ministack.process.pid, ministack.folder
            s3 = client("s3", ministack)
            s3.create_bucket(Bucket="a-bucket")
            s3.put_object(Bucket="a-bucket", Key="a", Body=b"bytes")
            self.assertEqual(s3.get_object(Bucket="a-bucket", Key="a")["Body"].read(), b"bytes")
            ministack.reset()
            self.assertEqual(s3.list_buckets()["Buckets"], [])
        self.assertFalse(os.path.exists(f"/proc/{process}"))
        self.assertFalse(folder.exists())

    def test_seaweedfs_checks_the_secret_and_honours_the_condition_of_a_copy(self):
        with emulators.SeaweedFs() as seaweed:
            s3 = client("s3", seaweed)
            s3.create_bucket(Bucket="a-bucket")
            for key in ("a", "b"):
                s3.put_object(Bucket="a-bucket", Key=key, Body=key.encode())
            self.refused({"PreconditionFailed"}, s3.copy_object, Bucket="a-bucket", Key="b", CopySource="a-bucket/a",
                         IfNoneMatch="*")
            wrong = client("s3", seaweed, secret="another")
            self.refused({"SignatureDoesNotMatch"}, wrong.get_object, Bucket="a-bucket", Key="a")

    def test_ministack_with_authorisation_checks_signature_and_policy(self):
        with emulators.MinistackAuth() as ministack:
            key, secret = user_with_s3(client("iam", ministack), "writer")
            self.judge_of_users(ministack, key, secret)

    def test_moto_with_authorisation_checks_signature_and_policy(self):
        with emulators.Moto() as moto:
            key, secret = user_with_s3(client("iam", moto), "writer")
            moto.authorise_after(0)
            self.judge_of_users(moto, key, secret)

    def judge_of_users(self, emulator, key, secret):
        client("s3", emulator, key, secret).create_bucket(Bucket="a-bucket")
        wrong = client("s3", emulator, key, secret[:-1] + ("A" if secret[-1] != "A" else "B"))
        self.refused({"SignatureDoesNotMatch"}, wrong.list_objects_v2, Bucket="a-bucket")
        # moto refuses SQS in XML, where boto3 expects JSON and finds no code.
        self.refused({"AccessDenied", "AccessDeniedException", "403"}, client("sqs", emulator, key, secret).list_queues)


if __name__ == "__main__":
    unittest.main()
