# What each handler calls, and nothing else: the rows of tests/aws/recorded-calls.json, which the tests of the chain have
# seen, grouped by resource. terraform/implied-permissions.json has what AWS itself does in the roles' names (implied.tf).
# A test compares both with the policies that come out here, both ways.

locals {
  input      = var.bucket_arns.input
  output     = var.bucket_arns.output
  quarantine = var.bucket_arns.quarantine
  contracts  = var.bucket_arns.contracts

  # Who comes to final verdicts tells the bus, where there is one.
  bus = var.notice_bus_arn == null ? {} : { Bus = { on = [var.notice_bus_arn], may = ["events:PutEvents"] } }

  # Who pauses the gate after too many files counts them. Metrics have no ARN.
  counts = var.guards_volume ? { Metrics = { on = ["*"], may = ["cloudwatch:GetMetricData"] } } : {}

  called = {
    ingest = {
      Records       = { on = [var.table_arn], may = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"] }
      RecordsByKey  = { on = ["${var.table_arn}/index/by_key"], may = ["dynamodb:Query"] }
      Messages      = { on = [var.queue_arn], may = ["sqs:ChangeMessageVisibility", "sqs:SendMessage"] }
      Notices       = { on = [var.topic_arn], may = ["sns:Publish"] }
      Versions      = { on = [local.input, local.output, local.quarantine], may = ["s3:GetBucketVersioning"] }
      Lists         = { on = [local.input, local.output, local.quarantine, local.contracts], may = ["s3:ListBucket"] }
      TargetLists   = { on = [local.output, local.quarantine], may = ["s3:ListBucketVersions"] }
      Contracts     = { on = ["${local.contracts}/*"], may = ["s3:GetObject"] }
      InputFiles    = { on = ["${local.input}/*"], may = ["s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"] }
      OutputFiles   = { on = ["${local.output}/*"], may = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectTagging"] }
      HeldFiles     = { on = ["${local.quarantine}/*"], may = ["s3:DeleteObjectVersion", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutObject", "s3:PutObjectTagging"] }
      Reports       = { on = ["${local.quarantine}/reports/*"], may = ["s3:GetObjectVersion", "s3:PutObject"] }
      ProbeOfAStore = { on = ["${local.quarantine}/.scalper-probe/*"], may = ["s3:AbortMultipartUpload", "s3:DeleteObjectVersion", "s3:GetObjectVersion", "s3:PutObject"] }
    }

    sweep = {
      Records     = { on = [var.table_arn], may = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"] }
      OpenRecords = { on = ["${var.table_arn}/index/open_records"], may = ["dynamodb:Query"] }
      Queues      = { on = [var.queue_arn, var.dead_letter_queue_arn], may = ["sqs:GetQueueAttributes"] }
      Messages    = { on = [var.queue_arn], may = ["sqs:SendMessage"] }
      Notices     = { on = [var.topic_arn], may = ["sns:Publish"] }
      Versions    = { on = [local.input, local.output, local.quarantine], may = ["s3:GetBucketVersioning"] }
      InputLists  = { on = [local.input], may = ["s3:ListBucketVersions"] }
      InputFiles  = { on = ["${local.input}/*"], may = ["s3:DeleteObjectVersion"] }
    }

    api = {
      Metrics        = { on = ["*"], may = ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"] }
      Records        = { on = [var.table_arn], may = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"] }
      RecordLists    = { on = ["${var.table_arn}/index/by_key", "${var.table_arn}/index/by_status", "${var.table_arn}/index/open_records"], may = ["dynamodb:Query"] }
      Queues         = { on = [var.queue_arn, var.dead_letter_queue_arn], may = ["sqs:GetQueueAttributes"] }
      Messages       = { on = [var.queue_arn], may = ["sqs:SendMessage"] }
      DeadLetters    = { on = [var.dead_letter_queue_arn], may = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"] }
      Versions       = { on = [local.input, local.output, local.quarantine], may = ["s3:GetBucketVersioning", "s3:ListBucketVersions"] }
      Lists          = { on = [local.input, local.output, local.quarantine, local.contracts], may = ["s3:ListBucket"] }
      Contracts      = { on = ["${local.contracts}/*"], may = ["s3:GetObject", "s3:PutObject"] }
      InputFiles     = { on = ["${local.input}/*"], may = ["s3:AbortMultipartUpload", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:ListMultipartUploadParts", "s3:PutObject"] }
      FilesElsewhere = { on = ["${local.output}/*", "${local.quarantine}/*"], may = ["s3:GetObjectVersion"] }
      Reports        = { on = ["${local.quarantine}/reports/*"], may = ["s3:GetObject"] }
    }

    authorize = {
      Tokens = { on = [var.table_arn], may = ["dynamodb:GetItem"] }
    }
  }
}
