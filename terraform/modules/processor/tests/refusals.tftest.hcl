# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name            = "gate"
  package         = { s3_bucket = "artifacts", s3_key = "a.zip" }
  role_arns       = { ingest = "arn:aws:iam::123456789012:role/i", sweep = "arn:aws:iam::123456789012:role/s" }
  log_group_names = { ingest = "/aws/lambda/gate-ingest", sweep = "/aws/lambda/gate-sweep" }
  environment     = { SCALPER_PIPELINE = "gate" }
  queue_arn       = "arn:aws:sqs:eu-central-1:123456789012:gate-work"
}

run "batch_size_1" {
  command = plan

  variables {
    batch_size = 0
  }

  expect_failures = [var.batch_size]
}

run "batch_size_2" {
  command = plan

  variables {
    batch_size = 11
  }

  expect_failures = [var.batch_size]
}

run "batch_window_seconds" {
  command = plan

  variables {
    batch_window_seconds = 301
  }

  expect_failures = [var.batch_window_seconds]
}

run "maximum_concurrency_1" {
  command = plan

  variables {
    maximum_concurrency = 1
  }

  expect_failures = [var.maximum_concurrency]
}

run "maximum_concurrency_2" {
  command = plan

  variables {
    maximum_concurrency = 1001
  }

  expect_failures = [var.maximum_concurrency]
}

run "sweep_schedule_1" {
  command = plan

  variables {
    sweep_schedule = "every day"
  }

  expect_failures = [var.sweep_schedule]
}

run "sweep_schedule_2" {
  command = plan

  variables {
    sweep_schedule = "rate(1 minutes)"
  }

  expect_failures = [var.sweep_schedule]
}

run "sweep_schedule_3" {
  command = plan

  variables {
    sweep_schedule = "cron(0 * * * *)"
  }

  expect_failures = [var.sweep_schedule]
}

run "vpc_endpoints" {
  command = plan

  variables {
    vpc = {
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
      endpoints          = { vpc_id = "vpc-1", region = "eu-central-1", route_table_ids = [] }
    }
  }

  expect_failures = [var.vpc]
}
