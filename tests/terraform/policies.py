"""What policies in a state allow, in the words of tests/aws/recorded-calls.json."""

import json

ROLES_OF_BUCKETS = {"input": "{input}", "output": "{output}", "quarantine": "{quarantine}", "config": "{contracts}"}


def listed(value):
    return value if isinstance(value, list) else [value]


def grants(policy):
    """Every (action, resource) that a policy's text allows. Statements that deny or have conditions are not for roles."""
    found = set()
    for statement in json.loads(policy)["Statement"]:
        if statement["Effect"] != "Allow" or "Condition" in statement or "NotAction" in statement or "NotResource" in statement:
            raise ValueError(f"no plain permission: {statement}")
        found |= {(action, resource) for action in listed(statement["Action"]) for resource in listed(statement["Resource"])}
    return found


def names_of(resources, pipeline):
    """ARNs of one pipeline's state as the recorded calls name them, longest first."""
    found = {}
    for _, kind, values in resources:
        if kind == "aws_s3_bucket":
            role = values["bucket"].removeprefix(f"{pipeline}-").split("-")[0]
            found[values["arn"]] = ROLES_OF_BUCKETS[role]
        elif kind == "aws_sqs_queue":
            found[values["arn"]] = "{queue}" if values["name"] == f"{pipeline}-work" else "{dead_letters}"
        elif kind == "aws_sns_topic" and values["name"] == f"{pipeline}-notices":
            found[values["arn"]] = "{topic}"
        elif kind == "aws_dynamodb_table":
            found[values["arn"]] = "{table}"
        elif kind == "aws_lambda_function" and (bus := values["environment"][0]["variables"].get("SCALPER_NOTICE_BUS")):
            found[bus] = "{bus}"
        elif kind == "aws_kms_key":
            found[values["arn"]] = "{key}"
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def as_recorded(resource, names, log_group):
    """'arn:aws:s3:::gate-input-1/*' -> '{input}/*'."""
    for arn, name in {log_group: "{log_group}", **names}.items():
        if resource == arn or resource.startswith((arn + "/", arn + ":")):
            return name + resource[len(arn):]
    return resource


def of_roles(resources, pipeline):
    """By handler, what its role may do."""
    names = names_of(resources, pipeline)
    groups = {values["name"]: values["arn"] for _, kind, values in resources if kind == "aws_cloudwatch_log_group"}
    found = {}
    for _, kind, values in resources:
        if kind == "aws_iam_role_policy":
            handler = values["role"].removeprefix(f"{pipeline}-")
            group = groups[f"/aws/lambda/{values['role']}"]
            may = found.setdefault(handler, set())
            may |= {(action, as_recorded(resource, names, group)) for action, resource in grants(values["policy"])}
    return found
