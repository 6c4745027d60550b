# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name                  = "gate"
  region                = "eu-central-1"
  bucket_arns           = { input = "arn:aws:s3:::i", output = "arn:aws:s3:::o", quarantine = "arn:aws:s3:::q", contracts = "arn:aws:s3:::c" }
  table_arn             = "arn:aws:dynamodb:eu-central-1:123456789012:table/t"
  queue_arn             = "arn:aws:sqs:eu-central-1:123456789012:w"
  dead_letter_queue_arn = "arn:aws:sqs:eu-central-1:123456789012:d"
  topic_arn             = "arn:aws:sns:eu-central-1:123456789012:n"
  log_group_arns        = { ingest = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/gate-ingest" }
}

run "name" {
  command = plan

  variables {
    name = "Gate"
  }

  expect_failures = [var.name]
}

run "region" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}

run "kms_key_arn" {
  command = plan

  variables {
    kms_key_arn = "alias/x"
  }

  expect_failures = [var.kms_key_arn]
}

run "bucket_key_arns" {
  command = plan

  variables {
    bucket_key_arns = ["alias/theirs"]
  }

  expect_failures = [var.bucket_key_arns]
}

run "kms_deletion_window_days" {
  command = plan

  variables {
    kms_deletion_window_days = 6
  }

  expect_failures = [var.kms_deletion_window_days]
}

run "permissions_boundary_arn" {
  command = plan

  variables {
    permissions_boundary_arn = "developers"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "bucket_arns" {
  command = plan

  variables {
    bucket_arns = { input = "arn:aws:s3:::i", output = "arn:aws:s3:::i", quarantine = "arn:aws:s3:::q", contracts = "arn:aws:s3:::c" }
  }

  expect_failures = [var.bucket_arns]
}

run "notice_bus_arn" {
  command = plan

  variables {
    notice_bus_arn = "default"
  }

  expect_failures = [var.notice_bus_arn]
}

run "log_group_arns" {
  command = plan

  variables {
    log_group_arns = { authorise = "x" }
  }

  expect_failures = [var.log_group_arns]
}

run "two_keys" {
  command = plan

  variables {
    create_kms_key = true
    kms_key_arn    = "arn:aws:kms:eu-central-1:123456789012:key/one"
  }

  expect_failures = [aws_kms_key.this]
}
