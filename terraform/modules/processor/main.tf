# The two functions that do the work: ingest takes from the queue, the sweep starts what no event announced and finishes
# what a crash left.

locals {
  handlers = {
    ingest = {
      description = "Checks each file that arrives and moves it"
      timeout     = var.timeout_seconds
      memory      = var.memory_mb
      # Its limit is maximum_concurrency of the mapping: a reserved one below it would make dead letters of throttled polls.
      # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
      reserved = -1
    }
    sweep = {
      description = "Starts what no event announced, finishes what a crash left"
      timeout     = 300
      memory      = 512
      reserved    = var.sweep_reserved_concurrency
    }
  }
}

module "function" {
  source   = "../function"
  for_each = local.handlers

  name                 = "${var.name}-${each.key}"
  description          = "${var.name}: ${each.value.description}"
  handler              = each.key
  package              = var.package
  architecture         = var.architecture
  role_arn             = var.role_arns[each.key]
  memory_mb            = each.value.memory
  timeout_seconds      = each.value.timeout
  reserved_concurrency = each.value.reserved
  environment          = var.environment
  log_group_name       = var.log_group_names[each.key]
  live_version         = var.live_version[each.key]
  vpc                  = var.vpc
  tags                 = var.tags
}

resource "aws_lambda_event_source_mapping" "work" {
  event_source_arn                   = var.queue_arn
  function_name                      = module.function["ingest"].alias_arn
  enabled                            = true
  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batch_window_seconds

  # Without it one file that fails makes all of its batch come again.
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
}

resource "aws_cloudwatch_event_rule" "sweep" {
  name                = "${var.name}-sweep"
  description         = "Runs the sweep of the gate ${var.name}"
  schedule_expression = var.sweep_schedule
  state               = "ENABLED"
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "sweep" {
  rule      = aws_cloudwatch_event_rule.sweep.name
  target_id = "sweep"
  arn       = module.function["sweep"].alias_arn

  # The next one comes soon; two that were late would only run at once.
  retry_policy {
    maximum_event_age_in_seconds = 300
    maximum_retry_attempts       = 1
  }
}

resource "aws_lambda_permission" "sweep" {
  statement_id  = "schedule"
  action        = "lambda:InvokeFunction"
  function_name = module.function["sweep"].name
  qualifier     = module.function["sweep"].alias_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.sweep.arn
}

# A sweep that fails is not tried again by Lambda: the schedule does that, and goes on from the cursor.
resource "aws_lambda_function_event_invoke_config" "sweep" {
  function_name                = module.function["sweep"].name
  qualifier                    = module.function["sweep"].alias_name
  maximum_event_age_in_seconds = 300
  maximum_retry_attempts       = 0
}
