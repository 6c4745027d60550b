# A bucket with everything: a key, retention, a lock, and a log of who asked for what.
provider "aws" {
  region = "eu-central-1"
}

module "log" {
  source = "../"

  name                 = "example-log"
  expire_days          = 90
  receives_access_logs = true
}

module "output" {
  source = "../"

  name                   = "example-output"
  kms_key_arn            = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  expire_days            = 400
  noncurrent_expire_days = 400
  object_lock            = { mode = "COMPLIANCE", days = 365 }
  access_log             = { bucket = module.log.name, prefix = "output/" }
}
