# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name   = "gate"
  region = "eu-central-1"
}

run "name_1" {
  command = plan

  variables {
    name = "Gate"
  }

  expect_failures = [var.name]
}

run "name_2" {
  command = plan

  variables {
    name = "a--b"
  }

  expect_failures = [var.name]
}

run "name_3" {
  command = plan

  variables {
    name = "a-name-of-more-than-nineteen"
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

run "existing_buckets_1" {
  command = plan

  variables {
    existing_buckets = { input = "one", output = "one" }
  }

  expect_failures = [var.existing_buckets]
}

run "existing_buckets_2" {
  command = plan

  variables {
    existing_buckets = { input = "s3://one" }
  }

  expect_failures = [var.existing_buckets]
}

run "existing_buckets_3" {
  command = plan

  variables {
    existing_buckets = { input = "theirs", kms_key_arns = ["alias/theirs"] }
  }

  expect_failures = [var.existing_buckets]
}

run "output_that_is_the_input_made_here" {
  command = plan

  variables {
    existing_buckets = { output = "gate-input-123456789012-eu-central-1" }
  }

  expect_failures = [terraform_data.refusals]
}

run "output_that_is_the_configuration_made_here" {
  command = plan

  variables {
    existing_buckets = { output = "gate-config-123456789012-eu-central-1" }
  }

  expect_failures = [terraform_data.refusals]
}

run "pager_of_another_region" {
  command = plan

  variables {
    paging_topic_arns = ["arn:aws:sns:us-east-1:123456789012:pager"]
  }

  expect_failures = [terraform_data.refusals]
}

run "tags" {
  command = plan

  variables {
    tags = { "aws:team" = "data" }
  }

  expect_failures = [var.tags]
}

run "contracts_folder" {
  command = plan

  variables {
    contracts_folder = "/nowhere"
  }

  expect_failures = [var.contracts_folder]
}

run "architecture" {
  command = plan

  variables {
    architecture = "riscv"
  }

  expect_failures = [var.architecture]
}

run "memory_mb" {
  command = plan

  variables {
    memory_mb = 64
  }

  expect_failures = [var.memory_mb]
}

run "timeout_seconds" {
  command = plan

  variables {
    timeout_seconds = 901
  }

  expect_failures = [var.timeout_seconds]
}

run "publish" {
  command = plan

  variables {
    publish = "maybe"
  }

  expect_failures = [var.publish]
}

run "log_level" {
  command = plan

  variables {
    log_level = "loud"
  }

  expect_failures = [var.log_level]
}

run "alarm_emails" {
  command = plan

  variables {
    alarm_emails = ["nobody"]
  }

  expect_failures = [var.alarm_emails]
}

run "max_files_per_hour" {
  command = plan

  variables {
    max_files_per_hour = 0.5
  }

  expect_failures = [var.max_files_per_hour]
}

run "notice_bus_arn" {
  command = plan

  variables {
    notice_bus_arn = "default"
  }

  expect_failures = [var.notice_bus_arn]
}

run "log_into_the_input" {
  command = plan

  variables {
    existing_buckets = { input = "partner-uploads" }
    access_log       = { bucket = "partner-uploads" }
  }

  expect_failures = [terraform_data.refusals]
}

run "lock_of_an_existing_output" {
  command = plan

  variables {
    existing_buckets = { output = "lake" }
    object_lock      = { output_days = 30 }
  }

  expect_failures = [terraform_data.refusals]
}

run "lock_of_an_existing_quarantine" {
  command = plan

  variables {
    existing_buckets = { quarantine = "held" }
    object_lock      = { quarantine_days = 30 }
  }

  expect_failures = [terraform_data.refusals]
}

run "output_gone_before_its_lock_ends" {
  command = plan

  variables {
    output_expire_days = 10
    object_lock        = { output_days = 30 }
  }

  expect_failures = [terraform_data.refusals]
}

run "quarantine_gone_before_its_lock_ends" {
  command = plan

  variables {
    quarantine_expire_days = 10
    object_lock            = { quarantine_days = 30 }
  }

  expect_failures = [terraform_data.refusals]
}

run "bucket_of_another_region" {
  command = plan

  variables {
    existing_buckets = { input = "partner-uploads" }
  }

  override_data {
    target = data.aws_s3_bucket.existing["input"]
    values = {
      arn                         = "arn:aws:s3:::partner-uploads"
      bucket_regional_domain_name = "partner-uploads.s3.us-east-1.amazonaws.com"
    }
  }

  expect_failures = [data.aws_s3_bucket.existing]
}

run "scalper_binary" {
  command = plan

  variables {
    scalper_binary = "/nowhere/scalper"
  }

  expect_failures = [var.scalper_binary]
}

run "contract_that_is_no_yaml" {
  command = plan

  variables {
    contracts_folder = "./tests/broken"
  }

  expect_failures = [terraform_data.lint]
}

run "two_contracts_of_one_prefix" {
  command = plan

  variables {
    contracts_folder = "./tests/overlapping"
  }

  expect_failures = [terraform_data.lint]
}

run "vpc_endpoints" {
  command = plan

  variables {
    vpc = {
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
      endpoints          = { vpc_id = "vpc-1", route_table_ids = [] }
    }
  }

  expect_failures = [var.vpc]
}
