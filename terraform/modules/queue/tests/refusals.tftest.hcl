# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name          = "gate"
  source_bucket = { name = "in", arn = "arn:aws:s3:::in" }
}

run "name" {
  command = plan

  variables {
    name = "Gate"
  }

  expect_failures = [var.name]
}

run "function_timeout_seconds_1" {
  command = plan

  variables {
    function_timeout_seconds = 901
  }

  expect_failures = [var.function_timeout_seconds]
}

run "function_timeout_seconds_2" {
  command = plan

  variables {
    function_timeout_seconds = 0
  }

  expect_failures = [var.function_timeout_seconds]
}

run "max_receive_count" {
  command = plan

  variables {
    max_receive_count = 3
  }

  expect_failures = [var.max_receive_count]
}

run "retention_seconds_1" {
  command = plan

  variables {
    retention_seconds = 60
  }

  expect_failures = [var.retention_seconds]
}

run "retention_seconds_2" {
  command = plan

  variables {
    retention_seconds = 1209600
  }

  expect_failures = [var.retention_seconds]
}

run "source_bucket" {
  command = plan

  variables {
    source_bucket = { name = "in", arn = "arn:aws:s3:::in", via = "sns" }
  }

  expect_failures = [var.source_bucket]
}
