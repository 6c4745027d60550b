"""Faults planted into a sound state: a check that does not see its own is no check."""

import copy

import alarm_arithmetic
import crosschecks
import evaluation
import limits

# type, path of the value, what it becomes
FAULTS = [
    ("aws_lambda_function", ("memory_size",), 64), ("aws_lambda_function", ("timeout",), 901),
    ("aws_lambda_function", ("runtime",), "cobol"), ("aws_lambda_function", ("environment", 0, "variables", "AWS_REGION"), "x"),
    ("aws_lambda_function", ("environment", 0, "variables", "SCALPER_TABLE"), "x" * 5000),
    ("aws_lambda_event_source_mapping", ("batch_size",), 11), ("aws_lambda_event_source_mapping", ("function_response_types",), []),
    ("aws_lambda_event_source_mapping", ("maximum_batching_window_in_seconds",), 301),
    ("aws_lambda_event_source_mapping", ("scaling_config", 0, "maximum_concurrency"), 1),
    ("aws_lambda_event_source_mapping", ("function_name",), "arn:aws:lambda:x:1:function:gate-ingest"),
    ("aws_sqs_queue", ("visibility_timeout_seconds",), 60), ("aws_sqs_queue", ("message_retention_seconds",), 1209600),
    ("aws_sqs_queue", ("redrive_policy",), "{"), ("aws_s3_bucket", ("bucket",), "Gate_input"),
    ("aws_s3_bucket_public_access_block", ("ignore_public_acls",), False),
    ("aws_s3_bucket_notification", ("queue", 0, "events"), ["s3:ObjectCreated:Put"]),
    ("aws_s3_bucket_policy", ("policy",), "Deny"), ("aws_cloudwatch_event_rule", ("schedule_expression",), "rate(1 minutes)"),
    ("aws_cloudwatch_event_rule", ("state",), "DISABLED"), ("aws_cloudwatch_metric_alarm", ("comparison_operator",), "Greater"),
    ("aws_cloudwatch_metric_alarm", ("evaluation_periods",), 2000), ("aws_cloudwatch_metric_alarm", ("treat_missing_data",), "no"),
    ("aws_cloudwatch_composite_alarm", ("alarm_rule",), 'ALARM("gate-Nothing")'), ("aws_kms_key", ("deletion_window_in_days",), 3),
    ("aws_kms_key", ("enable_key_rotation",), False), ("aws_cloudwatch_log_group", ("retention_in_days",), 2),
    ("aws_iam_role_policy", ("policy",), " "), ("aws_dynamodb_table", ("name",), "x"),
    ("aws_apigatewayv2_integration", ("timeout_milliseconds",), 30001),
    ("aws_apigatewayv2_authorizer", ("authorizer_result_ttl_in_seconds",), 300),
    ("aws_apigatewayv2_authorizer", ("enable_simple_responses",), False), ("aws_apigatewayv2_authorizer", ("identity_sources",), []),
    ("aws_apigatewayv2_stage", ("default_route_settings", 0, "throttling_burst_limit"), 0),
]
ANYTHING = '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
NOTHING = '{"Statement": []}'
EVERY_EVENT_REFUSED = ('{"Statement": [{"Effect": "Allow", "Principal": {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]}, '
                       '"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*", '
                       '"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}')


def crossed(pipeline, when):
    """(check of the resources, fault)"""
    def permissions(resources):
        return crosschecks.permissions(resources, pipeline, when)

    def alarms(resources):
        return crosschecks.alarms(resources, pipeline)

    def events(resources):
        return crosschecks.events(resources, pipeline)

    def roles(resources):
        return evaluation.problems(resources, pipeline)

    def series(resources):
        return alarm_arithmetic.problems(resources, pipeline)

    def environment(resources):
        return crosschecks.environment(resources, when)

    function, alarm = "aws_lambda_function", "aws_cloudwatch_metric_alarm"
    variables = ("environment", 0, "variables")
    return [(environment, (function, (*variables, "SCALPER_INPUT"), "x")),
            (permissions, (function, ("handler",), "api")),
            (environment, (function, (*variables, "SCALPER_TABLE"), "")),
            (crosschecks.table, ("aws_dynamodb_table", ("attribute", 0, "type"), "N")),
            (crosschecks.table, ("aws_dynamodb_table", ("global_secondary_index", 0, "projection_type"), "ALL")),
            (crosschecks.table, ("aws_dynamodb_table", ("ttl", 0, "attribute_name"), "until")),
            (crosschecks.metrics, (alarm, ("metric_name",), "FilesLost")),
            (crosschecks.contracts, ("aws_s3_object", ("content",), "x")), (crosschecks.contracts, ("aws_s3_object", ("key",), "x")),
            (crosschecks.routes, ("aws_apigatewayv2_route", ("authorization_type",), "NONE")),
            (crosschecks.routes, ("aws_apigatewayv2_route", ("route_key",), "GET /v2/files")),
            (permissions, ("aws_iam_role_policy", ("policy",), ANYTHING)), (permissions, ("aws_iam_role_policy", ("policy",), NOTHING)),
            (crosschecks.keys, ("aws_kms_key", ("policy",), EVERY_EVENT_REFUSED)), (crosschecks.keys, ("aws_kms_key", ("policy",), NOTHING)),
            (roles, ("aws_iam_role_policy", ("policy",), ANYTHING)), (roles, ("aws_iam_role_policy", ("policy",), NOTHING)),
            (series, (alarm, ("threshold",), 7)), (series, (alarm, ("treat_missing_data",), "breaching")),
            (series, (alarm, ("datapoints_to_alarm",), 1)), (series, (alarm, ("comparison_operator",), "LessThanThreshold")),
            (alarms, (alarm, ("alarm_description",), "")), (alarms, (alarm, ("threshold",), 7)), (alarms, (alarm, ("dimensions",), {})),
            (alarms, (alarm, ("alarm_name",), f"{pipeline}-Other")),
            (events, ("aws_s3_bucket_notification", ("bucket",), f"{pipeline}-output")),
            (events, (function, (*variables, "SCALPER_INPUT_BUCKET"), "x"))]


def spoil(resources, kind, path, value):
    """A copy in which every resource of the type has the value."""
    spoiled = copy.deepcopy(resources)
    for _, found, values in spoiled:
        if found == kind:
            place = values
            for step in path[:-1]:
                if isinstance(place, list) and len(place) <= step:
                    break
                place = place[step]
            else:
                place[path[-1]] = value
    return spoiled


def problems(resources, pipeline, when):
    """Faults that were not seen."""
    unseen = [f"{kind}.{path} = {value!r}" for kind, path, value in FAULTS if not limits.problems(spoil(resources, kind, path, value))]
    unseen += [f"{check.__name__}: {fault}" for check, fault in crossed(pipeline, when) if not check(spoil(resources, *fault))]
    return [f"not seen: {fault}" for fault in unseen]
