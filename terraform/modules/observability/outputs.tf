output "log_group_names" {
  description = "Log groups by handler."
  value       = { for handler, group in aws_cloudwatch_log_group.handler : handler => group.name }
}

output "log_group_arns" {
  description = "ARNs of the log groups by handler."
  value       = { for handler, group in aws_cloudwatch_log_group.handler : handler => group.arn }
}

output "alarm_topic_arn" {
  description = "The topic that alarms are told to; subscribe what mail does not reach."
  value       = aws_sns_topic.alarms.arn
}

output "notice_topic_arn" {
  description = "The topic that is told every final verdict."
  value       = aws_sns_topic.notices.arn
}

output "alarm_names" {
  description = "Names of the alarms."
  value       = { for name, alarm in aws_cloudwatch_metric_alarm.rule : name => alarm.alarm_name }
}

output "dashboard_name" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.gate.dashboard_name
}
