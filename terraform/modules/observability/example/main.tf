# Alarms by mail and for a pager; files come once a week, so silence is no news.
provider "aws" {
  region = "eu-central-1"
}

module "observability" {
  source = "../"

  name                   = "example"
  region                 = "eu-central-1"
  queue_name             = "example-work"
  dead_letter_queue_name = "example-dead"
  alarm_emails           = ["gate@example.com"]
  paging_topic_arns      = ["arn:aws:sns:eu-central-1:123456789012:pager"]
  alarm_thresholds       = { InvalidRatio = 20 }
  muted_alarms           = ["Silence"]
}
