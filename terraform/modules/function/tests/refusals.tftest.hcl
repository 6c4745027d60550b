# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name           = "gate-ingest"
  handler        = "ingest"
  package        = { s3_bucket = "artifacts", s3_key = "a.zip" }
  role_arn       = "arn:aws:iam::123456789012:role/x"
  log_group_name = "/aws/lambda/gate-ingest"
  environment    = { SCALPER_PIPELINE = "gate" }
}

run "name" {
  command = plan

  variables {
    name = "9"
  }

  expect_failures = [var.name]
}

run "handler" {
  command = plan

  variables {
    handler = "main"
  }

  expect_failures = [var.handler]
}

run "package_1" {
  command = plan

  variables {
    package = {}
  }

  expect_failures = [var.package]
}

run "package_2" {
  command = plan

  variables {
    package = { file = "x.zip", s3_bucket = "a", s3_key = "b" }
  }

  expect_failures = [var.package]
}

run "package_3" {
  command = plan

  variables {
    package = { s3_bucket = "a" }
  }

  expect_failures = [var.package]
}

run "package_4" {
  command = plan

  variables {
    package = { file = "/nowhere/x.zip" }
  }

  expect_failures = [var.package]
}

run "architecture" {
  command = plan

  variables {
    architecture = "riscv"
  }

  expect_failures = [var.architecture]
}

run "memory_mb_1" {
  command = plan

  variables {
    memory_mb = 64
  }

  expect_failures = [var.memory_mb]
}

run "memory_mb_2" {
  command = plan

  variables {
    memory_mb = 10241
  }

  expect_failures = [var.memory_mb]
}

run "timeout_seconds_1" {
  command = plan

  variables {
    timeout_seconds = 10
  }

  expect_failures = [var.timeout_seconds]
}

run "timeout_seconds_2" {
  command = plan

  variables {
    timeout_seconds = 901
  }

  expect_failures = [var.timeout_seconds]
}

run "reserved_concurrency" {
  command = plan

  variables {
    reserved_concurrency = 0
  }

  expect_failures = [var.reserved_concurrency]
}

run "environment_1" {
  command = plan

  variables {
    environment = { AWS_REGION = "x" }
  }

  expect_failures = [var.environment]
}

run "environment_2" {
  command = plan

  variables {
    environment = { "2x" = "x" }
  }

  expect_failures = [var.environment]
}

run "live_version" {
  command = plan

  variables {
    live_version = "$LATEST"
  }

  expect_failures = [var.live_version]
}

run "vpc" {
  command = plan

  variables {
    vpc = { subnet_ids = [], security_group_ids = ["sg-1"] }
  }

  expect_failures = [var.vpc]
}
