"""What AWS refuses and neither Terraform nor a linter sees: numbers, names and texts of an applied state.

Sources: the quotas pages of each service and the API reference of the call that makes the resource.
"""

import json
import re

RESERVED = {"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"}
RETENTION = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
COMPARISONS = {"GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"}
SCHEDULE = re.compile(r"^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\((\S+ ){5}\S+\))$")
S3_EVENTS = {"s3:ObjectCreated:*"}  # all that this stack may ask for: :Put alone misses multipart uploads
TEXTS = ("policy", "assume_role_policy", "redrive_policy", "redrive_allow_policy", "event_pattern", "dashboard_body")


def is_json(text):
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def within(values, name, least, most):
    number = values.get(name)
    if number is None or isinstance(number, bool) or not least <= float(number) <= most:
        yield f"{name} is {number}, not {least} to {most}"


def matches(values, name, pattern):
    if not re.fullmatch(pattern, values.get(name) or ""):
        yield f"{name} is {values.get(name)!r}, not {pattern}"


def function(values, _all):
    yield from matches(values, "function_name", r"[A-Za-z0-9_-]{1,64}")
    yield from within(values, "memory_size", 128, 10240)
    yield from within(values, "timeout", 1, 900)
    yield from within(values["ephemeral_storage"][0], "size", 512, 10240)
    yield from within(values, "reserved_concurrent_executions", -1, 1000)
    if values["runtime"] != "provided.al2023" or values["handler"] not in ("ingest", "sweep", "api", "authorize"):
        yield f"runs {values['handler']} on {values['runtime']}"
    if values["architectures"] not in (["x86_64"], ["arm64"]):
        yield f"architectures {values['architectures']}"
    variables = values["environment"][0]["variables"]
    if sum(len(name) + len(value) for name, value in variables.items()) > 4096:
        yield "its environment has more than 4 KB"
    if taken := RESERVED & set(variables):
        yield f"sets {sorted(taken)}, which Lambda keeps for itself"
    if len(values["description"]) > 256:
        yield "description of more than 256 characters"


def mapping(values, every):
    yield from within(values, "batch_size", 1, 10000)
    yield from within(values, "maximum_batching_window_in_seconds", 0, 300)
    yield from within(values["scaling_config"][0], "maximum_concurrency", 2, 1000)
    if values["batch_size"] > 10 and values["maximum_batching_window_in_seconds"] < 1:
        yield "a batch of more than 10 needs a window of 1 s or more"
    if values["function_response_types"] != ["ReportBatchItemFailures"]:
        yield "one file that fails would bring back its whole batch"
    if values["function_name"].rpartition(":")[2] != "live":
        yield f"calls {values['function_name']} and not the alias"
    queue = next((found for kind, found in every if kind == "aws_sqs_queue" and found["arn"] == values["event_source_arn"]), None)
    called = next((found for kind, found in every
                   if kind == "aws_lambda_function" and f":{found['function_name']}:" in values["function_name"]), None)
    if queue and called and queue["visibility_timeout_seconds"] < 6 * called["timeout"]:
        yield f"the queue hides messages for {queue['visibility_timeout_seconds']} s, less than six times {called['timeout']} s"


def queue(values, every):
    yield from matches(values, "name", r"[A-Za-z0-9_-]{1,80}")
    yield from within(values, "visibility_timeout_seconds", 0, 43200)
    yield from within(values, "message_retention_seconds", 60, 1209600)
    yield from within(values, "receive_wait_time_seconds", 0, 20)
    if values["kms_master_key_id"]:
        yield from within(values, "kms_data_key_reuse_period_seconds", 60, 86400)
    elif values["sqs_managed_sse_enabled"] is not True:
        yield "messages lie unencrypted"
    if not values["redrive_policy"] or not is_json(values["redrive_policy"]):
        return  # that it is no JSON is said of all texts
    redrive = json.loads(values["redrive_policy"])
    yield from within(redrive, "maxReceiveCount", 5, 1000)
    dead = next(found for kind, found in every if kind == "aws_sqs_queue" and found["arn"] == redrive["deadLetterTargetArn"])
    if dead["message_retention_seconds"] <= values["message_retention_seconds"]:
        yield "dead letters would go before they lie there: their age counts from the first send"


