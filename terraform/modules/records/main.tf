# The records of a pipeline: schemas/records-table.json and schemas/records-table-ttl.json in HCL, compared by a test.
# docs/aws-records.md tells what the attributes hold.

resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  table_class                 = "STANDARD"
  hash_key                    = "pk"
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sp"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "B"
  }

  attribute {
    name = "kp"
    type = "S"
  }

  attribute {
    name = "kk"
    type = "B"
  }

  attribute {
    name = "op"
    type = "S"
  }

  global_secondary_index {
    name            = "by_status"
    hash_key        = "sp"
    range_key       = "sk"
    projection_type = "KEYS_ONLY"
  }

  global_secondary_index {
    name            = "by_key"
    hash_key        = "kp"
    range_key       = "kk"
    projection_type = "KEYS_ONLY"
  }

  global_secondary_index {
    name            = "open_records"
    hash_key        = "op"
    range_key       = "pk"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  # enabled = false is not "not encrypted" but "by the key that DynamoDB owns".
  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }
}
