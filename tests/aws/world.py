"""A gate on ministack: buckets, queues, table, topic, the function of the zip, and boto3 as sender, consumer and judge."""

import base64
import concurrent.futures
import datetime
import hashlib
import itertools
import json
import os
import re
import time
import urllib.parse
import zlib
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.config
import emulators
from fault_proxy import FaultProxy

ROOT = Path(__file__).resolve().parent.parent.parent
ZIP = Path(os.environ.get("SCALPER_LAMBDA_ZIP", ROOT / "dist" / "scalper-lambda-x86_64.zip"))
TABLE = ROOT / "schemas" / "records-table.json"
PERMISSIONS = Path(__file__).resolve().parent / "recorded-calls.json"
ACCOUNT = "000000000000"
FINAL = ("valid", "invalid", "unverifiable", "failed", "ignored", "released", "rejected", "companion")
OWN_PREFIXES = (".scalper-probe/", "reports/")  # of objects that are no files: the gate may do more with these
HANDLERS = ("ingest", "sweep", "api", "authorize")
OF_TOKENS = ("SCALPER_PIPELINE", "SCALPER_TABLE", "AWS_ENDPOINT_URL")  # all that the authorizer is told
QUIET_SECONDS = 60
SEEN = set()  # rows of every world of this process: (handler, service, action, resource)
numbers = itertools.count(1)


def client_of(service, endpoint, key=emulators.KEY, secret=emulators.SECRET):
    settings = botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=32)
    return boto3.client(service, endpoint_url=endpoint, region_name=emulators.REGION, aws_access_key_id=key,
                        aws_secret_access_key=secret, config=settings)


def file_id(bucket, key, version):
    """As the commit protocol says: 130 bits of SHA-256 in RFC 4648 base-32, lower case."""
    digest = hashlib.sha256("\0".join((bucket, key, version)).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:26]


def packing_dictionary():
    """The text that packed records begin with, read where the program has it."""
    source = (ROOT / "src" / "adapters" / "aws" / "dynamodb_packing.cpp").read_text()
    text = source[source.index("kKnown ="):]
    return "".join(re.findall(r'R"\((.*?)\)"', text[:text.index(";\n")])).encode()


def committed_permissions():
    return json.loads(PERMISSIONS.read_text())["calls"]


def permissions():
    """What the committed list says; all, where the list is being written again."""
    return every_permission() if os.environ.get("SCALPER_RECORD_CALLS") == "1" else committed_permissions()


def every_permission():
    """For a run that finds out what is called."""
    return [{"handler": handler, "service": "any", "action": "*", "resource": "*"} for handler in HANDLERS]


@dataclass(frozen=True)
class Sent:
    key: str
    version: str
    data: bytes
    bucket: str  # "output" or "quarantine": where it has to end


@dataclass(frozen=True)
class Landed:
    """One version in output or quarantine."""
    bucket: str
    key: str
    version: str
    sha256: str
    id: str  # of its metadata, "" where it has none


