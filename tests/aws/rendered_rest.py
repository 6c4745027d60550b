"""The types of the applied state that no file meets, made through boto3 as well: an answer of the service to each call, and what it
then says of itself. On an emulator without authorisation, since the policies deny what is not TLS, and loopback is not."""

import json

import rendered
import world


def capital(name):
    """'return_data' -> 'ReturnData'."""
    return "".join(word.capitalize() for word in name.split("_"))


def given(values, *names):
    """{'AlarmName': ...} of what is set."""
    return {capital(name): values[name] for name in names if values[name] not in (None, "", [])}


def dimensions(values):
    return [{"Name": name, "Value": value} for name, value in (values or {}).items()]


def alarm(values):
    """Arguments of PutMetricAlarm."""
    said = given(values, "alarm_name", "alarm_description", "comparison_operator", "threshold", "evaluation_periods", "datapoints_to_alarm",
                 "treat_missing_data", "actions_enabled", "alarm_actions", "namespace", "metric_name", "period", "statistic",
                 "extended_statistic") | {"OKActions": list(values["ok_actions"])}
    if not values["metric_query"]:
        return said | {"Dimensions": dimensions(values["dimensions"])}
    queries = []
    for query in values["metric_query"]:
        one = {"Id": query["id"], "ReturnData": query["return_data"]} | given(query, "expression", "label")
        for metric in query["metric"]:
            one["MetricStat"] = {"Period": metric["period"], "Stat": metric["stat"], "Metric": given(metric, "namespace", "metric_name") | {
                "Dimensions": dimensions(metric["dimensions"])}}
        queries.append(one)
    return said | {"Metrics": queries}


def lifecycle(rule):
    """One rule of PutBucketLifecycleConfiguration."""
    said = {"ID": rule["id"], "Status": rule["status"], "Filter": {"Prefix": rule["filter"][0]["prefix"] or ""}}
    for part in rule["abort_incomplete_multipart_upload"]:
        said["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": part["days_after_initiation"]}
    for part in rule["expiration"]:
        said["Expiration"] = {"ExpiredObjectDeleteMarker": True} if part["expired_object_delete_marker"] else {"Days": part["days"]}
    for part in rule["noncurrent_version_expiration"]:
        said["NoncurrentVersionExpiration"] = {"NoncurrentDays": part["noncurrent_days"]}
    return said


