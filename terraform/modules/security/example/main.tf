# A key and the roles of all three functions.
provider "aws" {
  region = "eu-central-1"
}

module "security" {
  source = "../"

  name                     = "example"
  region                   = "eu-central-1"
  create_kms_key           = true
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/developers-may"
  table_arn                = "arn:aws:dynamodb:eu-central-1:123456789012:table/example-records"
  queue_arn                = "arn:aws:sqs:eu-central-1:123456789012:example-work"
  dead_letter_queue_arn    = "arn:aws:sqs:eu-central-1:123456789012:example-dead"
  topic_arn                = "arn:aws:sns:eu-central-1:123456789012:example-notices"

  bucket_arns = {
    input      = "arn:aws:s3:::example-input"
    output     = "arn:aws:s3:::example-output"
    quarantine = "arn:aws:s3:::example-quarantine"
    contracts  = "arn:aws:s3:::example-config"
  }

  log_group_arns = {
    ingest = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/example-ingest"
    sweep  = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/example-sweep"
    api    = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/example-api"
  }
}
