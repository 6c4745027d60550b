# What to look at first: how files end, how long that takes, what waits.

locals {
  ended = ["FilesValid", "FilesInvalid", "FilesUnverifiable", "FilesFailed"]

  counts = [for index, metric in local.ended : ["SilentScalper", metric, "Pipeline", var.name, { id = "m${index + 1}", stat = "Sum" }]]

  functions = [for handler in sort(var.log_groups) : "${var.name}-${handler}"]

  widgets = [
    {
      type = "alarm", x = 0, y = 0, width = 24, height = 3
      properties = {
        title  = "Alarms"
        alarms = concat([aws_cloudwatch_composite_alarm.gate.arn], [for name in sort(keys(local.rules)) : aws_cloudwatch_metric_alarm.rule[name].arn])
      }
    },
    {
      type       = "metric", x = 0, y = 3, width = 12, height = 6
      properties = { title = "Files by how they ended", region = var.region, view = "timeSeries", stacked = true, period = 300, metrics = local.counts }
    },
    {
      type = "metric", x = 12, y = 3, width = 6, height = 6
      properties = {
        title = "Valid files for each invalid one", region = var.region, view = "singleValue", period = 86400, setPeriodToTimeRange = true
        metrics = concat(
          [[{ expression = "IF(FILL(m2,0)>0,FILL(m1,0)/m2,FILL(m1,0))", id = "ratio", label = "valid : invalid" }]],
          [for entry in slice(local.counts, 0, 2) : concat(slice(entry, 0, 4), [merge(entry[4], { visible = false })])],
        )
      }
    },
    {
      type       = "metric", x = 18, y = 3, width = 6, height = 6
      properties = { title = "Bytes checked", region = var.region, view = "timeSeries", period = 300, metrics = [["SilentScalper", "BytesValidated", "Pipeline", var.name, { stat = "Sum" }]] }
    },
    {
      type = "metric", x = 0, y = 9, width = 12, height = 6
      properties = {
        title = "Time until the verdict", region = var.region, view = "timeSeries", period = 300
        metrics = concat(
          [for stat in ["p50", "p95", "p99"] : ["SilentScalper", "ArrivalToVerdict", "Pipeline", var.name, { stat = stat, label = "from arrival, ${stat}" }]],
          [["SilentScalper", "ProcessDuration", "Pipeline", var.name, { stat = "p95", label = "work alone, p95" }]],
        )
      }
    },
    {
      type = "metric", x = 12, y = 9, width = 12, height = 6
      properties = {
        title = "What waits", region = var.region, view = "timeSeries", period = 60
        metrics = [
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queue_name, { stat = "Maximum", label = "work" }],
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dead_letter_queue_name, { stat = "Maximum", label = "dead letters" }],
          ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", var.queue_name, { stat = "Maximum", label = "oldest, seconds", yAxis = "right" }],
        ]
      }
    },
    {
      type = "metric", x = 0, y = 15, width = 12, height = 6
      properties = {
        title = "Functions", region = var.region, view = "timeSeries", period = 60
        metrics = concat([for name in local.functions : [
          ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", name, { stat = "Maximum" }],
          ["AWS/Lambda", "Errors", "FunctionName", name, { stat = "Sum" }],
          ["AWS/Lambda", "Throttles", "FunctionName", name, { stat = "Sum" }],
        ]]...)
      }
    },
    {
      type = "metric", x = 12, y = 15, width = 12, height = 6
      properties = {
        title   = "Found by sweeps, throttled, tried again", region = var.region, view = "timeSeries", period = 300
        metrics = [for metric in ["SweepFindings", "Throttles", "Retries", "ColdStart"] : ["SilentScalper", metric, "Pipeline", var.name, { stat = "Sum" }]]
      }
    },
  ]
}

resource "aws_cloudwatch_dashboard" "gate" {
  dashboard_name = "${var.name}-gate"
  dashboard_body = jsonencode({ widgets = local.widgets })
}
