"""The applied state of terraform/, made on an emulator through boto3: what the HCL says, and nothing besides. A world of the
AWS tests stands on it.

Account and queue addresses of the state become the emulator's. Left out is what no file of the chain meets, see UNSEEN.
"""

import json
import sys

import world

sys.path.insert(0, str(world.ROOT / "tests" / "terraform"))
import workspace as workspaces  # noqa: E402

# Types that the chain goes without, and why; rendered_rest.py makes them.
UNSEEN = {
    "aws_s3_bucket_ownership_controls": "ministack knows no ACLs to switch off", "aws_s3_bucket_lifecycle_configuration": "takes days",
    "aws_s3_bucket_public_access_block": "judged by tests/terraform", "aws_s3_bucket_policy": "denies what is not TLS; loopback is not",
    "aws_s3_bucket_server_side_encryption_configuration": "judged by tests/terraform",
    "aws_sns_topic_policy": "denies what is not TLS; loopback is not",
    "aws_sqs_queue_redrive_allow_policy": "judged by tests/terraform", "terraform_data": "nothing on AWS",
    "aws_cloudwatch_metric_alarm": "ministack's alarms pass over dimensions", "aws_cloudwatch_composite_alarm": "needs the alarms",
    "aws_cloudwatch_dashboard": "for people", "aws_cloudwatch_log_group": "ministack makes them",
    "aws_cloudwatch_event_rule": "the tests sweep by themselves", "aws_cloudwatch_event_target": "the tests sweep by themselves",
    "aws_lambda_permission": "ministack enforces none", "aws_lambda_function_event_invoke_config": "for the schedule",
}


def applied(variables):
    """Resources of one apply on paper. Raises workspaces.NotHere."""
    with workspaces.Workspace() as workspace:
        workspace.init(workspace.terraform)
        with workspace.applied(workspace.terraform, variables) as state:
            return workspaces.resources(state)


