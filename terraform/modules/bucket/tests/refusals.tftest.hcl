# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name = "gate-output"
}

run "name_1" {
  command = plan

  variables {
    name = "Gate_Output"
  }

  expect_failures = [var.name]
}

run "name_2" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "kms_key_arn" {
  command = plan

  variables {
    kms_key_arn = "alias/gate"
  }

  expect_failures = [var.kms_key_arn]
}

run "abort_incomplete_days" {
  command = plan

  variables {
    abort_incomplete_days = 0
  }

  expect_failures = [var.abort_incomplete_days]
}

run "expire_days_1" {
  command = plan

  variables {
    expire_days = 0
  }

  expect_failures = [var.expire_days]
}

run "expire_days_2" {
  command = plan

  variables {
    expire_days = 1.5
  }

  expect_failures = [var.expire_days]
}

run "noncurrent_expire_days" {
  command = plan

  variables {
    noncurrent_expire_days = 0
  }

  expect_failures = [var.noncurrent_expire_days]
}

run "access_log" {
  command = plan

  variables {
    access_log = { bucket = "gate-output" }
  }

  expect_failures = [var.access_log]
}

run "object_lock_1" {
  command = plan

  variables {
    object_lock = { mode = "FOREVER", days = 1 }
  }

  expect_failures = [var.object_lock]
}

run "object_lock_2" {
  command = plan

  variables {
    object_lock = { days = 0 }
  }

  expect_failures = [var.object_lock]
}
