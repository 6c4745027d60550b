# The stack as a whole: what the parts are told of each other.

variables {
  name   = "gate"
  region = "eu-central-1"
}

run "least" {
  command = apply

  assert {
    condition     = output.buckets.input == "gate-input-123456789012-eu-central-1" && length(distinct(values(output.buckets))) == 4
    error_message = "buckets are called otherwise, or one is two"
  }

  assert {
    condition     = local.environment.SCALPER_CONTRACTS == "s3://gate-config-123456789012-eu-central-1/contracts"
    error_message = "contracts are looked for elsewhere"
  }

  assert {
    condition     = length(output.next_steps) == 5 && strcontains(output.shell_environment, "export SCALPER_QUEUE_URL='https://sqs.eu-central-1.amazonaws.com/123456789012/gate-work'")
    error_message = "the outputs do not say what to type"
  }

  assert {
    condition     = output.kms_key_arn == null && output.function_names.ingest == "gate-ingest"
    error_message = "outputs are wrong"
  }
}

run "bucket_of_others" {
  command = apply

  variables {
    existing_buckets = { input = "partner-uploads" }
  }

  assert {
    condition     = output.buckets.input == "partner-uploads" && keys(module.bucket) == ["output", "quarantine"]
    error_message = "the bucket of others is not used, or made again"
  }
}

run "subnets_with_ways_out_of_their_own" {
  command = plan

  variables {
    vpc = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = local.vpc.endpoints == null && local.vpc.subnet_ids == tolist(["subnet-1"])
    error_message = "the functions are not in the subnets, or endpoints are made that nobody asked for"
  }
}

run "no_package" {
  command = plan

  variables {
    package = { file = "/nowhere/scalper.zip" }
  }

  expect_failures = [var.package]
}
