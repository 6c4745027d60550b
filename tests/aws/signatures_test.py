"""Our signer against botocore's: random requests with awkward keys, in headers, in queries and in policies of forms.

SCALPER_SEED repeats a run; every failure names its seed.
"""

import base64
import datetime
import hashlib
import json
import os
import random
import unittest
import urllib.parse
from unittest import mock

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
from signer import hexed, pairs, signed, unhexed

SEED = int(os.environ.get("SCALPER_SEED", "20261125"))
REQUESTS = 10_000
SERVICES = ["s3", "s3", "s3", "dynamodb", "sqs", "sns", "sts", "monitoring"]
REGIONS = ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"]
# What keys are made of: each piece has bitten somebody.
PIECES = ["a", "Z9", " ", "+", "/", "//", "..", ".", "%", "%2F", "%41", "ü", "漢", "\u202e", "😀", "\x01", "\x1f", "\x7f",
          "\t", "\n", "&", "=", "?", "#", ";", ":", "@", "~", "-", "_", "'", '"', "<", "\\", "*", "(", "!", "$", ",", "/./"]
HEADER_PIECES = ["a", "B", " ", "  ", "   ", "\t", ",", ";", "=", '"', ":", "x-y", "1"]


def quoted(text, safe):
    return urllib.parse.quote(text.encode(), safe=safe)


