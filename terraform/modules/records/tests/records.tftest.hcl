# What protects the records. Keys and indexes are compared with schemas/ by tests/terraform.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name = "gate-records"
}

run "plain" {
  command = apply

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "records are lost by one call"
  }

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].enabled && aws_dynamodb_table.this.ttl[0].attribute_name == "ttl"
    error_message = "records of files stay for ever"
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST" && !aws_dynamodb_table.this.server_side_encryption[0].enabled
    error_message = "without a key the table is encrypted by DynamoDB's own, and pays by request"
  }
}

run "own_key_and_nothing_kept" {
  command = apply

  variables {
    kms_key_arn            = "arn:aws:kms:eu-central-1:123456789012:key/one"
    point_in_time_recovery = false
    deletion_protection    = false
  }

  assert {
    condition     = aws_dynamodb_table.this.server_side_encryption[0].enabled && aws_dynamodb_table.this.server_side_encryption[0].kms_key_arn == "arn:aws:kms:eu-central-1:123456789012:key/one"
    error_message = "the table is not encrypted with the key"
  }

  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled && !aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "what was switched off is on"
  }
}
