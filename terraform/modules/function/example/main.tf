# One handler whose alias stays at an older version: this is how one goes back.
provider "aws" {
  region = "eu-central-1"
}

module "sweep" {
  source = "../"

  name            = "example-sweep"
  handler         = "sweep"
  package         = { s3_bucket = "example-artifacts", s3_key = "scalper-lambda-x86_64.zip" }
  role_arn        = "arn:aws:iam::123456789012:role/example-sweep"
  log_group_name  = "/aws/lambda/example-sweep"
  environment     = { SCALPER_PIPELINE = "example" }
  live_version    = "7"
  timeout_seconds = 60
}
