"""Verbs and doctor as somebody who may only look: refused by AWS, said as such, and nothing changed."""

import json
import unittest

import emulators
from verbs_world import SAMPLES, WorkedWorld, Worker

BAD = "orders/2026-11-21-short-row.csv"
MAY = ["s3:Get*", "s3:List*", "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Describe*", "sqs:GetQueueAttributes"]


class Viewer(unittest.TestCase):
    def test_looks_and_changes_nothing(self):
        with emulators.MinistackAuth() as ministack, WorkedWorld(ministack, environment={"SCALPER_CONTRACTS": "builtin"}) as gate:
            gate.iam.create_user(UserName="viewer")
            gate.iam.put_user_policy(UserName="viewer", PolicyName="look", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": MAY, "Resource": "*"}]}))
            key = gate.iam.create_access_key(UserName="viewer")["AccessKey"]
            viewer = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
            with Worker(gate):
                gate.put(BAD, (SAMPLES / BAD).read_bytes(), "quarantine")
                gate.wait_done()
            for words in (("ls",), ("status", BAD), ("explain", BAD)):
                self.assertEqual(gate.aws(*words, **viewer), gate.aws(*words), words)
            before = gate.records()
            for words in (("release", "--note", "x", BAD), ("pause",), ("redrive",)):
                code, said, why = gate.aws(*words, **viewer)
                self.assertEqual((code, said), (77, ""), (words, why))
                self.assertNotIn(key["SecretAccessKey"], why)
            self.assertEqual(gate.records(), before)
            code, said, _ = gate.aws("doctor", **viewer)
            self.assertEqual(code, 1)
            self.assertIn("you may not dynamodb:PutItem on ", said)
            self.assertIn("you may not sqs:ChangeMessageVisibility on ", said)
            self.assertNotIn("you may not dynamodb:GetItem", said)
            self.assertEqual(gate.records(), before)


if __name__ == "__main__":
    unittest.main()