class World:
    """All of one gate. A context; ministack is given and may hold several."""

    def __init__(self, ministack, visibility=30, environment=None, permissions=None, timeout=20, batch=10, contracts=False, tries=5,
                 bus=False):
        self.ministack = ministack
        self.name = f"gate{next(numbers)}"
        self.visibility, self.timeout, self.batch = visibility, timeout, batch
        self.extra, self.permissions, self.has_contracts, self.tries, self.has_bus = environment or {}, permissions, contracts, tries, bus
        self.s3, self.sqs, self.dynamodb, self.sns, self.functions, self.iam, self.logs = (
            client_of(service, ministack.endpoint) for service in ("s3", "sqs", "dynamodb", "sns", "lambda", "iam", "logs"))
        self.input, self.output, self.quarantine = (f"{self.name}-{role}" for role in ("input", "output", "quarantine"))
        self.table, self.contracts, self.bus = f"{self.name}-records", f"{self.name}-contracts", f"{self.name}-bus"
        self.proxies = {handler: FaultProxy(handler, ministack.port) for handler in HANDLERS}
        self.sent, self.mappings = [], []
        self.is_recorded = True  # whether its calls are what a sound gate makes

    def __enter__(self):
        self._entered = []
        try:
            for proxy in self.proxies.values():
                proxy.__enter__()
                self._entered.append(proxy)
            self._stores()
            self._queues()
            self._functions()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for mapping in self.mappings:
            self.functions.delete_event_source_mapping(UUID=mapping)
        if self.is_recorded:
            SEEN.update(row for row in self.rows() if row[0] in HANDLERS)
        for proxy in self._entered:
            proxy.__exit__()

    def _stores(self):
        for bucket in (self.input, self.output, self.quarantine):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        if self.has_contracts:
            self.s3.create_bucket(Bucket=self.contracts)
        self.dynamodb.create_table(**{**json.loads(TABLE.read_text()), "TableName": self.table})

    def _queues(self):
        dead = self.sqs.create_queue(QueueName=f"{self.name}-dead")
        self.dead_url = dead["QueueUrl"]
        self.queue_url = self.sqs.create_queue(QueueName=f"{self.name}-queue", Attributes={
            "VisibilityTimeout": str(self.visibility),
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": self.arn("sqs", f"{self.name}-dead"), "maxReceiveCount": self.tries}),
        })["QueueUrl"]
        statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
                     "Resource": self.arn("sqs", f"{self.name}-queue")}
        self.sqs.set_queue_attributes(QueueUrl=self.queue_url, Attributes={
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})})
        self.notify()
        self.topic = self.sns.create_topic(Name=f"{self.name}-notices")["TopicArn"]
        self.notices_url = self._queue_of("sns", "notices")
        if self.has_bus:
            self._events()
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=self.arn("sqs", f"{self.name}-notices"))

    def _queue_of(self, service, name):
        """A queue to which that service may send."""
        url = self.sqs.create_queue(QueueName=f"{self.name}-{name}")["QueueUrl"]
        statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sqs:SendMessage",
                     "Resource": self.arn("sqs", f"{self.name}-{name}")}
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})})
        return url

    def _events(self):
        """A bus whose events of ours go to a queue."""
        events = client_of("events", self.ministack.endpoint)
        self.events_url = self._queue_of("events", "events")
        events.create_event_bus(Name=self.bus)
        events.put_rule(Name=f"{self.name}-verdicts", EventBusName=self.bus, EventPattern=json.dumps({"source": ["silent-scalper"]}))
        events.put_targets(Rule=f"{self.name}-verdicts", EventBusName=self.bus,
                           Targets=[{"Id": "queue", "Arn": self.arn("sqs", f"{self.name}-events")}])

    def notify(self, on=True):
        """Switches the events of the input bucket on or off."""
        to_queue = {"QueueArn": self.arn("sqs", f"{self.name}-queue"), "Events": ["s3:ObjectCreated:*"]}
        self.s3.put_bucket_notification_configuration(
            Bucket=self.input, NotificationConfiguration={"QueueConfigurations": [to_queue]} if on else {})

    def _functions(self):
        code = ZIP.read_bytes()
        for handler, proxy in self.proxies.items():
            self.functions.create_function(
                FunctionName=f"{self.name}-{handler}", Runtime="provided.al2023", Handler=handler, Code={"ZipFile": code},
                Role=self._role(handler), Timeout=self.timeout, MemorySize=256,
                TracingConfig={"Mode": "Active"}, Environment={"Variables": self.environment_of(handler)})
        self.sweep()  # the gate is adopted now: what comes later is its own, what is older belongs to backfill
        self._map(f"{self.name}-ingest")

    def consume(self, on=True):
        """Whether Lambda takes messages from the queue."""
        for mapping in self.mappings:
            self.functions.update_event_source_mapping(UUID=mapping, Enabled=on)

    def _map(self, function):
        self.mappings.append(self.functions.create_event_source_mapping(
            FunctionName=function, EventSourceArn=self.arn("sqs", f"{self.name}-queue"), BatchSize=self.batch,
            FunctionResponseTypes=["ReportBatchItemFailures"])["UUID"])

    def add_consumer(self):
        """A second function that takes from the same queue."""
        self.functions.create_function(
            FunctionName=f"{self.name}-ingest-2", Runtime="provided.al2023", Handler="ingest", Code={"ZipFile": ZIP.read_bytes()},
            Role=self.arn("iam", f"role/{self.name}-ingest"), Timeout=self.timeout, MemorySize=256,
            Environment={"Variables": self.environment(self.proxies["ingest"].endpoint)})
        self._map(f"{self.name}-ingest-2")

    def start_anew(self, handler):
        """The function's next invocation is the first of a new process."""
        self.functions.update_function_code(FunctionName=f"{self.name}-{handler}", ZipFile=ZIP.read_bytes())

    def tell(self, handler, **changes):
        """Other settings, from its next process on."""
        self.functions.update_function_configuration(FunctionName=f"{self.name}-{handler}", Environment={
            "Variables": {**self.environment_of(handler), **changes}})

    def environment_of(self, handler):
        every = self.environment(self.proxies[handler].endpoint)
        return {name: every[name] for name in OF_TOKENS} if handler == "authorize" else every

    def environment(self, endpoint):
        return {"SCALPER_PIPELINE": self.name, "SCALPER_INPUT_BUCKET": self.input, "SCALPER_OUTPUT_BUCKET": self.output,
                "SCALPER_QUARANTINE_BUCKET": self.quarantine, "SCALPER_TABLE": self.table, "SCALPER_QUEUE_URL": self.queue_url,
                "SCALPER_DLQ_URL": self.dead_url, "SCALPER_NOTICE_TOPIC_ARN": self.topic,
                "SCALPER_CONTRACTS": f"s3://{self.contracts}/of/{self.name}" if self.has_contracts else "builtin",
                "AWS_ENDPOINT_URL": endpoint, **({"SCALPER_NOTICE_BUS": self.arn("events", f"event-bus/{self.bus}")} if self.has_bus else {}),
                **self.extra}

    def _role(self, handler):
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        arn = self.iam.create_role(RoleName=f"{self.name}-{handler}", AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [trust]}))["Role"]["Arn"]
        self.permit(handler, self.permissions or [])
        return arn

    def permit(self, handler, permissions):
        """The handler's role may do what these rows say for it, and nothing else."""
        rows = [row for row in permissions if row["handler"] == handler]
        # ministack asks for an action of the batch's name, where AWS asks for that of a single call.
        statements = [{"Effect": "Allow", "Action": [row["action"]] + [row["action"] + "Batch"] * (row["service"] == "sqs"),
                       "Resource": self.real_arn(row["service"], row["resource"])} for row in rows]
        if statements:
            self.iam.put_role_policy(RoleName=f"{self.name}-{handler}", PolicyName="least", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": statements}))

    # Names: what a call named, what the committed list says, what a policy wants.

    def arn(self, service, name):
        return f"arn:aws:s3:::{name}" if service == "s3" else f"arn:aws:{service}:{emulators.REGION}:{ACCOUNT}:{name}"

    def roles_of_names(self):
        return {self.input: "{input}", self.output: "{output}", self.quarantine: "{quarantine}", self.table: "{table}",
                self.contracts: "{contracts}",
                f"{self.name}-queue": "{queue}", f"{self.name}-dead": "{dead_letters}", f"{self.name}-notices": "{topic}",
                self.bus: "{bus}"}

    def pattern(self, service, resource):
        """'gate1-quarantine/reports/x/1' -> '{quarantine}/*': what the committed list says of a call's resource."""
        name, slash, rest = resource.rpartition(":")[2].partition("/")
        role = self.roles_of_names().get(name, name)
        if service == "s3":
            own = next((prefix for prefix in OWN_PREFIXES if rest.startswith(prefix)), "")
            return f"{role}/{own}*" if slash else role
        return f"{role}/{rest}" if slash else role

    def real_arn(self, service, pattern):
        if pattern == "*":
            return pattern
        for name, role in self.roles_of_names().items():
            pattern = pattern.replace(role, name)
        if service == "dynamodb":
            pattern = f"table/{pattern}"
        if service == "events":
            pattern = f"event-bus/{pattern}"
        return self.arn(service, pattern)

    def rows(self):
        """What all calls so far need: sorted rows of (handler, service, action, resource)."""
        return sorted({(call.handler, call.service, action, self.pattern(call.service, resource))
                       for proxy in self.proxies.values() for call in list(proxy.calls) for action, resource in call.grants})

    # A sender.

    def put(self, key, data, bucket, **more):
        version = self.s3.put_object(Bucket=self.input, Key=key, Body=data, **more)["VersionId"]
        return self.remember(key, version, data, bucket)

    def remember(self, key, version, data, bucket):
        self.sent.append(Sent(key, version, data, bucket))
        return self.sent[-1]

    def send_event(self, sent, queue_url=None):
        """Another event of a file that S3 announced already, as S3 writes it; to another queue than the gate's, where one is named."""
        now = datetime.datetime.now(datetime.timezone.utc)  # an old one would make the file one of before the gate's time
        record = {"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": emulators.REGION,
                  "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "eventName": "ObjectCreated:Put",
                  "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": self.input, "arn": self.arn("s3", self.input)},
                         "object": {"key": urllib.parse.quote_plus(sent.key), "size": len(sent.data), "versionId": sent.version}}}
        self.sqs.send_message(QueueUrl=queue_url or self.queue_url, MessageBody=json.dumps({"Records": [record]}))

    def sweep(self):
        answer = self.functions.invoke(FunctionName=f"{self.name}-sweep", Payload=b"{}")
        body = answer["Payload"].read()
        if "FunctionError" in answer:
            raise AssertionError(f"the sweep failed: {body[:2000]}")
        return json.loads(body)

    # What there is to see.

    def versions(self, bucket):
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
        return [(entry["Key"], entry["VersionId"]) for page in pages for entry in page.get("Versions", [])]

    def landed(self):
        """Every version in output and quarantine but the reports."""
        def look(place):
            bucket, key, version = place
            answer = self.s3.get_object(Bucket=bucket, Key=key, VersionId=version)
            return Landed("output" if bucket == self.output else "quarantine", key, version, hashlib.sha256(answer["Body"].read()).hexdigest(),
                          answer["Metadata"].get("scalper-id", ""))

        places = [(bucket, *place) for bucket in (self.output, self.quarantine) for place in self.versions(bucket)
                  if not (bucket == self.quarantine and place[0].startswith("reports/"))]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return list(pool.map(look, places))

    def records(self):
        """All records by their id, as their JSON says."""
        dictionary, found = packing_dictionary(), {}
        for page in self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True):
            for item in page["Items"]:
                if "z" in item:
                    text = zlib.decompressobj(-15, zdict=dictionary).decompress(bytes(item["z"]["B"])[1:])
                    found[item["pk"]["S"]] = json.loads(text)
        return found

    def log_lines(self, handler):
        """The function's own lines, each one JSON object; Lambda's START, END and REPORT left out."""
        found, group = [], f"/aws/lambda/{self.name}-{handler}"
        if not self.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return found  # it has never run
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for message in (event["message"] for page in pages for event in page["events"]):
            for line in message.splitlines():
                if line.strip() and not line.startswith(("START ", "END ", "REPORT ")):
                    found.append(json.loads(line))
        return found

    def end_leases(self):
        """Lets time go by for the records: every lease is over."""
        for page in self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True):
            for item in page["Items"]:
                if "ls" in item:
                    self.dynamodb.update_item(TableName=self.table, Key={"pk": item["pk"]}, UpdateExpression="SET ls = :past",
                                              ExpressionAttributeValues={":past": {"N": "1000"}})

    def waiting(self, url):
        """Messages that lie in a queue, in work or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes.get(name, 0)) for name in names)

    def drain(self, url):
        """The bodies of all messages that can be had now; they are gone afterwards."""
        bodies = []
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def is_done(self):
        """Every file that was sent has left the input. Messages may wait: a doubled one comes again when the lease that it
        met has ended."""
        left = set(self.versions(self.input))
        return not any((sent.key, sent.version) in left for sent in self.sent)

    def wait(self, condition, what, seconds=QUIET_SECONDS):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {seconds} s; {self.state()}")
            time.sleep(0.1)  # polled: the emulator tells nobody

    def wait_done(self, seconds=QUIET_SECONDS):
        self.wait(self.is_done, "not every file is done", seconds)

    def wait_quiet(self, seconds=QUIET_SECONDS):
        self.wait(lambda: self.is_done() and self.waiting(self.queue_url) == 0, "files or messages are left", seconds)

    def state(self):
        """What a failed test needs to be understood."""
        last = [f"{call.operation} {call.key} {call.status}" for call in self.proxies["ingest"].calls[-15:]]
        return (f"queue {self.waiting(self.queue_url)}, dead {self.waiting(self.dead_url)}, input {len(self.versions(self.input))}, "
                f"last calls {last}, ministack: {self.ministack.log()[-4000:]}")
