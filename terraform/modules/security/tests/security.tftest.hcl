# Roles and key. What each role may do is compared with the recorded calls by tests/terraform.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name                  = "gate"
  region                = "eu-central-1"
  bucket_arns           = { input = "arn:aws:s3:::i", output = "arn:aws:s3:::o", quarantine = "arn:aws:s3:::q", contracts = "arn:aws:s3:::c" }
  table_arn             = "arn:aws:dynamodb:eu-central-1:123456789012:table/t"
  queue_arn             = "arn:aws:sqs:eu-central-1:123456789012:w"
  dead_letter_queue_arn = "arn:aws:sqs:eu-central-1:123456789012:d"
  topic_arn             = "arn:aws:sns:eu-central-1:123456789012:n"

  log_group_arns = {
    ingest    = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/gate-ingest"
    sweep     = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/gate-sweep"
    api       = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/gate-api"
    authorize = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/gate-authorize"
  }
}

run "plain" {
  command = apply

  assert {
    condition     = alltrue([for role in aws_iam_role.this : jsondecode(role.assume_role_policy).Statement[0].Principal.Service == "lambda.amazonaws.com" && role.permissions_boundary == null])
    error_message = "others than Lambda may take a role"
  }

  assert {
    condition = alltrue(flatten([for policy in aws_iam_role_policy.may : [for statement in jsondecode(policy.policy).Statement :
      [for action in flatten([statement.Action]) : !strcontains(action, "*")]
    ]]))
    error_message = "an action has a wildcard"
  }

  assert {
    condition     = alltrue(flatten([for policy in aws_iam_role_policy.may : [for statement in jsondecode(policy.policy).Statement : [for resource in flatten([statement.Resource]) : resource != "*" || alltrue([for action in flatten([statement.Action]) : contains(["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"], action)])]]]))
    error_message = "a permission but that of reading metrics, which knows no resources, is for everything"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(output.policies.authorize).Statement : statement.Action])) == toset(["dynamodb:GetItem", "logs:CreateLogStream", "logs:PutLogEvents"])
    error_message = "who looks tokens up may do more, or less"
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && output.kms_key_arn == null
    error_message = "a key that nobody asked for"
  }
}

run "key_boundary_network_and_bus" {
  command = apply

  variables {
    create_kms_key           = true
    kms_deletion_window_days = 7
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/developers-may"
    in_vpc                   = true
    notice_bus_arn           = "arn:aws:events:eu-central-1:123456789012:event-bus/files"
    guards_volume            = true
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].deletion_window_in_days == 7 && output.kms_key_arn == aws_kms_key.this[0].arn
    error_message = "the key does not rotate, goes at another time, or is not handed on"
  }

  assert {
    condition = alltrue([for statement in jsondecode(aws_kms_key.this[0].policy).Statement :
      statement.Sid == "Account" || try(statement.Condition.StringEquals["aws:SourceAccount"], "") == "123456789012" || can(statement.Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"])
    ])
    error_message = "a service may use the key for another account"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : role.permissions_boundary == "arn:aws:iam::123456789012:policy/developers-may"])
    error_message = "a role has no boundary"
  }

  assert {
    condition     = alltrue([for handler, policy in output.policies : strcontains(policy, "kms:Decrypt") && strcontains(policy, "ec2:CreateNetworkInterface") && strcontains(policy, "events:PutEvents") == contains(["ingest", "sweep"], handler)])
    error_message = "a role may not use key, network or bus, or who comes to no verdicts tells some"
  }

  assert {
    condition     = strcontains(output.policies["sweep"], "cloudwatch:GetMetricData") && !strcontains(output.policies["ingest"], "cloudwatch:GetMetricData")
    error_message = "the sweep may not count files, or ingest may"
  }
}

run "buckets_of_others" {
  command = apply

  variables {
    create_kms_key    = true
    hears_eventbridge = true
    bucket_key_arns   = ["arn:aws:kms:eu-central-1:123456789012:key/theirs"]
  }

  assert {
    condition     = [for statement in jsondecode(aws_kms_key.this[0].policy).Statement : statement if strcontains(jsonencode(statement.Principal), "events.amazonaws.com") && !can(statement.Condition)] != []
    error_message = "EventBridge, which tells KMS no account, is asked for one: every event would be refused"
  }

  assert {
    condition     = !strcontains(aws_kms_key.this[0].policy, "s3.amazonaws.com")
    error_message = "S3 may use the key, although it sends nothing"
  }

  assert {
    condition     = [for handler, policy in output.policies : handler if strcontains(policy, "key/theirs")] == ["api", "ingest"]
    error_message = "others than those who touch bytes may use the buckets' keys, or they may not"
  }

  assert {
    condition = alltrue(flatten([for policy in output.policies : [for statement in jsondecode(policy).Statement :
      !strcontains(jsonencode(statement.Action), "kms:") || length(try(statement.Condition.StringEquals["kms:ViaService"], [])) == 4
    ]]))
    error_message = "a role may use a key by itself, and not only through S3, SQS, SNS and DynamoDB"
  }
}
