# Alarms with their dimensions and whom they tell. Rules are compared with the program's list by tests/terraform.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name                   = "gate"
  region                 = "eu-central-1"
  queue_name             = "gate-work"
  dead_letter_queue_name = "gate-dead"
}

run "plain" {
  command = apply

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.rule) == 9 && length(jsondecode(file("alarms.json")).alarms) == 9
    error_message = "there are other alarms than the nine"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rule["QueueAge"].dimensions == tomap({ QueueName = "gate-work" }) && aws_cloudwatch_metric_alarm.rule["DeadLetters"].dimensions == tomap({ QueueName = "gate-dead" })
    error_message = "a queue's alarm looks at another queue"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rule["SweepFindings"].dimensions == tomap({ Pipeline = "gate" }) && aws_cloudwatch_metric_alarm.rule["SweepFindings"].namespace == "SilentScalper"
    error_message = "an alarm looks at another pipeline"
  }

  assert {
    condition     = alltrue([for name in ["ErrorRate", "InvalidRatio", "Silence"] : alltrue([for query in aws_cloudwatch_metric_alarm.rule[name].metric_query : query.metric[0].dimensions == tomap({ Pipeline = "gate" }) if !query.return_data])])
    error_message = "a ratio counts files of other pipelines"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.rule : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn]) && alarm.ok_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "an alarm tells nobody that it begins or ends"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rule["Silence"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.rule["ErrorRate"].treat_missing_data == "notBreaching"
    error_message = "silence without data is no silence, or errors without data are errors"
  }

  assert {
    condition     = alltrue([for name in ["ErrorRate", "QueueAge", "DeadLetters"] : strcontains(aws_cloudwatch_composite_alarm.gate.alarm_rule, "ALARM(\"gate-${name}\")")])
    error_message = "the pager misses a critical alarm"
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.handler : group.retention_in_days == 90])
    error_message = "log lines are kept for ever"
  }

  assert {
    condition = alltrue([for statement in jsondecode(aws_sns_topic_policy.alarms.policy).Statement :
      statement.Principal.Service == "cloudwatch.amazonaws.com" && statement.Condition.StringEquals["aws:SourceAccount"] == "123456789012" if statement.Effect != "Deny"
    ])
    error_message = "others than alarms of this account may publish"
  }

  assert {
    condition     = length(aws_sns_topic_subscription.mail) == 0
    error_message = "somebody is told who was not named"
  }
}

run "told" {
  command = apply

  variables {
    alarm_emails      = ["gate@example.com"]
    paging_topic_arns = ["arn:aws:sns:eu-central-1:123456789012:pager"]
    muted_alarms      = ["Silence"]
    alarm_thresholds  = { InvalidRatio = 20 }
    runbook_url       = "https://wiki.example.com/gate"
    kms_key_arn       = "arn:aws:kms:eu-central-1:123456789012:key/one"
  }

  assert {
    condition     = aws_sns_topic_subscription.mail["gate@example.com"].protocol == "email" && aws_cloudwatch_composite_alarm.gate.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:pager"])
    error_message = "mail or pager are not told"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.rule["Silence"].alarm_actions) == 0 && length(aws_cloudwatch_metric_alarm.rule["ErrorRate"].alarm_actions) == 1
    error_message = "a muted alarm tells, or another is muted"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rule["InvalidRatio"].threshold == 20
    error_message = "the threshold did not arrive"
  }

  assert {
    condition     = endswith(aws_cloudwatch_metric_alarm.rule["SlowProcessing"].alarm_description, "https://wiki.example.com/gate/slow-processing.md")
    error_message = "an alarm does not say where its runbook is"
  }

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn && aws_sns_topic.notices.kms_master_key_id == var.kms_key_arn && alltrue([for group in aws_cloudwatch_log_group.handler : group.kms_key_id == var.kms_key_arn])
    error_message = "logs or topics are not encrypted with the key"
  }
}
