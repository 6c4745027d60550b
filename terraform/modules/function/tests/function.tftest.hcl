# The function and its alias.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name           = "gate-ingest"
  handler        = "ingest"
  package        = { s3_bucket = "artifacts", s3_key = "scalper.zip", s3_object_version = "3" }
  role_arn       = "arn:aws:iam::123456789012:role/gate-ingest"
  log_group_name = "/aws/lambda/gate-ingest"
  environment    = { SCALPER_PIPELINE = "gate" }
}

run "newest" {
  command = apply

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.live.function_version == aws_lambda_function.this.version
    error_message = "the alias is not at the newest version"
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "provided.al2023" && aws_lambda_function.this.handler == "ingest" && aws_lambda_function.this.architectures == tolist(["x86_64"])
    error_message = "something else runs"
  }

  assert {
    condition     = aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/gate-ingest" && aws_lambda_function.this.logging_config[0].log_format == "Text"
    error_message = "the log goes elsewhere, or metrics in it are wrapped"
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1 && length(aws_lambda_function.this.vpc_config) == 0
    error_message = "concurrency is reserved, or it runs in a VPC, and nobody asked"
  }
}

run "back" {
  command = apply

  variables {
    live_version         = "7"
    reserved_concurrency = 5
    architecture         = "arm64"
    vpc                  = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "7"
    error_message = "the alias did not go back"
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 5 && aws_lambda_function.this.architectures == tolist(["arm64"]) && toset(aws_lambda_function.this.vpc_config[0].subnet_ids) == toset(["subnet-1"])
    error_message = "settings did not arrive"
  }
}
