# What fills the queue: the notifications of a bucket of ours, or a rule on EventBridge for a bucket of others.

# ObjectCreated:* and not :Put, which leaves out multipart uploads and copies. S3 knows one configuration a bucket, so this
# resource has to be the only one of its kind there.
resource "aws_s3_bucket_notification" "objects" {
  count = local.is_eventbridge ? 0 : 1

  bucket      = var.source_bucket.name
  eventbridge = false

  queue {
    id        = "scalper"
    queue_arn = aws_sqs_queue.work.arn
    events    = ["s3:ObjectCreated:*"]
  }

  # S3 sends a test message before it takes the configuration.
  depends_on = [aws_sqs_queue_policy.work]
}

resource "aws_cloudwatch_event_rule" "objects" {
  count = local.is_eventbridge ? 1 : 0

  name        = "${var.name}-objects"
  description = "New objects of ${var.source_bucket.name} for the gate ${var.name}"
  state       = "ENABLED"
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = [var.source_bucket.name] } }
  })
}

resource "aws_cloudwatch_event_target" "objects" {
  count = local.is_eventbridge ? 1 : 0

  rule      = aws_cloudwatch_event_rule.objects[0].name
  target_id = "scalper"
  arn       = aws_sqs_queue.work.arn

  depends_on = [aws_sqs_queue_policy.work]
}
