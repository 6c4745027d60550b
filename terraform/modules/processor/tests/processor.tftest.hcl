# Mapping, schedule and whom they call.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name            = "gate"
  package         = { s3_bucket = "artifacts", s3_key = "scalper.zip" }
  role_arns       = { ingest = "arn:aws:iam::123456789012:role/gate-ingest", sweep = "arn:aws:iam::123456789012:role/gate-sweep" }
  log_group_names = { ingest = "/aws/lambda/gate-ingest", sweep = "/aws/lambda/gate-sweep" }
  environment     = { SCALPER_PIPELINE = "gate" }
  queue_arn       = "arn:aws:sqs:eu-central-1:123456789012:gate-work"
}

run "plain" {
  command = apply

  assert {
    condition     = aws_lambda_event_source_mapping.work.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "one file that fails brings back its batch"
  }

  assert {
    condition     = aws_lambda_event_source_mapping.work.function_name == module.function["ingest"].alias_arn && aws_lambda_event_source_mapping.work.event_source_arn == var.queue_arn
    error_message = "the mapping does not call the alias"
  }

  assert {
    condition     = aws_lambda_event_source_mapping.work.batch_size == 10 && aws_lambda_event_source_mapping.work.maximum_batching_window_in_seconds == 0 && aws_lambda_event_source_mapping.work.scaling_config[0].maximum_concurrency == 50
    error_message = "batches are other than said"
  }

  assert {
    condition     = aws_cloudwatch_event_rule.sweep.schedule_expression == "rate(5 minutes)" && aws_cloudwatch_event_rule.sweep.state == "ENABLED" && aws_cloudwatch_event_target.sweep.arn == module.function["sweep"].alias_arn
    error_message = "the sweep does not run"
  }

  assert {
    condition     = aws_lambda_permission.sweep.principal == "events.amazonaws.com" && aws_lambda_permission.sweep.source_arn == aws_cloudwatch_event_rule.sweep.arn && aws_lambda_permission.sweep.qualifier == "live"
    error_message = "others than the schedule may call the sweep, or the schedule may not"
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.sweep.maximum_retry_attempts == 0
    error_message = "a sweep that failed is tried again beside the next one"
  }
}

run "without_a_vpc_there_are_no_endpoints" {
  command = apply

  assert {
    condition     = length(aws_vpc_endpoint.gateway) + length(aws_vpc_endpoint.interface) + length(aws_security_group.endpoints) == 0
    error_message = "something was made in a VPC that nobody named"
  }
}

run "endpoints" {
  command = apply

  variables {
    environment = { SCALPER_PIPELINE = "gate", SCALPER_NOTICE_BUS = "arn:aws:events:eu-central-1:123456789012:event-bus/files" }
    vpc = {
      subnet_ids         = ["subnet-1", "subnet-2"]
      security_group_ids = ["sg-1"]
      endpoints          = { vpc_id = "vpc-1", region = "eu-central-1", route_table_ids = ["rtb-1"] }
    }
  }

  assert {
    condition     = { for name, endpoint in aws_vpc_endpoint.gateway : name => [endpoint.service_name, endpoint.vpc_endpoint_type] } == { dynamodb = ["com.amazonaws.eu-central-1.dynamodb", "Gateway"], s3 = ["com.amazonaws.eu-central-1.s3", "Gateway"] }
    error_message = "files and records have no way out"
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["events", "monitoring", "sns", "sqs"]) && alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled && toset(endpoint.subnet_ids) == toset(["subnet-1", "subnet-2"])])
    error_message = "queue, notices, bus or metrics have no way out"
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.from_port == 443 && rule.to_port == 443 && rule.ip_protocol == "tcp" && rule.referenced_security_group_id == "sg-1"]) && length(aws_vpc_security_group_ingress_rule.endpoints) == 1
    error_message = "the endpoints are open to others than the functions, or not to these"
  }
}

run "no_endpoint_for_a_bus_that_is_not_there" {
  command = plan

  variables {
    vpc = {
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
      endpoints          = { vpc_id = "vpc-1", region = "eu-central-1", route_table_ids = ["rtb-1"] }
    }
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["monitoring", "sns", "sqs"])
    error_message = "an endpoint that costs by the hour, and nobody calls it"
  }
}
