# What a bucket is made with, and what is refused.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name = "gate-output"
}

run "plain" {
  command = apply

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "the bucket keeps no versions"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "the bucket may be made public"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "without a key it is SSE-S3"
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs count"
  }

  assert {
    condition = anytrue([for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Effect == "Deny" && statement.Action == "s3:*" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])
    error_message = "the bucket is reached without TLS"
  }

  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.status == "Enabled" && try(rule.abort_incomplete_multipart_upload[0].days_after_initiation, 0) == 7])
    error_message = "parts of broken uploads stay for ever"
  }

  assert {
    condition     = toset([for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.id]) == toset(["abort-incomplete-uploads", "forget-empty-delete-markers"])
    error_message = "something goes that nobody asked to go"
  }

  assert {
    condition     = !aws_s3_bucket.this.force_destroy && !aws_s3_bucket.this.object_lock_enabled
    error_message = "destroy takes files with it, or a lock is on that nobody asked for"
  }
}

run "with_everything" {
  command = apply

  variables {
    kms_key_arn            = "arn:aws:kms:eu-central-1:123456789012:key/one"
    expire_days            = 400
    noncurrent_expire_days = 30
    object_lock            = { mode = "COMPLIANCE", days = 365 }
    access_log             = { bucket = "logs", prefix = "gate/" }
    force_destroy          = true
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == "arn:aws:kms:eu-central-1:123456789012:key/one" && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "it is not encrypted with the key, or asks it for every object"
  }

  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.this.rule : try(rule.expiration[0].days, 0) == 400])
    error_message = "files do not go after their time"
  }

  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.this.rule : try(rule.noncurrent_version_expiration[0].noncurrent_days, 0) == 30])
    error_message = "old versions do not go after their time"
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].mode == "COMPLIANCE" && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 365
    error_message = "versions are not locked"
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "logs" && aws_s3_bucket_logging.this[0].target_prefix == "gate/"
    error_message = "nobody writes down who asked for what"
  }
}

run "of_logs" {
  command = apply

  variables {
    receives_access_logs = true
  }

  assert {
    condition = anytrue([for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Principal.Service == "logging.s3.amazonaws.com" && statement.Action == "s3:PutObject" && statement.Condition.StringEquals["aws:SourceAccount"] == "123456789012" if statement.Effect == "Allow"
    ])
    error_message = "S3 may not write its log, or that of other accounts"
  }
}
