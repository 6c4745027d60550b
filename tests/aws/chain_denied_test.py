"""One permission after the other is taken from the function's role: the gate says which one it lacks, loses nothing, and goes
on by itself once it is given."""

import os
import unittest

import emulators
import invariants
import world
from http_api import RestApi

GOOD, RAGGED = b'{"a": 1}', b'{"a": 1'
# Action, resource, what comes, and what becomes of it meanwhile: its message comes again, or its record says "failed" and
# waits for its next turn or for an operator (what cannot be read may be unreadable for ever).
DENIED = [
    ("dynamodb:GetItem", "{table}", GOOD, "again"),
    ("dynamodb:PutItem", "{table}", GOOD, "again"),
    ("s3:GetObjectVersion", "{input}/*", GOOD, "failed"),
    ("s3:PutObject", "{output}/*", GOOD, "again"),
    ("s3:DeleteObjectVersion", "{input}/*", GOOD, "again"),
    ("sns:Publish", "{topic}", GOOD, "again"),
]
if os.environ.get("SCALPER_LONG") == "1":
    DENIED += [
        ("s3:GetBucketVersioning", "{input}", GOOD, "again"),
        ("s3:PutObject", "{quarantine}/*", RAGGED, "again"),
        ("s3:ListBucketVersions", "{output}", GOOD, "again"),
        ("s3:GetObjectVersionTagging", "{input}/*", GOOD, "again"),
        ("s3:GetObjectVersion", "{output}/*", GOOD, "again"),
    ]


def without(permissions, action, resource):
    left = [row for row in permissions if (row["handler"], row["action"], row["resource"]) != ("ingest", action, resource)]
    assert len(left) == len(permissions) - 1, (action, resource)
    return left


class ChainDenied(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ministack = cls.enterClassContext(emulators.MinistackAuth())

    def test_each_permission_is_missed_by_its_name_and_nothing_is_lost(self):
        permissions = world.committed_permissions()
        for action, resource, data, meanwhile in DENIED:
            with self.subTest(action=action, resource=resource), \
                    world.World(self.ministack, visibility=2, permissions=without(permissions, action, resource)) as gate:
                sent = gate.put("a.json", data, "output" if data == GOOD else "quarantine")
                gate.wait(lambda at=gate, word=action: self.complaints(at, word), f"no line of the log names {action}")
                self.look_while_it_lacks(gate, sent, meanwhile)
                gate.permit("ingest", permissions)
                self.mend(gate, sent)
                # Objects with which a store was asked what it can are left where they may not be listed.
                self.assertEqual([one for one in invariants.check(gate) if ".scalper-probe/" not in one], [])

    def complaints(self, gate, action):
        """The gate's own words, not Lambda's, nor what was meant for debugging."""
        return [line for line in gate.log_lines("ingest") if line["level"] in ("warning", "error") and action in line.get("error", "")]

    def look_while_it_lacks(self, gate, sent, meanwhile):
        places = {version.sha256 for version in gate.landed()}
        self.assertTrue((sent.key, sent.version) in gate.versions(gate.input) or invariants.digest(sent.data) in places, "lost")
        statuses = [record["status"] for record in gate.records().values()]
        if meanwhile == "failed":
            gate.wait(lambda: "failed" in [record["status"] for record in gate.records().values()], "nobody says that it failed")
            self.assertEqual(gate.landed(), [])
        else:
            self.assertNotIn("failed", statuses)
            self.assertGreater(gate.waiting(gate.queue_url) + gate.waiting(gate.dead_url), 0, "the message is gone")

    def mend(self, gate, sent):
        """What an operator does: redrive, and a rerun of what failed."""
        def push():
            for body in gate.drain(gate.dead_url):
                gate.sqs.send_message(QueueUrl=gate.queue_url, MessageBody=body)
            failed = [identity for identity, record in gate.records().items() if record["status"] == "failed"]
            for identity in failed:
                RestApi(gate).call("POST", f"/v1/files/{identity}/rerun", {"note": "it may be read now"})
            return gate.is_done()

        gate.wait(push, f"{sent.key} does not come through")


if __name__ == "__main__":
    unittest.main()
