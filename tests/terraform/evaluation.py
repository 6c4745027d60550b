"""Each role of an applied state against calls that it makes (allowed) and calls that it must never make (denied).

Identity policies as IAM evaluates them, for what this stack uses: allow statements with '*' in resources, nothing else; policies.grants()
refuses all others. Names are compared with case, actions without, as IAM does.
"""

import json
import re

import policies
from crosschecks import RECORDED, of_kind

OTHERS = "arn:aws:s3:::somebody-elses"
EVERY = ("ingest", "sweep", "api", "authorize")
# (roles, action, resource by the names of the recorded calls): none of these roles may.
FORBIDDEN = [
    (EVERY, "s3:GetObject", f"{OTHERS}/orders/a.csv"), (EVERY, "s3:PutObject", f"{OTHERS}/a"), (EVERY, "s3:ListBucket", OTHERS),
    (EVERY, "s3:DeleteBucket", "{input}"), (EVERY, "s3:PutBucketPolicy", "{input}"), (EVERY, "s3:PutBucketVersioning", "{output}"),
    (EVERY, "s3:PutLifecycleConfiguration", "{quarantine}"), (EVERY, "s3:BypassGovernanceRetention", "{quarantine}/a"),
    (EVERY, "s3:PutBucketNotification", "{input}"), (("ingest", "sweep", "authorize"), "s3:PutObject", "{input}/orders/a.csv"),
    (EVERY, "s3:DeleteObject", "{input}/orders/a.csv"), (EVERY, "s3:DeleteObjectVersion", "{output}/orders/a.csv"),
    (EVERY, "s3:DeleteObject", "{quarantine}/orders/a.csv"), (EVERY, "s3:DeleteObjectVersion", "{contracts}/contracts/current"),
    (("ingest", "sweep"), "s3:PutObject", "{contracts}/contracts/current"),
    (("sweep", "api"), "s3:PutObject", "{output}/orders/a.csv"), (("sweep", "api"), "s3:PutObject", "{quarantine}/orders/a.csv"),
    (("api",), "s3:DeleteObjectVersion", "{quarantine}/orders/a.csv"), (("sweep",), "s3:GetObject", "{quarantine}/reports/x/1"),
    (("sweep",), "s3:GetObjectVersion", "{input}/orders/a.csv"),
    (EVERY, "dynamodb:Scan", "{table}"), (EVERY, "dynamodb:DeleteTable", "{table}"), (EVERY, "dynamodb:UpdateTable", "{table}"),
    (EVERY, "dynamodb:DeleteItem", "{table}"), (EVERY, "dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/other"),
    (EVERY, "sqs:DeleteQueue", "{queue}"), (EVERY, "sqs:PurgeQueue", "{queue}"), (EVERY, "sqs:PurgeQueue", "{dead_letters}"),
    (EVERY, "sqs:SetQueueAttributes", "{queue}"), (("sweep", "api"), "sqs:ReceiveMessage", "{queue}"),
    (("ingest", "sweep"), "sqs:ReceiveMessage", "{dead_letters}"), (("api",), "sns:Publish", "{topic}"),
    (("authorize",), "dynamodb:PutItem", "{table}"), (("authorize",), "dynamodb:Query", "{table}/index/open_records"),
    (("authorize",), "s3:GetObjectVersion", "{input}/orders/a.csv"), (("authorize",), "s3:GetObject", "{contracts}/contracts/current"),
    (("authorize",), "sqs:SendMessage", "{queue}"), (("authorize",), "kms:GenerateDataKey", "{key}"),
    (("api", "authorize"), "events:PutEvents", "{bus}"),
    (("ingest", "authorize"), "cloudwatch:GetMetricData", "*"),
    (EVERY, "sns:Publish", "arn:aws:sns:eu-central-1:123456789012:gate-alarms"),
    (EVERY, "kms:ScheduleKeyDeletion", "{key}"), (EVERY, "kms:PutKeyPolicy", "{key}"), (EVERY, "kms:DisableKey", "{key}"),
    (EVERY, "kms:CreateGrant", "{key}"), (EVERY, "kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/other"),
    (EVERY, "iam:PassRole", "arn:aws:iam::123456789012:role/gate-ingest"), (EVERY, "sts:AssumeRole", "arn:aws:iam::123456789012:role/admin"),
    (EVERY, "lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:123456789012:function:gate-sweep"),
    (EVERY, "lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:gate-ingest"),
    (EVERY, "logs:CreateLogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/other"),
    (EVERY, "logs:DeleteLogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/gate-ingest"),
]


def is_allowed(statements, action, resource):
    def fits(pattern, text, flags=0):
        return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, flags | re.DOTALL)

    return any(fits(allowed, action, re.IGNORECASE) and fits(on, resource) for allowed, on in statements)


def problems(resources, pipeline):
    arns = {name: arn for arn, name in policies.names_of(resources, pipeline).items()}
    roles = {values["role"].removeprefix(f"{pipeline}-"): policies.grants(values["policy"])
             for values in of_kind(resources, "aws_iam_role_policy")}

    def real(resource):
        for name, arn in arns.items():
            resource = resource.replace(name, arn)
        return resource.replace("*", "orders/a b+ü.csv") if resource.endswith("*") else resource

    found = [f"{row['handler']} may not {row['action']} on {real(row['resource'])}, which it calls"
             for row in json.loads(RECORDED.read_text())["calls"]
             if not is_allowed(roles[row["handler"]], row["action"], real(row["resource"]))]
    found += [f"{role} may {action} on {real(resource)}" for names, action, resource in FORBIDDEN for role in names
              if is_allowed(roles[role], action, real(resource))]
    unknown = [resource for _, _, resource in FORBIDDEN if "{" in real(resource)]
    return found + [f"no such part in the state: {resource}" for resource in unknown]