class Case:
    """One random request, for both signers."""

    def __init__(self, rng):
        self.service, self.region = rng.choice(SERVICES), rng.choice(REGIONS)
        self.form = rng.choice(["header", "query"])
        self.key_id, self.secret = rng.choice([("AKID1", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ("AKID2", "x/+=" * 10)])
        self.token = rng.choice([None, None, "FwoGZXIvYXdzE//wEaDH+/==" * 20])
        self.time = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(
            seconds=rng.randrange(10**8))
        self.method = rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
        self.host = rng.choice(["bucket.s3.amazonaws.com", "127.0.0.1:4566", "s3.eu-central-1.amazonaws.com", "[::1]:8080"])
        self.path = "/" + "".join(rng.choice(PIECES) for _ in range(rng.randrange(12)))
        self.query = [(self.name(rng), "".join(rng.choice(PIECES) for _ in range(rng.randrange(4))))
                      for _ in range(rng.randrange(5))]
        if self.form == "query":
            self.query = list(dict(self.query).items())  # of repeated names botocore keeps the last
        self.headers = [(rng.choice(["X-Amz-Meta-A", "x-amz-meta-b", "Content-Type", "Range", "User-Agent", "If-Match",
                                     "X-Amzn-Trace-Id", "x-amz-copy-source"]),
                         "".join(rng.choice(HEADER_PIECES) for _ in range(rng.randrange(8))))
                        for _ in range(rng.randrange(5))]
        self.body = rng.randbytes(rng.randrange(200)) if self.form == "header" else b""
        self.payload_signed = self.service != "s3" or rng.random() < 0.5
        self.valid_for = rng.randrange(1, 604_801)

    @staticmethod
    def name(rng):
        return rng.choice(["versionId", "uploads", "list-type", "prefix", "a", "A", "a-b", "a b", "ü", "a=b", "a&b", "%41"])

    def ours(self):
        digest = hashlib.sha256(self.body).hexdigest()
        return {"form": hexed(self.form), "service": hexed(self.service), "region": hexed(self.region),
                "access_key_id": hexed(self.key_id), "secret": hexed(self.secret), "token": hexed(self.token or ""),
                "now": hexed(self.time.strftime("%Y-%m-%dT%H:%M:%SZ")), "method": hexed(self.method),
                "host": hexed(self.host), "path": hexed(self.path), "query": pairs(self.query),
                "headers": pairs(self.headers), "valid_for": self.valid_for,
                "payload_hash": hexed(digest if self.payload_signed else "UNSIGNED-PAYLOAD")}

    def theirs(self):
        """What botocore adds: (encoded path, headers or query)."""
        credentials = botocore.credentials.Credentials(self.key_id, self.secret, self.token)
        path = quoted(self.path, "/~")
        params = self.query if self.form == "header" else dict(self.query)
        request = botocore.awsrequest.AWSRequest(self.method, f"https://{self.host}{path}", data=self.body, params=params)
        request.context["client_config"] = botocore.config.Config(s3={"payload_signing_enabled": self.payload_signed})
        for name, value in self.headers:
            request.headers.add_header(name, value)
        signers = {("s3", "header"): botocore.auth.S3SigV4Auth, ("s3", "query"): botocore.auth.S3SigV4QueryAuth,
                   ("", "header"): botocore.auth.SigV4Auth, ("", "query"): botocore.auth.SigV4QueryAuth}
        signer = signers["s3" if self.service == "s3" else "", self.form]
        more = {"expires": self.valid_for} if self.form == "query" else {}
        with mock.patch("botocore.auth.get_current_datetime", lambda: self.time):
            signer(credentials, self.service, self.region, **more).add_auth(request)
        if self.form == "query":
            return path, urllib.parse.urlsplit(request.url).query
        names = ["X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-SHA256", "Authorization"]
        return path, {name.lower(): request.headers[name] for name in names if name in request.headers}


def query_pairs(query):
    return sorted(query.split("&"))


class SignaturesTest(unittest.TestCase):
    def test_ten_thousand_random_requests_are_signed_as_botocore_signs_them(self):
        rng = random.Random(SEED)
        cases = [Case(rng) for _ in range(REQUESTS)]
        headers = queries = 0
        for number, (case, ours) in enumerate(zip(cases, signed([case.ours() for case in cases]))):
            path, theirs = case.theirs()
            where = f"seed {SEED}, request {number}: {case.service} {case.form} {case.path!r} {case.query!r} {case.headers!r}"
            self.assertEqual(ours["path"], path, where)
            if case.form == "header":
                self.assertEqual(unhexed(ours["headers"]), theirs, where)
                headers += 1
            else:
                self.assertEqual(query_pairs(ours["query"]), query_pairs(theirs), where)
                queries += 1
        self.assertGreater(min(headers, queries), REQUESTS // 3)

    def test_urls_are_those_that_boto3_presigns(self):
        rng = random.Random(SEED + 1)
        session, clients = boto3.session.Session(), {}
        wanted, theirs = [], []
        for _ in range(300):
            case = Case(rng)
            case.region = rng.choice(["eu-central-1", "cn-north-1"])
            bucket, key = rng.choice(["in-put", "in.put"]), case.path[1:].strip("/") or "k"
            endpoint, path_style = rng.choice(["", "http://127.0.0.1:4566", "https://store.example:8443"]), rng.random() < 0.3
            # botocore puts a bucket in front of an address and dots into a host where virtual hosts are asked for; we never do.
            style = "path" if path_style or endpoint.startswith("http:") or bucket == "in.put" else "virtual"
            which = case.key_id, case.secret, case.token, case.region, endpoint, style
            if which not in clients:
                own = f"https://s3.{case.region}.amazonaws.com" + (".cn" if case.region.startswith("cn") else "")
                clients[which] = session.client(
                    "s3", case.region, endpoint_url=endpoint or own, aws_access_key_id=case.key_id,
                    aws_secret_access_key=case.secret, aws_session_token=case.token,
                    config=botocore.config.Config(signature_version="s3v4", s3={"addressing_style": style}))
            with mock.patch("botocore.auth.get_current_datetime", lambda case=case: case.time):
                theirs.append(clients[which].generate_presigned_url(
                    "get_object", {"Bucket": bucket, "Key": key, "VersionId": "v/1+2"}, ExpiresIn=case.valid_for))
            wanted.append(case.ours() | {"form": hexed("url"), "service": hexed("s3"), "method": hexed("GET"),
                                         "bucket": hexed(bucket), "key": hexed(key), "endpoint": hexed(endpoint),
                                         "path_style": path_style, "headers": [], "query": pairs([("versionId", "v/1+2")])})
        for number, (ours, url) in enumerate(zip(signed(wanted), theirs)):
            own, their = urllib.parse.urlsplit(ours["url"]), urllib.parse.urlsplit(url)
            where = f"seed {SEED + 1}, URL {number}"
            self.assertEqual(own[:3], their[:3], where)
            self.assertEqual(query_pairs(own.query), query_pairs(their.query), where)

    def test_policies_of_forms_are_signed_as_botocore_signs_them(self):
        rng = random.Random(SEED + 2)
        cases = []
        for _ in range(500):
            case = Case(rng)
            post = {"bucket": "in-put", "key": case.path[1:] or "k", "key_is_prefix": rng.random() < 0.5,
                    "min_bytes": rng.randrange(100), "max_bytes": rng.choice([100, 5 << 30]),
                    "fields": [(f"x-amz-meta-{n}", "".join(rng.choice(PIECES) for _ in range(3)))
                               for n in range(rng.randrange(3))]}
            cases.append((case, post))
        asked = [case.ours() | {"form": hexed("post"), "service": hexed("s3"), "bucket": hexed(post["bucket"]),
                                "key": hexed(post["key"]), "fields": pairs(post["fields"]),
                                **{name: post[name] for name in ("key_is_prefix", "min_bytes", "max_bytes")}}
                 for case, post in cases]
        for number, ((case, post), answer) in enumerate(zip(cases, signed(asked))):
            self.compare_form(case, post, unhexed(answer["fields"]), f"seed {SEED + 2}, form {number}")

    def compare_form(self, case, post, form, where):
        conditions = [{"bucket": post["bucket"]},
                      ["starts-with", "$key", post["key"]] if post["key_is_prefix"] else {"key": post["key"]},
                      ["content-length-range", post["min_bytes"], post["max_bytes"]], *({n: v} for n, v in post["fields"])]
        expires = (case.time + datetime.timedelta(seconds=case.valid_for)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        request = botocore.awsrequest.AWSRequest("POST", "https://h.example/")
        request.context["s3-presign-post-fields"] = dict(post["fields"])
        request.context["s3-presign-post-policy"] = {"expiration": expires, "conditions": conditions}
        signer = botocore.auth.S3SigV4PostAuth(botocore.credentials.Credentials(case.key_id, case.secret, case.token), "s3",
                                               case.region)
        with mock.patch("botocore.auth.get_current_datetime", lambda: case.time):
            signer.add_auth(request)
        theirs = request.context["s3-presign-post-fields"]
        self.assertEqual(json.loads(base64.b64decode(form["policy"])), json.loads(base64.b64decode(theirs["policy"])), where)
        # The two documents differ in spaces, so botocore signs ours.
        self.assertEqual(form["x-amz-signature"], signer.signature(form["policy"], request), where)
        key = post["key"] + ("${filename}" if post["key_is_prefix"] else "")
        changed = ("policy", "x-amz-signature")
        self.assertEqual({n: v for n, v in form.items() if n not in changed},
                         {"key": key} | {n: v for n, v in theirs.items() if n not in changed}, where)


if __name__ == "__main__":
    unittest.main()
