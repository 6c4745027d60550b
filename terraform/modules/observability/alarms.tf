# One alarm for each rule of alarms.json, which the program prints (`scalper doctor --telemetry`) and a test
# compares: names, metrics and arithmetic stand in one place.

locals {
  rules = { for rule in jsondecode(file("${path.module}/alarms.json")).alarms : rule.name => rule }

  dimensions = {
    "pipeline"          = { Pipeline = var.name }
    "queue"             = { QueueName = var.queue_name }
    "dead-letter queue" = { QueueName = var.dead_letter_queue_name }
  }

  # ErrorRate -> error-rate
  runbooks = { for name in keys(local.rules) : name => "${var.runbook_url}/${lower(replace(name, "/([a-z])([A-Z])/", "$1-$2"))}.md" }
  actions  = { for name in keys(local.rules) : name => contains(var.muted_alarms, name) ? [] : [aws_sns_topic.alarms.arn] }
  critical = sort([for name, rule in local.rules : name if rule.severity == "critical"])
}

resource "aws_cloudwatch_metric_alarm" "rule" {
  for_each = local.rules

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.meaning} ${each.value.runbook} Runbook: ${local.runbooks[each.key]}"
  comparison_operator = each.value.comparison
  threshold           = lookup(var.alarm_thresholds, each.key, each.value.threshold)
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.evaluation_periods
  treat_missing_data  = each.value.treat_missing_data
  actions_enabled     = true
  alarm_actions       = local.actions[each.key]
  ok_actions          = local.actions[each.key]
  tags                = var.tags

  # One metric: the alarm names it itself.
  namespace          = each.value.expression == "" ? each.value.metrics[0].namespace : null
  metric_name        = each.value.expression == "" ? each.value.metrics[0].name : null
  dimensions         = each.value.expression == "" ? local.dimensions[each.value.metrics[0].of] : null
  period             = each.value.expression == "" ? each.value.period_seconds : null
  statistic          = each.value.expression == "" && !startswith(each.value.statistic, "p") ? each.value.statistic : null
  extended_statistic = each.value.expression == "" && startswith(each.value.statistic, "p") ? each.value.statistic : null

  # Several: their arithmetic, then each of them.
  dynamic "metric_query" {
    for_each = each.value.expression == "" ? [] : [each.value]

    content {
      id          = "value"
      expression  = metric_query.value.expression
      label       = each.key
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = each.value.expression == "" ? [] : each.value.metrics

    content {
      id          = metric_query.value.id
      return_data = false

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        period      = each.value.period_seconds
        stat        = each.value.statistic
        dimensions  = local.dimensions[metric_query.value.of]
      }
    }
  }
}

# Whether the gate needs somebody now: one state for a pager, however many alarms make it up.
resource "aws_cloudwatch_composite_alarm" "gate" {
  alarm_name        = "${var.name}-Gate"
  alarm_description = "A critical alarm of the gate ${var.name} is on: ${join(", ", local.critical)}. Runbook: ${var.runbook_url}/gate.md"
  alarm_rule        = join(" OR ", [for name in local.critical : "ALARM(\"${aws_cloudwatch_metric_alarm.rule[name].alarm_name}\")"])
  actions_enabled   = true
  alarm_actions     = var.paging_topic_arns
  ok_actions        = var.paging_topic_arns
  tags              = var.tags
}