class Stack:
    def __init__(self, ministack, resources):
        text = json.dumps([(kind, values) for _, kind, values in resources])
        text = text.replace(workspaces.ACCOUNT, world.ACCOUNT).replace("https://sqs.us-east-1.amazonaws.com", ministack.endpoint)
        self.resources, self.ministack, self.made = json.loads(text), ministack, set()
        self.s3, self.sqs, self.sns, self.dynamodb, self.functions, self.iam = (
            world.client_of(service, ministack.endpoint) for service in ("s3", "sqs", "sns", "dynamodb", "lambda", "iam"))

    def of(self, kind):
        self.made.add(kind)
        return [values for found, values in self.resources if found == kind]

    def left_out(self):
        """Types that were neither made nor have a reason."""
        return sorted({kind for kind, _ in self.resources} - self.made - set(UNSEEN))

    def environment(self, handler):
        return next(function["environment"][0]["variables"] for function in self.of("aws_lambda_function")
                    if function["handler"] == handler)

    def stores(self):
        for bucket in self.of("aws_s3_bucket"):
            self.s3.create_bucket(Bucket=bucket["bucket"])
        for versions in self.of("aws_s3_bucket_versioning"):
            self.s3.put_bucket_versioning(Bucket=versions["bucket"], VersioningConfiguration={
                "Status": versions["versioning_configuration"][0]["status"]})
        for item in self.of("aws_s3_object"):
            self.s3.put_object(Bucket=item["bucket"], Key=item["key"], Body=item["content"].encode())
        for table in self.of("aws_dynamodb_table"):
            self.dynamodb.create_table(
                TableName=table["name"], BillingMode=table["billing_mode"],
                AttributeDefinitions=[{"AttributeName": a["name"], "AttributeType": a["type"]} for a in table["attribute"]],
                KeySchema=[{"AttributeName": table["hash_key"], "KeyType": "HASH"}],
                GlobalSecondaryIndexes=[{
                    "IndexName": index["name"], "Projection": {"ProjectionType": index["projection_type"]},
                    "KeySchema": [{"AttributeName": index["hash_key"], "KeyType": "HASH"},
                                  {"AttributeName": index["range_key"], "KeyType": "RANGE"}]}
                    for index in table["global_secondary_index"]])

    def queues(self):
        for queue in sorted(self.of("aws_sqs_queue"), key=lambda queue: bool(queue["redrive_policy"])):  # dead letters first
            attributes = {"VisibilityTimeout": queue["visibility_timeout_seconds"], "MessageRetentionPeriod": queue["message_retention_seconds"],
                          "RedrivePolicy": queue["redrive_policy"]}
            self.sqs.create_queue(QueueName=queue["name"], Attributes={name: str(value) for name, value in attributes.items() if value})
        for policy in self.of("aws_sqs_queue_policy"):
            document = json.loads(policy["policy"])  # without the denial of what is not TLS: loopback is not
            document["Statement"] = [statement for statement in document["Statement"] if statement["Effect"] == "Allow"]
            if document["Statement"]:
                self.sqs.set_queue_attributes(QueueUrl=policy["queue_url"], Attributes={"Policy": json.dumps(document)})
        for topic in self.of("aws_sns_topic"):
            self.sns.create_topic(Name=topic["name"])
        for told in self.of("aws_s3_bucket_notification"):
            self.s3.put_bucket_notification_configuration(Bucket=told["bucket"], NotificationConfiguration={
                "QueueConfigurations": [{"QueueArn": queue["queue_arn"], "Events": queue["events"]} for queue in told["queue"]]})

    def roles(self):
        for role in self.of("aws_iam_role"):
            self.iam.create_role(RoleName=role["name"], AssumeRolePolicyDocument=role["assume_role_policy"])
        for policy in self.of("aws_iam_role_policy"):
            document = json.loads(policy["policy"])
            for statement in document["Statement"]:
                # ministack asks for an action of the batch's name, where AWS asks for that of a single call.
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                statement["Action"] = actions + [action + "Batch" for action in actions if action.startswith("sqs:")]
            self.iam.put_role_policy(RoleName=policy["role"], PolicyName=policy["name"], PolicyDocument=json.dumps(document))

    def workers(self, endpoints):
        """endpoints: {handler: what it takes for AWS}"""
        versions = {}
        for function in self.of("aws_lambda_function"):
            variables = function["environment"][0]["variables"] | {"AWS_ENDPOINT_URL": endpoints[function["handler"]]}
            versions[function["function_name"]] = self.functions.create_function(
                FunctionName=function["function_name"], Runtime=function["runtime"], Handler=function["handler"], Role=function["role"],
                Timeout=function["timeout"], MemorySize=function["memory_size"], Publish=function["publish"],
                Code={"ZipFile": world.ZIP.read_bytes()}, Environment={"Variables": variables})["Version"]
        for alias in self.of("aws_lambda_alias"):
            self.functions.create_alias(FunctionName=alias["function_name"], Name=alias["name"],
                                        FunctionVersion=versions[alias["function_name"]])

    def consumers(self):
        for mapping in self.of("aws_lambda_event_source_mapping"):
            yield self.functions.create_event_source_mapping(
                FunctionName=mapping["function_name"], EventSourceArn=mapping["event_source_arn"], BatchSize=mapping["batch_size"],
                FunctionResponseTypes=list(mapping["function_response_types"]))["UUID"]


class RenderedWorld(world.World):
    """The stack as a world: what is called what is read from what the HCL tells its functions."""

    def __init__(self, ministack, resources):
        super().__init__(ministack)
        self.stack = Stack(ministack, resources)
        told = self.stack.environment("ingest")
        self.name, self.table, self.topic = told["SCALPER_PIPELINE"], told["SCALPER_TABLE"], told["SCALPER_NOTICE_TOPIC_ARN"]
        self.input, self.output, self.quarantine = (told[f"SCALPER_{role}_BUCKET"] for role in ("INPUT", "OUTPUT", "QUARANTINE"))
        self.queue_url, self.dead_url = told["SCALPER_QUEUE_URL"], told["SCALPER_DLQ_URL"]
        self.is_recorded = False  # the committed list is of the worlds that are not made from it

    def _stores(self):
        self.stack.stores()

    def _queues(self):
        self.stack.queues()
        self.notices_url = self._queue_of("sns", "notices-seen")
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=self.arn("sqs", f"{self.name}-notices-seen"))

    def _functions(self):
        self.stack.roles()
        self.stack.workers({handler: proxy.endpoint for handler, proxy in self.proxies.items()})
        self.sweep()
        self.mappings += self.stack.consumers()