def bucket(values, every):
    yield from matches(values, "bucket", r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
    for kind in ("aws_s3_bucket_versioning", "aws_s3_bucket_public_access_block", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy",
                 "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_lifecycle_configuration"):
        if not any(found == kind and other["bucket"] == values["bucket"] for found, other in every):
            yield f"no {kind}"


def public_access(values, _all):
    for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"):
        if values[name] is not True:
            yield f"{name} is off"


def notification(values, _all):
    for target in values["queue"]:
        if set(target["events"]) != S3_EVENTS:
            yield f"listens to {target['events']}"


def event_rule(values, _all):
    if values["state"] != "ENABLED":
        yield "is off"
    if bool(values["schedule_expression"]) == bool(values["event_pattern"]):
        yield "has neither a schedule nor a pattern, or both"
    if values["schedule_expression"] and not SCHEDULE.match(values["schedule_expression"]):
        yield f"schedule {values['schedule_expression']!r}"


def alarm(values, _all):
    metrics = [query["metric"][0] for query in values["metric_query"] if query["metric"]]
    period = metrics[0]["period"] if metrics else values["period"]
    if period not in (10, 30) and (not period or period % 60):
        yield f"period {period}"
    elif period * values["evaluation_periods"] > (86400 if period < 3600 else 604800):
        yield f"looks at {values['evaluation_periods']} periods of {period} s: more than a day (a week from periods of an hour on)"
    yield from within(values, "datapoints_to_alarm", 1, values["evaluation_periods"])
    if values["comparison_operator"] not in COMPARISONS:
        yield f"comparison {values['comparison_operator']}"
    if values["treat_missing_data"] not in ("breaching", "notBreaching", "ignore", "missing"):
        yield f"treat_missing_data {values['treat_missing_data']}"
    if len(values["alarm_description"]) > 1024:
        yield "description of more than 1,024 characters"
    if len(metrics) > 10 or (bool(metrics) == bool(values["metric_name"])):
        yield "more than ten metrics, or one and arithmetic at once"
    if not metrics and bool(values["statistic"]) == bool(values["extended_statistic"]):
        yield "not one statistic"
    if sum(1 for query in values["metric_query"] if query["return_data"]) != (1 if metrics else 0):
        yield "not one query gives the value"


def composite(values, every):
    named = re.findall(r'ALARM\("([^"]+)"\)', values["alarm_rule"])
    there = {found["alarm_name"] for kind, found in every if kind == "aws_cloudwatch_metric_alarm"}
    if not named or set(named) - there or len(named) > 100 or len(values["alarm_rule"]) > 10240:
        yield f"speaks of {named}"


def key(values, _all):
    yield from within(values, "deletion_window_in_days", 7, 30)
    if values["enable_key_rotation"] is not True:
        yield "does not rotate"


def role(values, every):
    yield from matches(values, "name", r"[\w+=,.@-]{1,64}")
    texts = [found["policy"] for kind, found in every if kind == "aws_iam_role_policy" and found["role"] == values["name"]]
    if not texts or sum(len(re.sub(r"\s", "", text)) for text in texts) > 10240:
        yield f"{len(texts)} inline policies, or more than 10,240 characters of them"


def log_group(values, _all):
    yield from matches(values, "name", r"[\w/.#-]{1,512}")
    if values["retention_in_days"] not in RETENTION:
        yield f"keeps lines for {values['retention_in_days']} days"


def table(values, _all):
    yield from matches(values, "name", r"[A-Za-z0-9_.-]{3,255}")


def integration(values, _all):
    yield from within(values, "timeout_milliseconds", 50, 30000)
    if values["payload_format_version"] != "2.0":
        yield "calls with another payload than the handler reads"


def authorizer(values, _all):
    """One of tokens: the handler answers payload 2.0 simply, and remembers a token for half a minute itself."""
    if values["authorizer_type"] != "REQUEST":
        return
    yield from within(values, "authorizer_result_ttl_in_seconds", 0, 30)
    if values["authorizer_payload_format_version"] != "2.0" or not values["enable_simple_responses"]:
        yield "asks otherwise than the handler answers"
    if values["identity_sources"] != ["$request.header.Authorization"]:
        yield f"identifies callers by {values['identity_sources']}"


def stage(values, _all):
    yield from within(values["default_route_settings"][0], "throttling_rate_limit", 1, 10000)
    yield from within(values["default_route_settings"][0], "throttling_burst_limit", 1, 5000)
    if not is_json(values["access_log_settings"][0]["format"]):
        yield "its access log is no JSON"


CHECKS = {"aws_apigatewayv2_authorizer": authorizer, "aws_apigatewayv2_integration": integration, "aws_apigatewayv2_stage": stage,
          "aws_lambda_function": function, "aws_lambda_event_source_mapping": mapping, "aws_sqs_queue": queue, "aws_s3_bucket": bucket,
          "aws_s3_bucket_public_access_block": public_access, "aws_s3_bucket_notification": notification,
          "aws_cloudwatch_event_rule": event_rule, "aws_cloudwatch_metric_alarm": alarm, "aws_cloudwatch_composite_alarm": composite,
          "aws_kms_key": key, "aws_iam_role": role, "aws_cloudwatch_log_group": log_group, "aws_dynamodb_table": table}


def problems(resources):
    """Sentences about (address, type, values) that AWS would refuse."""
    every = [(kind, values) for _, kind, values in resources]
    found = []
    for address, kind, values in resources:
        found += [f"{address}: {said}" for said in CHECKS.get(kind, lambda *_: ())(values, every)]
        found += [f"{address}: {name} is no JSON object" for name in TEXTS if values.get(name) and not is_json(values[name])]
    return found