class Rest(rendered.Stack):
    """Beside the stack, in the order that a service asks for."""

    def __init__(self, ministack, resources):
        super().__init__(ministack, resources)
        self.cloudwatch, self.logs, self.events = (world.client_of(name, ministack.endpoint) for name in ("cloudwatch", "logs", "events"))

    def around_buckets(self):
        """Yields pairs: what the service tells of itself, and what the HCL says."""
        for values in self.of("aws_s3_bucket_public_access_block"):
            blocks = given(values, "block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
            self.s3.put_public_access_block(Bucket=values["bucket"], PublicAccessBlockConfiguration=blocks)
            yield self.s3.get_public_access_block(Bucket=values["bucket"])["PublicAccessBlockConfiguration"], blocks
        for values in self.of("aws_s3_bucket_ownership_controls"):
            rules = [{"ObjectOwnership": rule["object_ownership"]} for rule in values["rule"]]
            self.s3.put_bucket_ownership_controls(Bucket=values["bucket"], OwnershipControls={"Rules": rules})
            yield self.s3.get_bucket_ownership_controls(Bucket=values["bucket"])["OwnershipControls"]["Rules"], rules
        for values in self.of("aws_s3_bucket_server_side_encryption_configuration"):
            ways = [part["sse_algorithm"] for rule in values["rule"] for part in rule["apply_server_side_encryption_by_default"]]
            rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": way}} for way in ways]
            self.s3.put_bucket_encryption(Bucket=values["bucket"], ServerSideEncryptionConfiguration={"Rules": rules})
            found = self.s3.get_bucket_encryption(Bucket=values["bucket"])["ServerSideEncryptionConfiguration"]["Rules"]
            yield [rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in found], ways
        for values in self.of("aws_s3_bucket_lifecycle_configuration"):
            rules = [lifecycle(rule) for rule in values["rule"]]
            self.s3.put_bucket_lifecycle_configuration(Bucket=values["bucket"], LifecycleConfiguration={"Rules": rules})
            found = self.s3.get_bucket_lifecycle_configuration(Bucket=values["bucket"])["Rules"]
            yield sorted(rule["ID"] for rule in found), sorted(rule["ID"] for rule in rules)
        for values in self.of("aws_s3_bucket_policy"):
            self.s3.put_bucket_policy(Bucket=values["bucket"], Policy=values["policy"])
            yield json.loads(self.s3.get_bucket_policy(Bucket=values["bucket"])["Policy"]), json.loads(values["policy"])

    def around_queues(self):
        for values in self.of("aws_sqs_queue_redrive_allow_policy"):
            self.sqs.set_queue_attributes(QueueUrl=values["queue_url"], Attributes={"RedriveAllowPolicy": values["redrive_allow_policy"]})
            found = self.sqs.get_queue_attributes(QueueUrl=values["queue_url"], AttributeNames=["All"])["Attributes"]
            yield json.loads(found.get("RedriveAllowPolicy", "{}")), json.loads(values["redrive_allow_policy"])
        for values in self.of("aws_sns_topic_policy"):
            self.sns.set_topic_attributes(TopicArn=values["arn"], AttributeName="Policy", AttributeValue=values["policy"])
            found = json.loads(self.sns.get_topic_attributes(TopicArn=values["arn"])["Attributes"]["Policy"])
            yield found, json.loads(values["policy"])
        for values in self.of("aws_sns_topic_subscription"):
            self.sns.subscribe(TopicArn=values["topic_arn"], Protocol=values["protocol"], Endpoint=values["endpoint"])
            found = self.sns.list_subscriptions_by_topic(TopicArn=values["topic_arn"])["Subscriptions"]
            yield [(one["Protocol"], one["Endpoint"]) for one in found], [(values["protocol"], values["endpoint"])]

    def around_functions(self):
        for values in self.of("aws_cloudwatch_event_rule"):
            self.events.put_rule(**given(values, "name", "schedule_expression", "event_pattern", "state", "description"))
            found = self.events.describe_rule(Name=values["name"])
            yield (found["State"], found.get("ScheduleExpression")), (values["state"], values["schedule_expression"])
        for values in self.of("aws_cloudwatch_event_target"):
            retries = {capital(name): value for name, value in values["retry_policy"][0].items()}
            retries = {"MaximumEventAgeInSeconds": retries["MaximumEventAgeInSeconds"], "MaximumRetryAttempts": retries["MaximumRetryAttempts"]}
            target = {"Id": values["target_id"], "Arn": values["arn"], "RetryPolicy": retries}
            refused = self.events.put_targets(Rule=values["rule"], Targets=[target])["FailedEntryCount"]
            yield (refused, [one["Arn"] for one in self.events.list_targets_by_rule(Rule=values["rule"])["Targets"]]), (0, [values["arn"]])
        for values in self.of("aws_lambda_permission"):
            self.functions.add_permission(**given(values, "function_name", "statement_id", "action", "principal", "source_arn", "qualifier"))
            policy = json.loads(self.functions.get_policy(FunctionName=values["function_name"], Qualifier=values["qualifier"])["Policy"])
            yield [statement["Sid"] for statement in policy["Statement"]], [values["statement_id"]]
        for values in self.of("aws_lambda_function_event_invoke_config"):
            named = given(values, "function_name", "qualifier", "maximum_event_age_in_seconds") | {
                "MaximumRetryAttempts": values["maximum_retry_attempts"]}
            self.functions.put_function_event_invoke_config(**named)
            found = self.functions.get_function_event_invoke_config(FunctionName=values["function_name"], Qualifier=values["qualifier"])
            yield found["MaximumRetryAttempts"], values["maximum_retry_attempts"]

    def seeing(self):
        for values in self.of("aws_cloudwatch_log_group"):
            self.logs.create_log_group(logGroupName=values["name"])
            self.logs.put_retention_policy(logGroupName=values["name"], retentionInDays=values["retention_in_days"])
            found = self.logs.describe_log_groups(logGroupNamePrefix=values["name"])["logGroups"]
            yield [group["retentionInDays"] for group in found if group["logGroupName"] == values["name"]], [values["retention_in_days"]]
        for values in self.of("aws_cloudwatch_metric_alarm"):
            self.cloudwatch.put_metric_alarm(**alarm(values))
        for values in self.of("aws_cloudwatch_composite_alarm"):
            self.cloudwatch.put_composite_alarm(AlarmRule=values["alarm_rule"], AlarmName=values["alarm_name"],
                                                AlarmDescription=values["alarm_description"])
        found = self.cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100)
        yield (sorted(one["AlarmName"] for one in found["MetricAlarms"] + found["CompositeAlarms"]),
               sorted(values["alarm_name"] for kind in ("metric", "composite") for values in self.of(f"aws_cloudwatch_{kind}_alarm")))
        for values in self.of("aws_cloudwatch_dashboard"):
            said = self.cloudwatch.put_dashboard(DashboardName=values["dashboard_name"], DashboardBody=values["dashboard_body"])
            found = self.cloudwatch.get_dashboard(DashboardName=values["dashboard_name"])["DashboardBody"]
            yield (said.get("DashboardValidationMessages", []), json.loads(found)), ([], json.loads(values["dashboard_body"]))

    def api(self):
        gateway = world.client_of("apigatewayv2", self.ministack.endpoint)
        made, = self.of("aws_apigatewayv2_api")
        ids = {made["id"]: gateway.create_api(Name=made["name"], ProtocolType=made["protocol_type"])["ApiId"]}
        api = ids[made["id"]]
        integration, = self.of("aws_apigatewayv2_integration")
        target = gateway.create_integration(ApiId=api, IntegrationUri=integration["integration_uri"], TimeoutInMillis=integration["timeout_milliseconds"],
                                            **given(integration, "integration_type", "integration_method", "payload_format_version"))
        for values in self.of("aws_apigatewayv2_authorizer"):
            ids[values["id"]] = gateway.create_authorizer(
                ApiId=api, IdentitySource=values["identity_sources"], AuthorizerResultTtlInSeconds=values["authorizer_result_ttl_in_seconds"],
                **given(values, "name", "authorizer_type", "authorizer_uri", "authorizer_payload_format_version",
                        "enable_simple_responses"))["AuthorizerId"]
        routes = self.of("aws_apigatewayv2_route")
        for values in routes:
            who = {"AuthorizerId": ids[values["authorizer_id"]]} if values["authorizer_id"] else {}
            gateway.create_route(ApiId=api, RouteKey=values["route_key"], AuthorizationType=values["authorization_type"],
                                 Target=f"integrations/{target['IntegrationId']}", **who)
        found = gateway.get_routes(ApiId=api, MaxResults="200")["Items"]
        yield (sorted((one["RouteKey"], one["AuthorizationType"]) for one in found),
               sorted((values["route_key"], values["authorization_type"]) for values in routes))
        for values in self.of("aws_apigatewayv2_stage"):
            logs, limits = values["access_log_settings"][0], values["default_route_settings"][0]
            gateway.create_stage(ApiId=api, StageName=values["name"], AutoDeploy=values["auto_deploy"],
                                 AccessLogSettings={"DestinationArn": logs["destination_arn"], "Format": logs["format"]},
                                 DefaultRouteSettings=given(limits, "throttling_rate_limit", "throttling_burst_limit", "detailed_metrics_enabled"))
            yield [one["StageName"] for one in gateway.get_stages(ApiId=api)["Items"]], [values["name"]]
