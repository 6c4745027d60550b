"""What policies in a state allow, in the words of tests/aws/recorded-calls.json."""

import json
import re

ROLES_OF_BUCKETS = {"INPUT": "{input}", "OUTPUT": "{output}", "QUARANTINE": "{quarantine}"}
KEY_OF_A_BUCKET = "arn:aws:kms:eu-central-1:123456789012:key/of-a-bucket"  # what the tests write as one of somebody else's bucket


def listed(value):
    return value if isinstance(value, list) else [value]


def is_plain(statement):
    """Allows, without a condition; but keys only for what S3, SQS, SNS and DynamoDB of one region do in the role's name."""
    if statement["Effect"] != "Allow" or "NotAction" in statement or "NotResource" in statement:
        return False
    if not any(action.startswith("kms:") for action in listed(statement["Action"])):
        return "Condition" not in statement
    services = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", [])
    return (list(statement["Condition"]) == ["StringEquals"] and len(statement["Condition"]["StringEquals"]) == 1 and len(services) == 4
            and all(re.fullmatch(r"(dynamodb|s3|sns|sqs)\.[a-z0-9-]+\.amazonaws\.com", service) for service in services)
            and len({service.split(".")[1] for service in services}) == 1)


def grants(policy):
    """Every (action, resource) that a policy's text allows."""
    found = set()
    for statement in json.loads(policy)["Statement"]:
        if not is_plain(statement):
            raise ValueError(f"no plain permission: {statement}")
        found |= {(action, resource) for action in listed(statement["Action"]) for resource in listed(statement["Resource"])}
    return found


def names_of(resources, pipeline):
    """ARNs of one pipeline's state as the recorded calls name them, longest first."""
    found = {KEY_OF_A_BUCKET: "{bucket_key}"}
    for _, kind, values in resources:
        if kind == "aws_lambda_function" and values["handler"] == "ingest":
            told = values["environment"][0]["variables"]
            found |= {f"arn:aws:s3:::{told[f'SCALPER_{role}_BUCKET']}": name for role, name in ROLES_OF_BUCKETS.items()}
            found |= {told["SCALPER_NOTICE_BUS"]: "{bus}"} if "SCALPER_NOTICE_BUS" in told else {}
        elif kind == "aws_s3_bucket" and values["bucket"].startswith(f"{pipeline}-config-"):
            found[values["arn"]] = "{contracts}"
        elif kind == "aws_sqs_queue":
            found[values["arn"]] = "{queue}" if values["name"] == f"{pipeline}-work" else "{dead_letters}"
        elif kind == "aws_sns_topic" and values["name"] == f"{pipeline}-notices":
            found[values["arn"]] = "{topic}"
        elif kind == "aws_dynamodb_table":
            found[values["arn"]] = "{table}"
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
