"""Which credentials, region and endpoints an environment and its files lead to: ours beside botocore's own answer.

Metadata services are small servers on loopback that both ask; roles are assumed at moto.
"""

import contextlib
import http.server
import json
import os
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
from pathlib import Path
from unittest import mock

import botocore.exceptions
import botocore.session
import emulators

PROGRAM = Path(__file__).resolve().parent.parent.parent / "build" / "bin" / "scalper_resolve_settings"
CALLS = {"s3": "list_buckets", "dynamodb": "list_tables", "sqs": "list_queues", "sns": "list_topics",
         "sts": "get_caller_identity", "cloudwatch": "list_metrics"}
KEYS = "aws_access_key_id = {0}\naws_secret_access_key = secret-of-{0}\n"
ANSWER = json.dumps({"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "SERVED", "SecretAccessKey": "secret/+=",
                     "Token": "token==", "LastUpdated": "2026-01-01T00:00:00Z", "Expiration": "2099-01-01T00:00:00Z"})
PROCESS = json.dumps({"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "s", "SessionToken": "t"})

# name: (variables, config, credentials); {home} and {server} stand for what each run has.
SAME = {
    "keys of the environment": ({"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"}, "", ""),
    "and its token": ({"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}, "", ""),
    "an empty token": ({"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": ""}, "",
                       "[default]\n" + KEYS.format("FILE")),
    "environment before files": ({"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_PROFILE": "p"}, "",
                                 "[p]\n" + KEYS.format("FILE")),
    "the default profile": ({}, "[default]\nregion = eu-west-3\n", "[default]\n" + KEYS.format("FILE")),
    "the chosen profile": ({"AWS_PROFILE": "p"}, "[profile p]\nregion = eu-west-3\n", "[p]\n" + KEYS.format("P")),
    "credentials before config": ({}, "[default]\n" + KEYS.format("CONFIG"), "[default]\n" + KEYS.format("FILE")),
    "config alone": ({}, "[default]\n" + KEYS.format("CONFIG"), ""),
    "a quoted name": ({"AWS_PROFILE": "two words"}, "[profile \"two words\"]\n" + KEYS.format("QUOTED"), ""),
    "comments and case": ({}, "# a\n; b\n[default]\n\nAWS_Access_Key_Id=A\naws_secret_access_key = b#c;d=e/+\n", ""),
    "a process": ({}, "[default]\ncredential_process = {home}/give 'a b' \"c\"\n", ""),
    "keys before a process": ({}, "[default]\ncredential_process = {home}/give 'a b' c\n", "[default]\n" + KEYS.format("FILE")),
    "a container": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{server}/container?x=1",
                     "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic word"}, "", ""),
    "a container's token file": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{server}/container?x=1",
                                  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/word"}, "", ""),
    "files before a container": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{server}/container?x=1"}, "",
                                 "[default]\n" + KEYS.format("FILE")),
    "an instance": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "{server}/", "AWS_EC2_METADATA_DISABLED": "false"}, "", ""),
    "none": ({}, "", ""),
    "a profile without any": ({}, "[default]\nregion = eu-west-3\n", ""),
    "a service's URL": ({"AWS_ENDPOINT_URL_S3": "https://s3.example:8443", "AWS_ENDPOINT_URL": "https://all.example"}, "", ""),
    "URLs of a profile": ({}, "[default]\nendpoint_url = https://p.example\nservices = mine\n"
                              "[services mine]\ns3 =\n  endpoint_url = https://s3.example\n"
                              "cloudwatch =\n  endpoint_url = https://watch.example\n", ""),
    "URL before a profile's": ({"AWS_ENDPOINT_URL": "https://all.example"},
                               "[default]\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = https://s3.example\n", ""),
    "URLs left alone": ({"AWS_ENDPOINT_URL": "https://all.example", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "", ""),
    "dual stack": ({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "", ""),
    "FIPS": ({"AWS_USE_FIPS_ENDPOINT": "true"}, "", ""),
    "China": ({"AWS_DEFAULT_REGION": "cn-north-1"}, "", ""),
    "GovCloud with FIPS": ({"AWS_DEFAULT_REGION": "us-gov-west-1"}, "[default]\nuse_fips_endpoint = true\n", ""),
}
ROLES = {
    "a role by another profile": "[default]\nrole_arn = {role}\nsource_profile = base\n[profile base]\n" + KEYS.format("BASE"),
    "a role by itself": "[default]\nrole_arn = {role}\nsource_profile = default\nrole_session_name = me\n" + KEYS.format("SELF"),
    "a role by a web identity": "[default]\nrole_arn = {role}\nweb_identity_token_file = {home}/word\n",
}
ROLE = "arn:aws:iam::123456789012:role/reader"


class Metadata(http.server.BaseHTTPRequestHandler):
    """What container and instance ask, with the tokens that each must send."""

    def answer(self, status, body=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_PUT(self):
        self.answer(200 if self.path == "/latest/api/token" and self.headers["x-aws-ec2-metadata-token-ttl-seconds"] else 400,
                    "instance-token")

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        if self.path == "/container?x=1":
            self.answer(200 if self.headers["Authorization"] == "Basic word" else 403, ANSWER)
        elif self.headers["x-aws-ec2-metadata-token"] != "instance-token":
            self.answer(401)
        elif self.path == roles:
            self.answer(200, "reader")
        else:
            self.answer(200 if self.path == roles + "reader" else 404, ANSWER)

    def log_message(self, *_):
        pass


def asked_url(session, service):
    """Where botocore really sends a call of that service, without its path."""
    urls = []

    def keep_and_stop(request, **_):
        urls.append("{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(request.url)))
        raise InterruptedError

    client = session.create_client(service, aws_access_key_id="a", aws_secret_access_key="b")
    client.meta.events.register("before-send", keep_and_stop)
    with contextlib.suppress(InterruptedError):
        getattr(client, CALLS[service])()
    return urls[0]


class CredentialsTest(unittest.TestCase):
    def setUp(self):
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.home / ".aws").mkdir()
        (self.home / "word").write_text("Basic word")
        give = self.home / "give"
        give.write_text(f'#!/bin/sh\n[ "$#" = 2 ] && [ "$1" = "a b" ] && echo \'{PROCESS}\'\n')
        give.chmod(0o700)
        server = self.enterContext(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        self.server = f"http://127.0.0.1:{server.server_port}"

    def filled(self, text, **more):
        for name, value in {"home": self.home, "server": self.server, **more}.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def prepared(self, variables, config, credentials, **more):
        (self.home / ".aws" / "config").write_text(self.filled(config, **more))
        (self.home / ".aws" / "credentials").write_text(self.filled(credentials, **more))
        plain = {"HOME": str(self.home), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}
        if "region" not in config:
            plain["AWS_DEFAULT_REGION"] = "eu-central-1"
        return plain | {name: self.filled(value, **more) for name, value in variables.items()}

    def ours(self, environment):
        done = subprocess.run([PROGRAM], input=json.dumps(environment) + "\n", stdout=subprocess.PIPE, text=True, check=True,
                              timeout=60, env={"PATH": os.environ["PATH"]})
        return json.loads(done.stdout)

    def theirs(self, environment):
        with mock.patch.dict(os.environ, environment, clear=True):
            session = botocore.session.get_session()
            credentials = session.get_credentials()
            frozen = credentials.get_frozen_credentials() if credentials else None
            found = {"region": session.get_config_variable("region")}
            urls = {"monitoring" if service == "cloudwatch" else service: asked_url(session, service) for service in CALLS}
        if frozen:
            found |= {"access_key_id": frozen.access_key.encode().hex(), "secret": frozen.secret_key.encode().hex(),
                      "token": (frozen.token or "").encode().hex()}
        return found | {"endpoints": urls}

    def test_environments_and_files_lead_to_what_botocore_finds(self):
        for name, (variables, config, credentials) in SAME.items():
            with self.subTest(name):
                environment = self.prepared(variables, config, credentials)
                ours, theirs = self.ours(environment), self.theirs(environment)
                for member in ("access_key_id", "secret", "token", "region"):
                    self.assertEqual(ours.get(member), theirs.get(member), f"{member}: {ours.get('message')}")
                self.assertEqual("error" in ours, "access_key_id" not in theirs)
                self.assertEqual({name: url.rstrip("/") for name, url in ours["endpoints"].items()},
                                 theirs["endpoints"])

    def test_roles_are_assumed_as_botocore_assumes_them(self):
        with emulators.Moto() as moto:
            for name, config in ROLES.items():
                with self.subTest(name):
                    (self.home / "word").write_text("header.claims.signature")
                    environment = self.prepared({"AWS_ENDPOINT_URL_STS": moto.endpoint}, config, "", role=ROLE)
                    ours, theirs = self.ours(environment), self.theirs(environment)
                    # The keys are new at each call; that there are some, and of the same kind, is what can be compared.
                    for found in (ours, theirs):
                        self.assertTrue(bytes.fromhex(found["access_key_id"]).startswith(b"ASIA"), ours.get("message"))
                        self.assertTrue(found["token"])
                    self.assertTrue(ours["expires"])

    def test_what_is_broken_is_an_error_and_shows_no_secret(self):
        broken = {
            "half of the keys": ({"AWS_ACCESS_KEY_ID": "A"}, "", "[default]\n" + KEYS.format("FILE")),
            "a profile that is nowhere": ({"AWS_PROFILE": "absent"}, "", "[default]\n" + KEYS.format("FILE")),
            "a malformed file": ({}, "[default\n", "[default]\n" + KEYS.format("FILE")),
            "a process that fails": ({}, "[default]\ncredential_process = /bin/false\n", ""),
            "a container that refuses": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{server}/container?x=1"}, "", ""),
            "a token for a stranger": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://10.0.0.1/"}, "", ""),
            "a role without a source": ({}, "[default]\nrole_arn = arn\n", ""),
        }
        for name, (variables, config, credentials) in broken.items():
            with self.subTest(name):
                environment = self.prepared(variables, config, credentials)
                ours = self.ours(environment)
                self.assertIn("error", ours)
                self.assertNotEqual(ours["error"], "not_found")
                self.assertNotIn("secret-of", ours["message"])
                with self.assertRaises((botocore.exceptions.BotoCoreError, ValueError)):
                    self.theirs(environment)


if __name__ == "__main__":
    unittest.main()
