"""URLs and forms of our signer against a real S3 server: what they allow, and that they allow no more."""

import datetime
import http.client
import unittest
import urllib.parse

import boto3
import botocore.config
import emulators
from signer import hexed, pairs, signed, unhexed

BUCKET = "in-put"
KEYS = ["plain.csv", "a b+c/ü%.csv", "a/b./..c", "%41%2F", "x&y=z?#;:@~'\"(*)!$,", "漢字/😀.json", "e\u0301", "/".join(["k" * 99] * 10)]  # it stores keys as files


class PresignedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seaweed = cls.enterClassContext(emulators.SeaweedFs())
        cls.s3 = boto3.client("s3", endpoint_url=cls.seaweed.endpoint, region_name=emulators.REGION,
                              aws_access_key_id=emulators.KEY, aws_secret_access_key=emulators.SECRET,
                              config=botocore.config.Config(s3={"addressing_style": "path"}))
        cls.s3.create_bucket(Bucket=BUCKET)

    def described(self, form, **more):
        now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=more.pop("ago", 0))
        return {"form": hexed(form), "service": hexed("s3"), "region": hexed(emulators.REGION), "bucket": hexed(BUCKET),
                "access_key_id": hexed(emulators.KEY), "secret": hexed(more.pop("secret", emulators.SECRET)),
                "now": hexed(now.strftime("%Y-%m-%dT%H:%M:%SZ")), "valid_for": 60, **more}

    def url(self, method, key, headers=(), **more):
        return signed([self.described("url", method=hexed(method), key=hexed(key), endpoint=hexed(self.seaweed.endpoint),
                                      path_style=True, headers=pairs(headers), **more)])[0]["url"]

    def sent(self, method, url, body=b"", headers=None):
        """Status and body; the URL goes out as it is."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        try:
            connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def test_presigned_urls_put_and_get_awkward_keys(self):
        for key in KEYS:
            with self.subTest(key=key):
                body = key.encode() * 3
                self.assertEqual(self.sent("PUT", self.url("PUT", key), body)[0], 200)
                self.assertEqual(self.sent("GET", self.url("GET", key)), (200, body))

    def test_presigned_urls_allow_what_they_say_and_no_more(self):
        self.s3.put_object(Bucket=BUCKET, Key="one", Body=b"one")
        good = self.url("GET", "one")
        self.assertEqual(self.sent("GET", good), (200, b"one"))
        signature = urllib.parse.parse_qs(good)["X-Amz-Signature"][0]
        for why, method, url in [("another secret", "GET", self.url("GET", "one", secret="other")),
                                 ("another method", "PUT", good),
                                 ("another key", "GET", good.replace("/one?", "/two?")),
                                 ("a longer time", "GET", good.replace("Expires=60", "Expires=600")),
                                 ("another signature", "GET", good.replace(signature, signature[::-1])),
                                 ("it has ended", "GET", self.url("GET", "one", ago=3600))]:
            self.assertEqual(self.sent(method, url)[0], 403, why)

    def test_signed_headers_must_be_sent(self):
        url = self.url("PUT", "meta", headers=[("x-amz-meta-a", "1")])
        self.assertEqual(self.sent("PUT", url, b"x", {"x-amz-meta-a": "2"})[0], 403)
        self.assertEqual(self.sent("PUT", url, b"x", {"x-amz-meta-a": "1"})[0], 200)
        self.assertEqual(self.s3.head_object(Bucket=BUCKET, Key="meta")["Metadata"], {"a": "1"})

    def posted(self, body, key=None, **policy):
        described = {"key": "box/", "key_is_prefix": True, "min_bytes": 1, "max_bytes": 1000, "fields": []} | policy
        secret = described.pop("secret", emulators.SECRET)
        described["key"] = hexed(described["key"])
        form = unhexed(signed([self.described("post", secret=secret, **described)])[0]["fields"])
        if key is not None:
            form["key"] = key
        edge = "----------edge"
        parts = b"".join(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                         for name, value in form.items())
        whole = (parts + f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="own.txt"\r\n\r\n'.encode() + body
                 + f"\r\n--{edge}--\r\n".encode())
        return self.sent("POST", f"{self.seaweed.endpoint}/{BUCKET}", whole,
                         {"Content-Type": f"multipart/form-data; boundary={edge}"})[0]

    def object(self, key):
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def test_forms_put_what_their_policy_says_and_no_more(self):
        self.assertIn(self.posted(b"bytes"), (200, 201, 204))
        self.assertEqual(self.object("box/own.txt"), b"bytes")
        whole = self.posted(b"meta", key="box/ü b", fields=pairs([("x-amz-meta-a", "ä b")]))
        self.assertIn(whole, (200, 201, 204))
        self.assertEqual(self.object("box/ü b"), b"meta")
        self.assertIn(self.posted(b"exact", key_is_prefix=False, key=None), (200, 201, 204))
        for why, status in [("another secret", self.posted(b"x", secret="other")),
                            ("another key", self.posted(b"x", key="elsewhere/x")),
                            ("too many bytes", self.posted(b"x" * 1001)),
                            ("too few bytes", self.posted(b""))]:
            self.assertIn(status, (400, 403), why)


if __name__ == "__main__":
    unittest.main()
