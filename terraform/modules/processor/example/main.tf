# Both functions from a zip that lies in a bucket, on arm64.
provider "aws" {
  region = "eu-central-1"
}

module "processor" {
  source = "../"

  name                       = "example"
  package                    = { s3_bucket = "example-artifacts", s3_key = "scalper-lambda-arm64.zip", s3_object_version = "3" }
  architecture               = "arm64"
  queue_arn                  = "arn:aws:sqs:eu-central-1:123456789012:example-work"
  sweep_schedule             = "cron(0/10 * * * ? *)"
  sweep_reserved_concurrency = -1
  environment                = { SCALPER_PIPELINE = "example", SCALPER_TABLE = "example-records" }

  role_arns = {
    ingest = "arn:aws:iam::123456789012:role/example-ingest"
    sweep  = "arn:aws:iam::123456789012:role/example-sweep"
  }

  log_group_names = {
    ingest = "/aws/lambda/example-ingest"
    sweep  = "/aws/lambda/example-sweep"
  }
}
