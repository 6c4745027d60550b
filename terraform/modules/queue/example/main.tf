# A queue that a bucket of one's own fills, and one for a bucket of others, by EventBridge.
provider "aws" {
  region = "eu-central-1"
}

module "bucket" {
  source = "../../bucket"

  name = "example-input"
}

module "own" {
  source = "../"

  name                     = "example"
  function_timeout_seconds = 120
  source_bucket            = { name = module.bucket.name, arn = module.bucket.arn }
}

module "foreign" {
  source = "../"

  name          = "example-foreign"
  source_bucket = { name = "partner-uploads", arn = "arn:aws:s3:::partner-uploads", via = "eventbridge" }
}
