"""What scripts/aws_smoke.py makes on an account, and takes away again: all of it has the name of the run in front."""

import contextlib
import json
import os
import time
import uuid
from pathlib import Path

import boto3
import botocore.exceptions

ROOT = Path(__file__).resolve().parent.parent
ZIP = ROOT / "dist" / "scalper-lambda-x86_64.zip"
PREFIX = "scalper-smoke-"
ROLES_OF_BUCKETS = ("input", "output", "quarantine", "contracts")
FUNCTIONS = {"ingest": 60, "sweep": 60}  # handler and seconds
GONE = {"NoSuchBucket", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "ResourceNotFoundException", "NoSuchEntity",
        "NotFound", "404"}
PATIENCE = 180


def wait(condition, what, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.5)  # polled: nobody tells
    return found


@contextlib.contextmanager
def unless_gone():
    try:
        yield
    except botocore.exceptions.ClientError as refused:
        if refused.response["Error"]["Code"] not in GONE:
            raise


class Stack:
    """A gate of a name. make() makes its parts, remove() takes away whatever there is of them, also after a crash."""

    def __init__(self, name=None):
        self.name = name or PREFIX + uuid.uuid4().hex[:10]
        if not self.name.startswith(PREFIX):
            raise ValueError(f"{self.name}: only what begins with {PREFIX} is touched")
        session = boto3.session.Session()
        (self.s3, self.sqs, self.sns, self.dynamodb, self.functions, self.iam, self.sts, self.logs) = (
            session.client(service) for service in ("s3", "sqs", "sns", "dynamodb", "lambda", "iam", "sts", "logs"))
        self.region = session.region_name
        if not self.region:
            raise ValueError("AWS_REGION names no region")
        self.account = self.sts.get_caller_identity()["Account"]
        self.partition = self.sts.get_caller_identity()["Arn"].split(":")[1]
        self.buckets = {role: f"{self.name}-{role}" for role in ROLES_OF_BUCKETS}

    def arn(self, service, name, region=True):
        place = f"{self.region}:{self.account}" if region else f":{self.account}" if service == "iam" else ":"
        return f"arn:{self.partition}:{service}:{place}:{name}"

    def names(self, with_functions):
        """Every part, for people."""
        parts = [f"bucket {name}" for name in self.buckets.values()]
        parts += [f"queue {self.name}-{role}" for role in ("queue", "dead")] + [f"table {self.name}", f"topic {self.name}"]
        if with_functions:
            parts += [f"{what} {self.name}-{handler}" for handler in FUNCTIONS for what in ("role", "function")]
            parts.append(f"event source mapping of {self.name}-ingest")
        return parts

    def make(self, with_functions):
        for name in self.buckets.values():
            place = {} if self.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
            self.s3.create_bucket(Bucket=name, **place)
            self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        self.dynamodb.create_table(**{**json.loads((ROOT / "schemas/records-table.json").read_text()), "TableName": self.name})
        self.dynamodb.get_waiter("table_exists").wait(TableName=self.name)
        self.topic = self.sns.create_topic(Name=self.name)["TopicArn"]
        self.dead = self.sqs.create_queue(QueueName=f"{self.name}-dead", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
        self.queue = self.sqs.create_queue(QueueName=f"{self.name}-queue", Attributes={
            "VisibilityTimeout": str(6 * FUNCTIONS["ingest"]),
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": self.arn("sqs", f"{self.name}-dead"), "maxReceiveCount": 5}),
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
                "Resource": self.arn("sqs", f"{self.name}-queue"),
                "Condition": {"StringEquals": {"aws:SourceAccount": self.account}}}]})})["QueueUrl"]
        self.notify()
        if with_functions:
            for handler, seconds in FUNCTIONS.items():
                self.make_function(handler, seconds)
            self.functions.create_event_source_mapping(
                FunctionName=f"{self.name}-ingest", EventSourceArn=self.arn("sqs", f"{self.name}-queue"), BatchSize=10,
                FunctionResponseTypes=["ReportBatchItemFailures"])

    def notify(self):
        """S3 looks whether it may send, and a queue's policy takes a moment to be known."""
        def told():
            try:
                self.s3.put_bucket_notification_configuration(Bucket=self.buckets["input"], NotificationConfiguration={
                    "QueueConfigurations": [{"QueueArn": self.arn("sqs", f"{self.name}-queue"), "Events": ["s3:ObjectCreated:*"]}]})
                return True
            except botocore.exceptions.ClientError as refused:
                if refused.response["Error"]["Code"] != "InvalidArgument":
                    raise
                return False

        wait(told, "S3 may not send to the queue")

    def make_function(self, handler, seconds):
        name, trust = f"{self.name}-{handler}", {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                                 "Action": "sts:AssumeRole"}
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [trust]}))["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="least", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": self.statements(handler)}))

        def made():
            try:
                self.functions.create_function(
                    FunctionName=name, Runtime="provided.al2023", Handler=handler, Role=role, Timeout=seconds, MemorySize=512,
                    Code={"ZipFile": ZIP.read_bytes()}, Environment={"Variables": self.settings()})
                return True
            except botocore.exceptions.ClientError as refused:  # a role takes seconds to be known
                if "role" not in refused.response["Error"]["Message"].lower():
                    raise
                return False

        wait(made, f"function {name} cannot be made")
        self.functions.get_waiter("function_active_v2").wait(FunctionName=name)

    def statements(self, handler):
        """Least privilege: what the tests of the chain have seen, and what Lambda itself needs."""
        names = {f"{{{role}}}": bucket for role, bucket in self.buckets.items()}
        names |= {"{table}": self.name, "{queue}": f"{self.name}-queue", "{dead_letters}": f"{self.name}-dead", "{topic}": self.name}
        found = [{"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
                 {"Effect": "Allow", "Resource": self.arn("sqs", f"{self.name}-queue"), "Action": [
                     "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]}]
        for row in json.loads((ROOT / "tests/aws/recorded-calls.json").read_text())["calls"]:
            if row["handler"] == handler:
                resource = row["resource"]
                for pattern, name in names.items():
                    resource = resource.replace(pattern, name)
                service = row["service"]
                found.append({"Effect": "Allow", "Action": row["action"], "Resource": self.arn(
                    service, f"table/{resource}" if service == "dynamodb" else resource, region=service != "s3")})
        return found

    def settings(self):
        endpoint = os.environ.get("AWS_ENDPOINT_URL")  # of a store that speaks AWS's words, or an emulator
        return {**({"AWS_ENDPOINT_URL": endpoint} if endpoint else {}),
                "SCALPER_PIPELINE": self.name, "SCALPER_TABLE": self.name, "SCALPER_QUEUE_URL": self.queue, "SCALPER_DLQ_URL": self.dead,
                **{f"SCALPER_{role.upper()}_BUCKET": self.buckets[role] for role in ("input", "output", "quarantine")},
                "SCALPER_NOTICE_TOPIC_ARN": self.topic, "SCALPER_CONTRACTS": f"s3://{self.buckets['contracts']}/sets"}

    def remove(self):
        """Everything of this name; what is not there any more does not matter. Tries all before it says what is left."""
        left = []
        for what, remove in self.removals():
            try:
                with unless_gone():
                    remove()
            except Exception as failed:  # pylint: disable=broad-except  # the rest has to go all the same
                left.append(f"{what}: {failed}")
        return left

    def removals(self):
        for handler in FUNCTIONS:
            name = f"{self.name}-{handler}"
            yield f"mappings of {name}", lambda name=name: self.remove_mappings(name)
            yield f"function {name}", lambda name=name: self.functions.delete_function(FunctionName=name)
            yield f"log group of {name}", lambda name=name: self.logs.delete_log_group(logGroupName=f"/aws/lambda/{name}")
            yield f"policy of {name}", lambda name=name: self.iam.delete_role_policy(RoleName=name, PolicyName="least")
            yield f"role {name}", lambda name=name: self.iam.delete_role(RoleName=name)
        for name in self.buckets.values():
            yield f"bucket {name}", lambda name=name: self.remove_bucket(name)
        for role in ("queue", "dead"):
            yield f"queue {self.name}-{role}", lambda role=role: self.sqs.delete_queue(
                QueueUrl=self.sqs.get_queue_url(QueueName=f"{self.name}-{role}")["QueueUrl"])
        yield f"table {self.name}", lambda: self.dynamodb.delete_table(TableName=self.name)
        yield f"topic {self.name}", lambda: self.sns.delete_topic(TopicArn=self.arn("sns", self.name))

    def remove_mappings(self, function):
        for mapping in self.functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]:
            self.functions.delete_event_source_mapping(UUID=mapping["UUID"])

    def remove_bucket(self, name):
        for page in self.s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for entry in page.get("Versions", []) + page.get("DeleteMarkers", []):
                self.s3.delete_object(Bucket=name, Key=entry["Key"], VersionId=entry["VersionId"])
        for upload in self.s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
            self.s3.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
        self.s3.delete_bucket(Bucket=name)
