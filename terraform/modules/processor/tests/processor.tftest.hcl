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
