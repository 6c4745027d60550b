# The pipeline's own key, where one is asked for.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  is_kms    = var.create_kms_key || var.kms_key_arn != null
  key_arn   = var.create_kms_key ? aws_kms_key.this[0].arn : var.kms_key_arn
}

resource "aws_kms_key" "this" {
  count = var.create_kms_key ? 1 : 0

  description             = "Silent Scalper, pipeline ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.kms_deletion_window_days
  policy                  = data.aws_iam_policy_document.key.json
  tags                    = var.tags

  lifecycle {
    precondition {
      condition     = var.kms_key_arn == null
      error_message = "Write create_kms_key = true or kms_key_arn, not both."
    }
  }
}

resource "aws_kms_alias" "this" {
  count = var.create_kms_key ? 1 : 0

  name          = "alias/${var.name}-scalper"
  target_key_id = aws_kms_key.this[0].key_id
}

# Whom the roles' own policies cannot let in: the account's administrators, and services that act in their own name.
data "aws_iam_policy_document" "key" {
  # Without it nobody could ever change the key again. Who of the account may is for IAM to say.
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }

  # An event for a queue, an alarm for a topic. Without it events are lost without a word.
  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  statement {
    sid       = "EventsAndAlarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = concat(["cloudwatch.amazonaws.com"], var.hears_eventbridge ? [] : ["s3.amazonaws.com"])
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }

  # EventBridge tells KMS no source: with a condition on aws:SourceAccount every event is refused. AWS says so of encrypted topics,
  # and of queues shows no condition. Whose events they may be is said by the queue's own policy, which names one rule.
  # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  dynamic "statement" {
    for_each = var.hears_eventbridge ? [1] : []

    content {
      sid       = "EventBridge"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["events.amazonaws.com"]
      }
    }
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  statement {
    sid       = "Logs"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/*/${var.name}-*"]
    }
  }
}
