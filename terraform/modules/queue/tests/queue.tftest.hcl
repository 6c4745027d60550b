# Times, redrive, encryption and who may send.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name                     = "gate"
  function_timeout_seconds = 120
  source_bucket            = { name = "uploads", arn = "arn:aws:s3:::uploads" }
}

run "own_bucket" {
  command = apply

  assert {
    condition     = aws_sqs_queue.work.visibility_timeout_seconds >= 6 * 120
    error_message = "a message comes back while its function still runs"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.work.redrive_policy).maxReceiveCount >= 5 && jsondecode(aws_sqs_queue.work.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dead.arn
    error_message = "messages are given up too early, or nowhere"
  }

  assert {
    condition     = aws_sqs_queue.dead.message_retention_seconds == 1209600 && aws_sqs_queue.work.message_retention_seconds < 1209600
    error_message = "dead letters are gone before somebody looks"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.dead.redrive_allow_policy).sourceQueueArns == [aws_sqs_queue.work.arn]
    error_message = "other queues may send their dead letters here"
  }

  assert {
    condition     = aws_sqs_queue.work.sqs_managed_sse_enabled && aws_sqs_queue.dead.sqs_managed_sse_enabled
    error_message = "messages lie unencrypted"
  }

  assert {
    condition = alltrue([for statement in jsondecode(aws_sqs_queue_policy.work.policy).Statement :
      statement.Principal.Service == "s3.amazonaws.com" && statement.Action == "sqs:SendMessage" &&
      statement.Condition.ArnEquals["aws:SourceArn"] == "arn:aws:s3:::uploads" &&
      statement.Condition.StringEquals["aws:SourceAccount"] == "123456789012" if statement.Effect != "Deny"
    ])
    error_message = "somebody else than the bucket may send"
  }

  assert {
    condition = alltrue([for policy in [aws_sqs_queue_policy.work.policy, aws_sqs_queue_policy.dead.policy] : anytrue([for statement in jsondecode(policy).Statement :
      statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])])
    error_message = "a queue is reached without TLS"
  }

  assert {
    condition     = one(aws_s3_bucket_notification.objects[0].queue).queue_arn == aws_sqs_queue.work.arn && toset(one(aws_s3_bucket_notification.objects[0].queue).events) == toset(["s3:ObjectCreated:*"])
    error_message = "not every new object is told"
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.objects) == 0
    error_message = "objects are told twice"
  }
}

run "bucket_of_others" {
  command = apply

  variables {
    source_bucket = { name = "uploads", arn = "arn:aws:s3:::uploads", via = "eventbridge" }
    kms_key_arn   = "arn:aws:kms:eu-central-1:123456789012:key/one"
  }

  assert {
    condition     = length(aws_s3_bucket_notification.objects) == 0
    error_message = "the notifications of a bucket of others are overwritten"
  }

  assert {
    condition     = aws_cloudwatch_event_rule.objects[0].state == "ENABLED" && jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern).detail.bucket.name == ["uploads"] && jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern)["detail-type"] == ["Object Created"]
    error_message = "the rule listens to something else"
  }

  assert {
    condition     = aws_cloudwatch_event_target.objects[0].arn == aws_sqs_queue.work.arn
    error_message = "the rule sends elsewhere"
  }

  assert {
    condition = alltrue([for statement in jsondecode(aws_sqs_queue_policy.work.policy).Statement :
      statement.Principal.Service == "events.amazonaws.com" && statement.Condition.ArnEquals["aws:SourceArn"] == aws_cloudwatch_event_rule.objects[0].arn if statement.Effect != "Deny"
    ])
    error_message = "somebody else than the rule may send"
  }

  assert {
    condition     = aws_sqs_queue.work.kms_master_key_id == "arn:aws:kms:eu-central-1:123456789012:key/one" && aws_sqs_queue.dead.kms_master_key_id == "arn:aws:kms:eu-central-1:123456789012:key/one"
    error_message = "messages are not encrypted with the key"
  }
}
