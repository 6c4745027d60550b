# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name                   = "gate"
  region                 = "eu-central-1"
  queue_name             = "gate-work"
  dead_letter_queue_name = "gate-dead"
}

run "name" {
  command = plan

  variables {
    name = "Gate"
  }

  expect_failures = [var.name]
}

run "log_retention_days" {
  command = plan

  variables {
    log_retention_days = 2
  }

  expect_failures = [var.log_retention_days]
}

run "alarm_emails" {
  command = plan

  variables {
    alarm_emails = ["nobody"]
  }

  expect_failures = [var.alarm_emails]
}

run "paging_topic_arns" {
  command = plan

  variables {
    paging_topic_arns = ["pager"]
  }

  expect_failures = [var.paging_topic_arns]
}

run "alarm_thresholds" {
  command = plan

  variables {
    alarm_thresholds = { Errors = 1 }
  }

  expect_failures = [var.alarm_thresholds]
}

run "muted_alarms" {
  command = plan

  variables {
    muted_alarms = ["silence"]
  }

  expect_failures = [var.muted_alarms]
}

run "runbook_url" {
  command = plan

  variables {
    runbook_url = "docs/runbooks/"
  }

  expect_failures = [var.runbook_url]
}
